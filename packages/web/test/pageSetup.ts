/**
 * Vitest set-up of each file that renders: what jsdom lacks and no test looks at is filled in, the same for all, as the
 * files of a worker share one page.
 * What a test put on that page is taken off after it.
 */
import { afterEach } from "vitest"

if (typeof document !== "undefined") {
  const { cleanup, configure } = await import("@solidjs/testing-library")

  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
  globalThis.CSS ??= { supports: () => true, escape: (text: string) => text } as unknown as typeof CSS
  window.matchMedia ??= (media: string) =>
    ({ matches: false, media, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList
  HTMLElement.prototype.showPopover ??= function (this: HTMLElement) {
    this.dispatchEvent(Object.assign(new Event("toggle"), { newState: "open" }))
  }
  HTMLElement.prototype.hidePopover ??= function (this: HTMLElement) {
    this.dispatchEvent(Object.assign(new Event("toggle"), { newState: "closed" }))
  }
  HTMLElement.prototype.scrollIntoView ??= () => {}
  HTMLElement.prototype.setPointerCapture ??= () => {}
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true
  }
  HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
    this.open = false
  }

  // What is shown is not computed anew for each question: jsdom takes seconds for that.
  // A wait has a bound for what hangs.
  configure({ defaultHidden: true, asyncUtilTimeout: 120_000 })
  afterEach(cleanup)
}
