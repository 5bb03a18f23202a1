// @vitest-environment jsdom
/**
 * Who shows the items is told of what came above at the right moment: once the list knows of it, and nothing else does.
 */
import { assert, it } from "@effect/vitest"
import type { FeedView } from "@hibiki/core/client/feed/FeedView"
import { createRoot, createSignal } from "solid-js"
import { createTimelineItems } from "../../../src/features/chat/timeline/createTimelineItems.ts"
import { conversationId, me, postedRow, shownRow } from "../../fixtureApp.tsx"

const view = (from: number, to: number): FeedView => ({
  conversationId,
  version: from * 100 + to,
  epoch: null,
  cursor: to,
  entries: Array.from({ length: to - from + 1 }, (_, n) => shownRow(postedRow(from + n, me, `m${from + n}`, 0))),
  pending: [],
  failed: []
})
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))

it("tells of rows that came above what is in view, after the keys and before all else, and not of those that came below", () =>
  createRoot(async (end) => {
    const [now, setNow] = createSignal(view(4, 6))
    const told: Array<readonly [keys: number, isShown: boolean]> = []
    const items = createTimelineItems({
      view: now,
      options: () => ({ me, unreadAfter: undefined }),
      visible: () => [postedRow(4, me, "m4", 0).id],
      onShifted: () => told.push([items.keys().length, items.shown() === now()])
    })
    assert.deepStrictEqual([items.keys().length, told], [4, []], "a day and three rows")
    setNow(view(1, 7))
    await frame()
    assert.deepStrictEqual([items.keys().length, told], [8, [[8, false]]])
    setNow(view(1, 9))
    await frame()
    assert.deepStrictEqual([items.keys().length, told], [10, [[8, false]]])
    end()
  }))
