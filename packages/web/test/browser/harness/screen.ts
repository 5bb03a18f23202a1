/** A screen as a person reads it: every message with its place and text, by scrolling through all of it. */
import type { Page } from "playwright-core"
import type { Line } from "./api.ts"
import { inTime } from "./eventually.ts"

export const timelineOf = (page: Page) => page.locator('[data-testid="timeline"]')

/** What is rendered now. A deleted message has an empty text. */
export const readVisible = (page: Page): Promise<ReadonlyArray<Line>> =>
  timelineOf(page).evaluate((timeline) =>
    [...timeline.querySelectorAll("[data-seq]")].flatMap((row): ReadonlyArray<readonly [number, string]> => {
      const text = row.querySelector("[data-text]")
      const deleted = row.querySelector("[data-deleted]")
      if (text === null && deleted === null) return []
      return [[Number(row.getAttribute("data-seq")), deleted === null ? (text?.textContent ?? "") : ""]]
    })
  )

/**
 * What stands in the timeline with a height that is no whole number of pixels. Ends in nothing, since a scroller keeps
 * its place by whole pixels.
 */
export const unevenHeights = (page: Page): Promise<ReadonlyArray<string>> =>
  timelineOf(page).evaluate((timeline) =>
    [...timeline.querySelectorAll(":scope > :last-child > *")].flatMap((item) => {
      const { height } = item.getBoundingClientRect()
      return Number.isInteger(height) ? [] : [`${height} px: ${item.innerHTML.slice(0, 400)}`]
    })
  )

/** Two frames: what a scroll asks for is rendered then. */
const frames = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))

/** From the end upwards to the message at `first`, which must be there. Ascending. */
export const readScreen = async (page: Page, first: number, timeoutMs = 120_000): Promise<ReadonlyArray<Line>> => {
  const lines = new Map<number, string>()
  const take = async () => {
    for (const [seq, text] of await readVisible(page)) lines.set(seq, text)
  }
  await timelineOf(page).evaluate((timeline) => timeline.scrollTo({ top: timeline.scrollHeight }))
  await frames(page)
  await inTime(
    `the message ${first} on the screen`,
    async () => {
      await take()
      if (lines.has(first)) return true
      await timelineOf(page).evaluate((timeline) => timeline.scrollBy({ top: -timeline.clientHeight * 0.7 }))
      await frames(page)
      return false
    },
    timeoutMs
  )
  await take()
  return [...lines].sort(([a], [b]) => a - b)
}
