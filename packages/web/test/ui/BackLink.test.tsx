// @vitest-environment jsdom
/** The way back within the page never adds to the history. */
import { afterEach, assert, describe, it } from "@effect/vitest"
import { fireEvent, screen } from "@solidjs/testing-library"
import { createSignal } from "solid-js"
import { en } from "../../src/i18n/en.ts"
import { BackLink } from "../../src/ui/BackLink.tsx"
import { Page } from "../../src/ui/Page.tsx"
import { settled, stage } from "./stage.tsx"

const devices = () => (
  <Page title="Devices" back="/settings">
    here
  </Page>
)
const back = () => screen.getByRole("link", { name: en.kit.back })

/** A browser that tells what it holds before this entry. Answers to which entries it went. */
const tell = (before: string | null, step: () => void = () => {}) => {
  const went: Array<string> = []
  const navigation = {
    currentEntry: { index: 1 },
    entries: () => [{ key: "before", url: before }, { key: "here" }],
    traverseTo: (key: string) => {
      went.push(key)
      step()
      return { committed: Promise.resolve(), finished: Promise.reject(new Error("interrupted")) }
    }
  }
  Object.defineProperty(window, "navigation", { value: navigation, configurable: true })
  return went
}
afterEach(() => void Reflect.deleteProperty(window, "navigation"))

const show = async (before: string) => {
  const shown = stage(devices, { path: before })
  shown.history.set({ value: "/settings/devices" })
  await settled()
  return shown.history
}

describe("a link back", () => {
  it("is the browser's own step where that leads to the page above", async () => {
    const history = await show("/settings")
    const went = tell("https://hibiki.test/settings", history.back)
    assert.isFalse(fireEvent.click(back()))
    await settled()
    assert.deepStrictEqual(went, ["before"])
    assert.strictEqual(history.get(), "/settings")
    history.forward()
    assert.strictEqual(history.get(), "/settings/devices")
  })

  it.each([
    ["came from elsewhere", "https://hibiki.test/board"],
    ["can't be told where one came from", null],
    ["has a browser that does not know", undefined]
  ])("takes the place of a page whose reader %s", async (_, before) => {
    const history = await show("/board")
    const went = before === undefined ? [] : tell(before)
    assert.strictEqual(back().getAttribute("href"), "/settings")
    fireEvent.click(back())
    await settled()
    assert.deepStrictEqual(went, [])
    assert.strictEqual(history.get(), "/settings")
    history.back()
    assert.strictEqual(history.get(), "/board")
  })

  it("leads on, as others do, while what it closes is not open", async () => {
    const [open, setOpen] = createSignal(true)
    const { history } = stage(() => (
      <BackLink href={open() ? "/c" : "/c/details"} forward={!open()}>
        details
      </BackLink>
    ))
    setOpen(false)
    const went = tell("https://hibiki.test/c/details")
    fireEvent.click(screen.getByRole("link"))
    await settled()
    assert.deepStrictEqual(went, [])
    assert.strictEqual(history.get(), "/c/details")
    history.back()
    assert.strictEqual(history.get(), "/")
  })

  it("is a link to those who open it elsewhere", async () => {
    const history = await show("/settings")
    const went = tell("https://hibiki.test/settings")
    // Nothing opens in jsdom.
    addEventListener("click", (event) => event.preventDefault(), { once: true })
    fireEvent.click(back(), { ctrlKey: true })
    await settled()
    assert.deepStrictEqual(went, [])
    assert.strictEqual(history.get(), "/settings/devices")
  })
})
