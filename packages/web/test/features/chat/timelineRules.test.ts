// @vitest-environment jsdom
/** Small rules of the timeline: steps of keys, reading, marks, acts, following the end, and where keys lead. */
import { assert, describe, it } from "@effect/vitest"
import type { FeedView, PendingPost } from "@hibiki/core/client/feed/FeedView"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { FastCheck as fc } from "effect"
import { corrected, isManager, unreadOf } from "../../../src/features/chat/conversationModel.ts"
import { memberActs } from "../../../src/features/chat/details/MemberList.tsx"
import { changeActs, markOf, pendingActs } from "../../../src/features/chat/row/postState.ts"
import { replyPreview } from "../../../src/features/chat/text/grammar.ts"
import { initialWatch, type ReadWatch, seenMs, stepRead } from "../../../src/features/chat/timeline/createReading.ts"
import { nextRow, nextWithin } from "../../../src/features/chat/timeline/createRowFocus.ts"
import { keySteps } from "../../../src/features/chat/timeline/createTimelineItems.ts"
import { followsAfter } from "../../../src/features/chat/timeline/createTimelineScroll.ts"
import {
  lastOwn,
  loadedEnd,
  newBelow,
  newestSeq,
  othersAbove,
  readThrough,
  rowAt
} from "../../../src/features/chat/timeline/feedLookups.ts"
import { commandId, conversationId, me, postedRow, shownRow, userId } from "../../fixtureApp.tsx"

describe("steps of keys", () => {
  it("older rows shift, newer ones do not, and both are two steps", () => {
    assert.deepStrictEqual(keySteps(["c", "d"], ["a", "b", "c", "d"], ["c"]), [
      { keys: ["a", "b", "c", "d"], shift: true }
    ])
    assert.deepStrictEqual(keySteps(["c", "d"], ["c", "d", "e"], ["c"]), [{ keys: ["c", "d", "e"], shift: false }])
    assert.deepStrictEqual(keySteps(["c", "d"], ["b", "c", "d", "e"], ["c"]), [
      { keys: ["b", "c", "d"], shift: true },
      { keys: ["b", "c", "d", "e"], shift: false }
    ])
    assert.deepStrictEqual(keySteps(["c"], ["c"], ["c"]), [])
  })

  it("when the first in view is gone, the next one keeps its place", () => {
    assert.deepStrictEqual(keySteps(["a", "b", "c"], ["x", "y", "z", "b", "c"], ["a", "b"]), [
      { keys: ["x", "y", "z", "b", "c"], shift: true }
    ])
  })

  it("end at what is wanted, and shift only while what is in view stays in step with the end", () => {
    const keys = fc
      .uniqueArray(fc.integer({ min: 0, max: 20 }).map(String), { maxLength: 12 })
      .map((all) => all.sort((a, b) => Number(a) - Number(b)))
    fc.assert(
      fc.property(keys, keys, fc.nat(11), (before, after, at) => {
        const visible = before.slice(at)
        const steps = keySteps(before, after, visible)
        assert.deepStrictEqual(steps.at(-1)?.keys ?? before, after)
        const anchor = visible.find((key) => after.includes(key))
        let shown: ReadonlyArray<string> = before
        for (const { keys: next, shift } of steps) {
          if (anchor !== undefined && shift)
            assert.strictEqual(next.length - next.indexOf(anchor), shown.length - shown.indexOf(anchor))
          if (anchor !== undefined && !shift) assert.strictEqual(next.indexOf(anchor), shown.indexOf(anchor))
          shown = next
        }
      })
    )
  })
})

