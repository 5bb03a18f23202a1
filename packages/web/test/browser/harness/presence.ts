/** What observers see of others: every state in turn, so that a flicker is not missed. */
import type { Page } from "playwright-core"

/** Notes each state shown beside a conversation's line from now on. */
export const noteStates = (page: Page, conversationId: string): Promise<void> =>
  page.evaluate((id) => {
    const states: Array<string> = []
    Object.assign(globalThis, { [`states-${id}`]: states })
    const look = () => {
      const state = document.querySelector(`[data-conversation="${id}"] [data-presence]`)?.getAttribute("data-presence")
      if (state !== undefined && state !== null && state !== states.at(-1)) states.push(state)
    }
    look()
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["data-presence"]
    })
  }, conversationId)

export const notedStates = (page: Page, conversationId: string): Promise<ReadonlyArray<string>> =>
  page.evaluate((id) => Reflect.get(globalThis, `states-${id}`), conversationId)

/** The board's rows, by name. */
export const readBoard = async (page: Page): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    await page
      .locator("tr[data-state]")
      .evaluateAll((rows) =>
        rows.map((row) => [row.querySelector("bdi")?.textContent ?? "", row.getAttribute("data-state") ?? ""] as const)
      )
  )

export const readTotal = async (page: Page, name: string): Promise<string> =>
  (await page.locator(`[data-total="${name}"] dd`).textContent()) ?? ""

/** As the browser does when its tab goes to the background, or comes back. */
export const setHidden = (page: Page, hidden: boolean): Promise<void> =>
  page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden })
    Object.defineProperty(document, "visibilityState", {
      configurable: true,
      get: () => (isHidden ? "hidden" : "visible")
    })
    document.dispatchEvent(new Event("visibilitychange"))
  }, hidden)
