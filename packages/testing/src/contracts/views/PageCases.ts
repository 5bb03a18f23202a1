/** Cases: pages of rows, and the changes in them. */

import type { HistoryPage } from "@hibiki/core/domain/Conversation"
import { sideBytes } from "@hibiki/core/domain/HistorySize"
import { personalLog } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { isKnownRow } from "@hibiki/core/domain/RowKinds"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import type { ViewScene } from "./ViewScene.ts"

const latest = { _tag: "Latest" } as const
const before = (seq: number) => ({ _tag: "Before", seq }) as const
const after = (seq: number) => ({ _tag: "After", seq }) as const
const around = (seq: number) => ({ _tag: "Around", seq }) as const
const outline = ({ moreAfter, moreBefore, rows }: HistoryPage) => [moreBefore, rows.map(({ seq }) => seq), moreAfter]

export const pageCases: ReadonlyArray<ContractCase<ViewScene>> = [
  {
    name: "a page shows each kind of row as its event says",
    run: ({ assert, clock, converse, events, page, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const at = clock.now
        const log = yield* converse(ann, [bob], { title: "Tea", kind: "channel" })
        yield* stores(ann, log, { kind: "post", text: "a" })
        yield* stores(bob, log, { kind: "post", text: "b", replyTo: 2 })
        yield* stores(bob, log, { kind: "add", userIds: [cat] })
        yield* stores(ann, log, { kind: "setRole", userId: cat, role: "admin" })
        yield* stores(cat, log, { kind: "rename", title: "Coffee" })
        yield* stores(ann, log, { kind: "remove", userId: cat })
        const ids = (yield* events(log)).map(({ id }) => id)
        const row = (seq: number, by: string) => ({ seq, rev: seq, id: ids[seq - 1], by, at: at + seq - 1 })
        assert.deepStrictEqual(yield* page(bob, log, latest), {
          rows: [
            { ...row(1, ann), kind: "created", conversationKind: "channel", title: "Tea", userIds: [ann, bob] },
            { ...row(2, ann), kind: "posted", text: "a" },
            { ...row(3, bob), kind: "posted", text: "b", replyTo: 2 },
            { ...row(4, bob), kind: "joined", userIds: [cat] },
            { ...row(5, ann), kind: "roleChanged", userIds: [cat], role: "admin" },
            { ...row(6, cat), kind: "renamed", title: "Coffee" },
            { ...row(7, ann), kind: "left", userIds: [cat] }
          ],
          asOf: 7,
          moreBefore: false,
          moreAfter: false
        })
      })
  },
  {
    name: "a pinned message says so until it is unpinned or deleted, and its pin is a row that names it",
    run: ({ assert, converse, page, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        for (const text of ["a", "b"]) yield* post(ann, log, text)
        for (const target of [2, 3]) yield* stores(bob, log, { kind: "pin", target })
        yield* stores(ann, log, { kind: "edit", target: 2, text: "c" })
        const shown = Effect.map(page(ann, log, latest), ({ rows }) =>
          rows
            .filter(isKnownRow)
            .slice(1)
            .map(({ deleted, kind, pinned, replyTo, rev, seq }) => [seq, rev, kind, replyTo, pinned, deleted])
        )
        const [none, pins] = [undefined, ["pinned", "posted"]]
        const rowsOfPins = [
          [4, 4, pins[0], 2, none, none],
          [5, 5, pins[0], 3, none, none]
        ]
        assert.deepStrictEqual(yield* shown, [
          [2, 6, pins[1], none, true, none],
          [3, 5, pins[1], none, true, none],
          ...rowsOfPins
        ])
        yield* stores(bob, log, { kind: "unpin", target: 2 })
        yield* stores(ann, log, { kind: "delete", target: 3 })
        assert.deepStrictEqual(yield* shown, [
          [2, 7, pins[1], none, none, none],
          [3, 8, pins[1], none, none, true],
          ...rowsOfPins
        ])
      })
  },
  {
    name: "the pinned messages are a page of their own, from the newest on or below a place, of those that the reader may read",
    run: ({ assert, converse, page, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [], { history: "joined" })
        const pinned = (below?: number) => ({ _tag: "Pinned", below }) as const
        assert.deepStrictEqual(yield* page(ann, log, pinned()), {
          rows: [],
          asOf: 1,
          moreBefore: false,
          moreAfter: false
        })
        for (const text of ["a", "b", "c", "d"]) yield* post(ann, log, text)
        for (const target of [5, 2, 4]) yield* stores(ann, log, { kind: "pin", target })
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        yield* stores(ann, log, { kind: "pin", target: yield* post(bob, log, "e") })
        const { asOf, rows } = yield* page(ann, log, pinned())
        assert.deepStrictEqual(
          rows,
          (yield* page(ann, log, latest)).rows.filter((row) => "pinned" in row)
        )
        assert.deepStrictEqual([asOf, rows.map(({ seq }) => seq)], [11, [2, 4, 5, 10]])
        assert.deepStrictEqual(outline(yield* page(ann, log, pinned(), 2)), [true, [5, 10], false])
        assert.deepStrictEqual(outline(yield* page(ann, log, pinned(5), 1)), [true, [4], true])
        assert.deepStrictEqual(outline(yield* page(ann, log, pinned(2))), [false, [], true])
        assert.deepStrictEqual(outline(yield* page(bob, log, pinned())), [false, [10], false])
      })
  },
  {
    name: "edits and reactions are folded in, with the last change as `rev`, and `mine` by the reader",
    run: ({ assert, clock, converse, page, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* post(ann, log, "a")
        yield* post(ann, log, "b")
        // Ordered by code points: a UTF-16 order would put the first after the second.
        const [ligature, grin] = ["\ufb01", "\u{1f600}"]
        for (const [by, emoji] of [
          [ann, grin],
          [bob, grin],
          [bob, ligature]
        ] as const)
          yield* stores(by, log, { kind: "react", target: 2, emoji })
        const editedAt = clock.now
        yield* stores(ann, log, { kind: "edit", target: 2, text: "c" })
        const rows = (userId: typeof ann) =>
          Effect.map(page(userId, log, latest), (shown) =>
            shown.rows.slice(1).map(({ at: _at, by: _by, id: _id, ...rest }) => rest)
          )
        const other = { seq: 3, rev: 3, kind: "posted", text: "b" }
        const edited = { seq: 2, rev: 7, kind: "posted", text: "c", editedAt }
        const reactions = (mine: boolean) => [
          { emoji: ligature, count: 1, mine: !mine },
          { emoji: grin, count: 2, mine: true }
        ]
        assert.deepStrictEqual(yield* rows(ann), [{ ...edited, reactions: reactions(true) }, other])
        assert.deepStrictEqual(yield* rows(bob), [{ ...edited, reactions: reactions(false) }, other])
        yield* stores(bob, log, { kind: "unreact", target: 2, emoji: ligature })
        yield* stores(bob, log, { kind: "unreact", target: 2, emoji: grin })
        assert.deepStrictEqual(yield* rows(bob), [
          { ...edited, rev: 9, reactions: [{ emoji: grin, count: 1, mine: false }] },
          other
        ])
        yield* stores(ann, log, { kind: "unreact", target: 2, emoji: grin })
        assert.deepStrictEqual(yield* rows(bob), [{ ...edited, rev: 10 }, other])
      })
  },
  {
    name: "a deleted row keeps its place and author, and nothing else",
    run: ({ assert, clock, converse, events, page, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* post(ann, log, "a")
        const at = clock.now
        yield* post(bob, log, "secret", 2)
        yield* stores(bob, log, { kind: "edit", target: 3, text: "more secret" })
        yield* stores(ann, log, { kind: "react", target: 3, emoji: "👍" })
        yield* stores(ann, log, { kind: "delete", target: 3 })
        const shown = yield* page(bob, log, latest)
        const id = (yield* events(log))[2]?.id
        assert.deepStrictEqual(shown.rows[2], {
          seq: 3,
          rev: 6,
          id,
          by: bob,
          at,
          kind: "posted",
          text: "",
          deleted: true
        })
        assert.strictEqual(shown.asOf, 6)
      })
  },
  {
    name: "pages lead back and forth over rows, past the events between them, and say whether more stand on each side",
    run: ({ assert, converse, page, post, stores, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        // Rows 1, 2, 3, 5, 6, 7, 9: the edits at 4 and 8 are none.
        for (const text of ["2", "3"]) yield* post(ann, log, text)
        yield* stores(ann, log, { kind: "edit", target: 2, text: "4" })
        for (const text of ["5", "6", "7"]) yield* post(ann, log, text)
        yield* stores(ann, log, { kind: "edit", target: 3, text: "8" })
        yield* post(ann, log, "9")
        const show = (from: Parameters<typeof page>[2], limit: number) =>
          Effect.map(page(ann, log, from, limit), outline)
        assert.deepStrictEqual(yield* show(latest, 3), [true, [6, 7, 9], false])
        assert.deepStrictEqual(yield* show(latest, 7), [false, [1, 2, 3, 5, 6, 7, 9], false])
        assert.deepStrictEqual(yield* show(before(6), 2), [true, [3, 5], true])
        assert.deepStrictEqual(yield* show(before(5), 3), [false, [1, 2, 3], true])
        assert.deepStrictEqual(yield* show(before(99), 2), [true, [7, 9], false])
        assert.deepStrictEqual(yield* show(after(3), 2), [true, [5, 6], true])
        assert.deepStrictEqual(yield* show(after(4), 2), [true, [5, 6], true])
        assert.deepStrictEqual(yield* show(after(6), 9), [true, [7, 9], false])
        assert.deepStrictEqual(yield* show(after(0), 2), [false, [1, 2], true])
        assert.deepStrictEqual(yield* show(around(5), 5), [true, [2, 3, 5, 6, 7], true])
        assert.deepStrictEqual(yield* show(around(1), 3), [false, [1, 2], true])
        assert.deepStrictEqual(yield* show(around(9), 3), [true, [7, 9], false])
        assert.deepStrictEqual((yield* page(ann, log, before(1), 5)).rows, [])
        assert.deepStrictEqual((yield* page(ann, log, after(9), 5)).rows, [])
      })
  },
  {
    name: "a page holds nothing below what the reader may see, and does not tell that it is there",
    run: ({ assert, conversations, converse, page, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [], { history: "joined" })
        yield* post(ann, log, "before")
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        yield* post(ann, log, "after")
        yield* stores(ann, log, { kind: "edit", target: 2, text: "still before" })
        assert.deepStrictEqual(outline(yield* page(bob, log, latest)), [false, [3, 4], false])
        assert.deepStrictEqual((yield* page(bob, log, before(3))).rows, [])
        assert.deepStrictEqual(outline(yield* page(bob, log, after(0), 1)), [false, [3], true])
        assert.deepStrictEqual(outline(yield* page(ann, log, latest)), [false, [1, 2, 3, 4], false])
        const changed = yield* conversations.changedSince(bob, log, 4, 1, 9)
        assert.deepStrictEqual([changed?.rows, changed?.asOf], [[], 5])
      })
  },
  {
    name: "there is no page for strangers, former members, of no conversation and of a personal log",
    run: ({ assert, conversationId, conversations, converse, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        yield* stores(bob, log, { kind: "leave" })
        for (const [userId, where] of [
          [eve, log],
          [bob, log],
          [ann, yield* conversationId],
          [eve, personalLog(ann)]
        ] as const) {
          assert.strictEqual(yield* conversations.page(userId, where, latest, 10), undefined)
          assert.strictEqual(yield* conversations.changedSince(userId, where, 0, 1, 10), undefined)
        }
      })
  },
  {
    name: "changedSince gives the rows of a window that a later event made or changed, and the head",
    run: ({ assert, conversations, converse, page, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        for (const text of ["2", "3", "4", "5"]) yield* post(ann, log, text)
        yield* stores(ann, log, { kind: "edit", target: 2, text: "6" })
        yield* stores(bob, log, { kind: "react", target: 4, emoji: "👍" })
        yield* stores(ann, log, { kind: "delete", target: 5 })
        yield* post(bob, log, "9")
        const changed = (asOf: number, from: number, to: number) =>
          Effect.map(conversations.changedSince(bob, log, asOf, from, to), (found) => [
            found?.rows.map(({ rev, seq }) => [seq, rev]),
            found?.asOf
          ])
        assert.deepStrictEqual(yield* changed(5, 1, 5), [
          [
            [2, 6],
            [4, 7],
            [5, 8]
          ],
          9
        ])
        assert.deepStrictEqual(yield* changed(6, 1, 9), [
          [
            [4, 7],
            [5, 8],
            [9, 9]
          ],
          9
        ])
        assert.deepStrictEqual(yield* changed(5, 3, 4), [[[4, 7]], 9])
        assert.deepStrictEqual(yield* changed(0, 3, 3), [[[3, 3]], 9])
        assert.deepStrictEqual(yield* changed(9, 1, 9), [[], 9])
        assert.deepStrictEqual(
          (yield* conversations.changedSince(bob, log, 8, 1, 9))?.rows,
          (yield* page(bob, log, after(5))).rows
        )
      })
  },
  {
    name: `changedSince looks at no more than ${Limits.changedWindow} seqs`,
    run: ({ assert, conversations, converse, post, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        yield* post(ann, log, "a")
        const found = yield* conversations.changedSince(ann, log, 0, 2, Number.MAX_SAFE_INTEGER)
        assert.deepStrictEqual([found?.rows.map(({ seq }) => seq), found?.asOf], [[2], 2])
      })
  },
  {
    name: "an answer that would be too large ends where it is, next to what was asked for, and says that there is more",
    run: ({ append, assert, command, conversations, converse, page, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const filled = (text: string) =>
          Effect.gen(function* () {
            const log = yield* converse(ann, [])
            for (let batch = 0; batch < 4; batch++)
              yield* append(
                ...(yield* Effect.all(Array.from({ length: 20 }, () => command(ann, log, { kind: "post", text }))))
              )
            return log
          })
        // 16,302 bytes each, of which a side takes 8; the row at 1 is a small one.
        const log = yield* filled("🍵".repeat(Limits.textMax))
        const shown = (from: Parameters<typeof page>[2]) =>
          Effect.map(page(ann, log, from), ({ moreAfter, moreBefore, rows }) => [
            moreBefore,
            rows[0]?.seq,
            rows.at(-1)?.seq,
            moreAfter
          ])
        assert.deepStrictEqual(yield* shown(latest), [true, 74, 81, false])
        assert.deepStrictEqual(yield* shown(before(60)), [true, 52, 59, true])
        assert.deepStrictEqual(yield* shown(before(10)), [false, 1, 9, true])
        assert.deepStrictEqual(yield* shown(after(0)), [false, 1, 9, true])
        assert.deepStrictEqual(yield* shown(after(10)), [true, 11, 18, true])
        assert.deepStrictEqual(yield* shown(around(41)), [true, 33, 49, true])
        const changed = (from: number) =>
          Effect.map(conversations.changedSince(ann, log, 0, from, 81), (found) => [
            found?.rows.at(-1)?.seq,
            found?.moreAfter
          ])
        assert.deepStrictEqual(
          [yield* changed(1), yield* changed(34), yield* changed(74)],
          [
            [9, true],
            [41, true],
            [81, false]
          ]
        )
        // Six bytes of the answer for each character.
        const escaped = yield* page(ann, yield* filled(`${"\u0001".repeat(Limits.textMax - 1)}a`), latest)
        assert.strictEqual(escaped.rows.length, 5)
        assert.strictEqual(JSON.stringify(escaped).length <= sideBytes, true)
      })
  },
  {
    name: "changedSince says whether more of its window has changed, and nothing of what lies beyond it",
    run: ({ assert, conversations, converse, post, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        for (const text of ["2", "3", "4"]) yield* post(ann, log, text)
        const found = yield* conversations.changedSince(ann, log, 0, 2, 3)
        assert.deepStrictEqual(found && outline(found), [false, [2, 3], false])
      })
  },
  {
    name: "a direct conversation without messages is an empty page as of 0",
    run: ({ assert, direct, page, post, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* direct(ann, bob)
        assert.deepStrictEqual(yield* page(bob, log, latest), {
          rows: [],
          asOf: 0,
          moreBefore: false,
          moreAfter: false
        })
        yield* post(ann, log, "a")
        assert.deepStrictEqual(outline(yield* page(bob, log, latest)), [false, [1], false])
      })
  }
]