describe("reading", () => {
  it("of the newest row reads past what the server counts as unread and is not shown, and of no other row does", () => {
    const gap = { _tag: "gap" as const, from: 8, to: 9 }
    const row = (seq: number) => shownRow(postedRow(seq, userId(2), "x", seq))
    const view = (...entries: FeedView["entries"]): FeedView => ({
      ...{ conversationId, version: 1, epoch: null, cursor: 9, pending: [], failed: [] },
      entries
    })
    assert.strictEqual(readThrough(view(row(6), row(7)), 7, true), 9)
    assert.strictEqual(readThrough(view(row(6), row(7)), 7, false), 7)
    assert.strictEqual(readThrough(view(row(6), row(7)), 6, true), 6)
    assert.strictEqual(readThrough(view(row(7), gap), 7, true), 7)
  })

  it("marks what was in view for 300 ms with attention, and nothing sooner", () => {
    const first = stepRead(initialWatch(3), { attentive: true, last: 7 }, 1_000)
    assert.deepStrictEqual([first.mark, first.dueAt], [undefined, 1_000 + seenMs])
    assert.isUndefined(stepRead(first.watch, { attentive: true, last: 7 }, 1_299).mark)
    const later = stepRead(first.watch, { attentive: true, last: 7 }, 1_300)
    assert.deepStrictEqual([later.mark, later.dueAt], [7, undefined])
    assert.isUndefined(stepRead(later.watch, { attentive: true, last: 7 }, 2_000).mark)
  })

  it("begins anew when attention was lost or the person went back", () => {
    const { watch } = stepRead(initialWatch(0), { attentive: true, last: 7 }, 0)
    const lost = stepRead(watch, { attentive: false, last: 7 }, 200)
    assert.isUndefined(stepRead(lost.watch, { attentive: true, last: 7 }, 400).mark)
    const back = stepRead(watch, { attentive: true, last: 4 }, 200)
    assert.isUndefined(stepRead(back.watch, { attentive: true, last: 4 }, 400).mark)
    assert.strictEqual(stepRead(back.watch, { attentive: true, last: 4 }, 500).mark, 4)
  })

  it("goes on through a burst in which every row is soon out of view", () => {
    let watch: ReadWatch = initialWatch(0)
    let marked = 0
    for (let n = 1; n <= 60; n++) {
      const step = stepRead(watch, { attentive: true, last: n }, n * 16)
      watch = step.watch
      marked = step.mark ?? marked
      assert.isAtMost(watch.waiting.length, 20)
    }
    assert.isAtLeast(marked, 38)
  })

  it("never marks what was not in view, and never goes back", () => {
    const seen = fc.record({
      attentive: fc.boolean(),
      last: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
      after: fc.integer({ min: 0, max: 400 })
    })
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 40 }), (all) => {
        let watch: ReadWatch = initialWatch(0)
        let now = 0
        let most = 0
        let marked = 0
        for (const { after, ...look } of all) {
          now += after
          const step = stepRead(watch, look, now)
          if (look.attentive) most = Math.max(most, look.last ?? 0)
          if (step.mark !== undefined) {
            assert.isTrue(look.attentive)
            assert.isAbove(step.mark, marked)
            assert.isAtMost(step.mark, most)
            marked = step.mark
          }
          watch = step.watch
        }
      })
    )
  })
})

describe("the divider", () => {
  const of = (more: object) => ({ ...summary, readUpTo: 10, unread: 3, ...more })

  it("stands where reading ended, or where somebody marked", () => {
    assert.deepStrictEqual(unreadOf(of({})), { after: 10, count: 3 })
    assert.isUndefined(unreadOf(of({ unread: 0 })))
    assert.deepStrictEqual(unreadOf(of({ unread: 0, markedUnreadAt: 5 })), { after: 4, count: 0 })
  })

  it("of a kept line gives way to what was read elsewhere, and not to what was read here", () => {
    const shown = { after: 10, count: 3 }
    assert.isUndefined(corrected(shown, of({ readUpTo: 20, unread: 0 }), 0))
    assert.deepStrictEqual(corrected(shown, of({ readUpTo: 20, unread: 2 }), 0), { after: 20, count: 2 })
    assert.strictEqual(corrected(shown, of({ readUpTo: 13, unread: 0 }), 13), shown)
    assert.strictEqual(corrected(shown, of({ unread: 4 }), 0), shown)
    assert.deepStrictEqual(corrected(undefined, of({ unread: 1 }), 0), { after: 10, count: 1 })
  })
})

