/** Pages for measuring: a real browser at a real server, signed in, without anything in between. */
import type { Browser, BrowserContext, Page } from "playwright-core"
import { sizes } from "../test/browser/harness/browser.ts"
import { isLive, signIn } from "../test/browser/harness/person.ts"
import { type Instruments, instruments } from "./inPage.ts"

export interface Bench {
  readonly browser: Browser
  readonly origin: string
}

export type Size = "laptop" | "phone"

export const openContext = async ({ browser }: Bench, size: Size = "laptop"): Promise<BrowserContext> => {
  const touch = size === "phone" ? { hasTouch: true, isMobile: true } : {}
  const context = await browser.newContext({
    viewport: sizes[size],
    ...touch,
    locale: "en-GB",
    reducedMotion: "reduce"
  })
  context.setDefaultTimeout(60_000)
  // What runs this bench names functions by a helper, which the page does not have.
  await context.addInitScript("globalThis.__name = (value) => value")
  await context.addInitScript(instruments)
  return context
}

/** A fresh browser profile, signed in, at the conversation list. */
export const freshProfile = async (
  bench: Bench,
  handle: string,
  size: Size = "laptop"
): Promise<{ readonly context: BrowserContext; readonly page: Page }> => {
  const context = await openContext(bench, size)
  const page = await context.newPage()
  await page.goto(`${bench.origin}/sign-in`)
  await signIn({ language: "en" }, page, handle)
  return { context, page }
}

/** Calls one of the instruments in the page. */
export const inPage = <K extends keyof Instruments>(
  page: Page,
  name: K,
  ...args: Parameters<Instruments[K]>
): Promise<Awaited<ReturnType<Instruments[K]>>> =>
  page.evaluate(
    (asked: ReadonlyArray<unknown>) => {
      const [instrument, ...given] = asked
      return Reflect.apply(Reflect.get(Reflect.get(globalThis, "instruments"), String(instrument)), undefined, given)
    },
    [name, ...args]
  )

export const openAt = async (bench: Bench, page: Page, conversationId: string, seq: number): Promise<void> => {
  await page.goto(`${bench.origin}/c/${conversationId}`)
  await isLive(page)
  await inPage(page, "untilSeen", seq)
}

/** Bytes in use on the page's heap once nothing more can be collected. */
export const heapMb = async (page: Page): Promise<number> => {
  const session = await page.context().newCDPSession(page)
  await session.send("HeapProfiler.enable")
  for (let time = 0; time < 3; time++) await session.send("HeapProfiler.collectGarbage")
  const { usedSize } = await session.send("Runtime.getHeapUsage")
  await session.detach()
  return usedSize / 1024 / 1024
}