const summary = {
  conversationId,
  kind: "group",
  title: "",
  role: "member",
  history: "all",
  members: 2,
  head: 20,
  visibleFrom: 1,
  readUpTo: 0,
  unread: 0
} as const

it("own messages are sent, delivered, then read", () => {
  const ben = userId(2)
  const marks = { read: new Map([[ben, 5]]), delivered: new Map([[ben, 8]]) }
  assert.deepStrictEqual(
    [5, 6, 8, 9].map((seq) => markOf(seq, ben, marks)),
    ["read", "delivered", "delivered", "sent"]
  )
  assert.strictEqual(markOf(1, undefined, marks), "sent")
  assert.strictEqual(markOf(1, undefined, undefined), "sent")
  assert.isUndefined(markOf(1, ben, undefined))
})

describe("what can be done with what is not stored", () => {
  const acts = (state: PendingPost["state"], more: Partial<PendingPost> = {}) =>
    pendingActs({ state, unanswered: false, ...more, code: more.code })

  it("never edits or drops what was handed over", () => {
    assert.deepStrictEqual(acts("queued"), ["edit", "discard"])
    assert.deepStrictEqual(acts("sent"), [])
    assert.deepStrictEqual(acts("sent", { unanswered: true }), ["tryNow", "takeBack"])
    assert.deepStrictEqual(acts("failed", { code: "forbidden" }), ["sendAgain", "edit", "discard"])
    assert.deepStrictEqual(acts("failed", { code: "epoch_changed" }), ["sendAgain", "takeBack"])
    assert.deepStrictEqual(acts("failed", { code: "conflict" }), ["edit", "takeBack"])
    assert.deepStrictEqual([...acts("stored"), ...acts("withdrawn")], [])
  })

  it("a change of another time is not sent again", () => {
    assert.deepStrictEqual(changeActs({ body: { kind: "edit", target: 1, text: "" }, code: "forbidden" }), [
      "sendAgain",
      "edit",
      "discard"
    ])
    assert.deepStrictEqual(changeActs({ body: { kind: "delete", target: 1 }, code: "epoch_changed" }), ["discard"])
  })
})

it("the end is left only by going up", () => {
  const now = { offset: 900, size: 1_500, viewport: 500 }
  assert.isTrue(followsAfter(true, { offset: 900, size: 1_400 }, now), "grown below")
  assert.isFalse(followsAfter(true, { offset: 950, size: 1_500 }, now), "gone up")
  assert.isTrue(followsAfter(true, { offset: 1_000, size: 1_600 }, now), "shrunk, and taken along")
  assert.isFalse(followsAfter(true, { offset: 1_400, size: 1_600 }, now), "shrunk while going up")
  assert.isFalse(followsAfter(false, { offset: 800, size: 1_500 }, now), "on the way down")
  assert.isTrue(followsAfter(false, { offset: 900, size: 1_500 }, { ...now, offset: 960 }), "at the end again")
})

it("keys lead from row to row, over what is none", () => {
  const isRow = (place: number) => place !== 0 && place !== 3
  const of = (key: string, at: number) => nextRow(key, at, 6, isRow)
  assert.deepStrictEqual(
    [of("ArrowUp", 4), of("ArrowUp", 1), of("ArrowDown", 2), of("ArrowDown", 5)],
    [2, undefined, 4, undefined]
  )
  assert.deepStrictEqual(
    [of("Home", 4), of("End", 1), of("PageUp", 5), of("PageDown", 1), of("x", 1)],
    [1, 5, 1, 5, undefined]
  )
  assert.deepStrictEqual(
    [nextWithin("Tab", false, 0, 2), nextWithin("Tab", false, 1, 2), nextWithin("Tab", true, 0, 2)],
    [1, undefined, "row"]
  )
  assert.deepStrictEqual(
    [nextWithin("ArrowLeft", false, 0, 3), nextWithin("ArrowRight", false, 2, 3), nextWithin("Escape", false, 1, 3)],
    [2, 0, "row"]
  )
})

it("rows are found in a view", () => {
  const at = (seq: number, by = userId(2)) => shownRow(postedRow(seq, by, "", 0))
  const entries = [
    { _tag: "gap" as const, from: 1, to: 4 },
    at(5),
    at(7, me),
    { _tag: "gap" as const, from: 8, to: 9 },
    at(10),
    at(12)
  ]
  const view = { conversationId, version: 1, epoch: null, cursor: 12, entries, pending: [], failed: [] }
  assert.deepStrictEqual(
    [4, 5, 6, 7, 9, 10, 12, 13].map((seq) => rowAt(view, seq)?.seq),
    [undefined, 5, undefined, 7, undefined, 10, 12, undefined]
  )
  assert.deepStrictEqual([newestSeq(view), othersAbove(view, 7, me).map(({ seq }) => seq)], [12, [12, 10]])
})

describe("what is new below what was seen", () => {
  const viewOf = (...entries: FeedView["entries"]): FeedView => ({
    ...{ conversationId, version: 1, epoch: null, cursor: 300, pending: [], failed: [] },
    entries
  })
  const other = (seq: number, more: Partial<MessageRow> = {}) => shownRow(postedRow(seq, userId(2), "", 0, more))

  it("are others' messages that are there and were not read", () => {
    const view = viewOf(
      other(5),
      other(6),
      shownRow(postedRow(7, me, "", 0)),
      other(8),
      other(9, { deleted: true }),
      other(10)
    )
    const seen = (seq: number, readUpTo: number, unread: number) => newBelow(view, { readUpTo, unread }, seq, me)
    assert.deepStrictEqual([seen(0, 4, 4), seen(5, 4, 4), seen(8, 4, 4), seen(10, 4, 4)], [4, 3, 1, 0])
    assert.strictEqual(seen(5, 8, 1), 1, "read at another device meanwhile")
    assert.strictEqual(seen(5, 10, 0), 0, "gone back to what was read")
    assert.deepStrictEqual(
      [newBelow(undefined, { readUpTo: 4, unread: 4 }, 0, me), newBelow(view, undefined, 0, me)],
      [0, 0]
    )
  })

  it("are those that the list counts, too, where they are still to be loaded", () => {
    const gap = { _tag: "gap" as const, from: 8, to: 20 }
    const view = viewOf({ _tag: "gap", from: 1, to: 4 }, other(5), other(6), other(7), gap, other(21))
    assert.strictEqual(newBelow(view, { readUpTo: 4, unread: 15 }, 6, me), 13)
    assert.strictEqual(
      newBelow(view, { readUpTo: 4, unread: 2 }, 6, me),
      2,
      "the list learns of what is here a little later"
    )
    assert.strictEqual(newBelow(view, { readUpTo: 4, unread: 15 }, 20, me), 1, "past the gap")
    assert.strictEqual(newBelow(view, { readUpTo: 4, unread: 100 }, 6, me), 100, "more than the list counts")
  })

  it("are counted as far as badges are", () => {
    const view = viewOf(...Array.from({ length: 150 }, (_, n) => other(n + 1)))
    assert.deepStrictEqual(
      [0, 49, 50, 51, 149].map((seq) => newBelow(view, { readUpTo: 0, unread: 100 }, seq, me)),
      [100, 100, 100, 99, 1]
    )
  })

  it("are as many whether or not they are loaded", () => {
    const log = fc.array(fc.constantFrom(me, userId(2), userId(3)), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(log, fc.nat(60), fc.nat(60), fc.nat(60), fc.nat(20), (by, readUpTo, seen, from, length) => {
        const all = by.map((author, i) => shownRow(postedRow(i + 1, author, "", 0)))
        const unread = by.filter((author, i) => i + 1 > readUpTo && author !== me).length
        const line = { readUpTo, unread }
        // What was seen or read is here.
        const first = Math.max(from, readUpTo, seen) + 1
        const gap = { _tag: "gap" as const, from: first, to: first + length }
        const holed = first + length > by.length ? all : [...all.slice(0, first - 1), gap, ...all.slice(first + length)]
        const naive = by.filter((author, i) => i + 1 > Math.max(readUpTo, seen) && author !== me).length
        assert.strictEqual(newBelow(viewOf(...all), line, seen, me), naive)
        assert.strictEqual(newBelow(viewOf(...holed), line, seen, me), naive)
      })
    )
  })
})

it("the newest end of a log is known once its last row is here, or nothing is left to come", () => {
  const gap = { _tag: "gap" as const, from: 1, to: 9 }
  const ends = (cursor: number, head: number | undefined, ...entries: FeedView["entries"]) =>
    loadedEnd({ conversationId, version: 1, epoch: null, cursor, entries, pending: [], failed: [] }, head)
  const row = shownRow(postedRow(10, me, "", 0))
  assert.deepStrictEqual(
    [ends(10, 10, gap, row), ends(10, undefined, row), ends(9, 9, gap), ends(9, undefined, gap)],
    [10, 10, undefined, undefined]
  )
  // With no place yet; with nothing in it, or nothing that is shown to this person.
  assert.deepStrictEqual([ends(0, undefined), ends(0, 9), ends(0, 0), ends(9, 9)], [undefined, undefined, 0, 9])
})

it("the newest own message is edited, or none while it is on its way", () => {
  const row = postedRow(7, me, "stored", 0)
  const view = {
    conversationId,
    version: 1,
    epoch: null,
    cursor: 9,
    entries: [shownRow(row), shownRow(postedRow(9, userId(2), "", 0))],
    failed: []
  }
  const waiting = (state: PendingPost["state"]): PendingPost => ({
    id: commandId(500),
    at: 1,
    text: "waits",
    unanswered: false,
    state
  })
  const lastOf = (...states: ReadonlyArray<PendingPost["state"]>) =>
    lastOwn({ ...view, pending: states.map(waiting) }, me)
  assert.deepStrictEqual(lastOf(), row)
  assert.deepStrictEqual(
    [lastOf("stored"), lastOf("sent"), lastOf("queued", "sent")],
    [undefined, undefined, undefined]
  )
  assert.deepStrictEqual(lastOf("sent", "queued", "failed"), waiting("queued"))
  assert.deepStrictEqual(lastOf("failed", "withdrawn"), row)
})

it("who manages a conversation is an owner or an admin, and nobody whose role only a newer server knows", () => {
  const roles = ["owner", "admin", "member", "steward", undefined] as const
  assert.deepStrictEqual(
    roles.map((role) => isManager(role as "owner" | undefined)),
    [true, true, false, false, false]
  )
})

it("roles say what members may do about each other", () => {
  assert.deepStrictEqual(memberActs("owner", "member", false), ["makeOwner", "makeAdmin", "remove", "ban"])
  assert.deepStrictEqual(memberActs("admin", "member", false), ["remove", "ban"])
  assert.deepStrictEqual(
    [
      ...memberActs("admin", "admin", false),
      ...memberActs("member", "member", false),
      ...memberActs("owner", "owner", true)
    ],
    []
  )
})

it("a preview is one line, cut at a character", () => {
  assert.strictEqual(replyPreview("**a**\n\nb"), "a b")
  assert.strictEqual(replyPreview("😀".repeat(100), 5), "😀😀😀😀…")
  assert.notInclude(replyPreview(`||${"the butler ".repeat(60)}||`), "butler")
  assert.strictEqual(commandId(1).length, 36)
})
