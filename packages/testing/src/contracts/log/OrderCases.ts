/** Cases: numbers, times and exact content of events, and reading them back. */

import { personalLog } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { gist, type LogScene } from "./LogScene.ts"

export const orderCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "events of every kind are numbered 1, 2, 3, ... without gap, each log by itself",
    run: ({ assert, converse, events, post, stores, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const [tea, coffee] = [yield* converse(ann, []), yield* converse(ann, [])]
        assert.strictEqual(yield* post(ann, tea, "one"), 2)
        assert.strictEqual(yield* post(ann, coffee, "one"), 2)
        assert.strictEqual(yield* stores(ann, tea, { kind: "edit", target: 2, text: "two" }), 3)
        assert.strictEqual(yield* stores(ann, tea, { kind: "react", target: 2, emoji: "👍" }), 4)
        assert.strictEqual(yield* stores(ann, tea, { kind: "unreact", target: 2, emoji: "👍" }), 5)
        assert.strictEqual(yield* stores(ann, tea, { kind: "rename", title: "Green tea" }), 6)
        assert.strictEqual(yield* stores(ann, tea, { kind: "delete", target: 2 }), 7)
        assert.deepStrictEqual(
          (yield* events(tea)).map(({ kind, seq }) => `${seq} ${kind}`),
          ["1 created", "2 posted", "3 edited", "4 reacted", "5 unreacted", "6 renamed", "7 deleted"]
        )
      })
  },
  {
    name: "an event holds its seq, its command's id, who, when and what, and nothing else",
    run: ({ append, assert, clock, command, converse, events, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [], { title: "Tea", history: "joined" })
        const first = yield* command(ann, log, { kind: "post", text: "hello" })
        const second = yield* command(ann, log, { kind: "post", text: "again", replyTo: 2 })
        const third = yield* command(ann, log, { kind: "react", target: 3, emoji: "🍵" })
        const at = clock.now
        const { decisions } = yield* append(first, second, third)
        assert.deepStrictEqual(
          decisions,
          [2, 3, 4].map((seq) => ({ _tag: "Appended", seq, at }))
        )
        assert.deepStrictEqual((yield* events(log)).slice(1), [
          { seq: 2, id: first.id, by: ann, at, kind: "posted", text: "hello" },
          { seq: 3, id: second.id, by: ann, at, kind: "posted", text: "again", replyTo: 2 },
          { seq: 4, id: third.id, by: ann, at, kind: "reacted", target: 3, emoji: "🍵" }
        ])
      })
  },
  {
    name: "the time shown is never below the log's latest, while that leads by a little",
    run: ({ assert, clock, converse, events, post, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        clock.now += 5_000
        const latest = clock.now
        yield* post(ann, log, "later")
        clock.now -= 4_000
        yield* post(ann, log, "the clock went back")
        clock.now += 4_000
        yield* post(ann, log, "and on")
        assert.deepStrictEqual(
          (yield* events(log)).slice(1).map(({ at }) => at - latest),
          [0, 0, 2]
        )
      })
  },
  {
    name: "a log whose newest time leads by much shows the true time again at once, in all ways",
    run: ({ append, assert, clock, command, converse, events, personalHead, post, store, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const [began, hours, before] = [clock.now, 2 * 3_600_000, yield* personalHead(bob)]
        const twice = (upTo: number) =>
          Effect.gen(function* () {
            yield* append(
              yield* command(ann, log, { kind: "post", text: "a" }),
              yield* command(bob, log, { kind: "post", text: "b" })
            )
            yield* append(yield* command(bob, personalLog(bob), { kind: "markUnread", conversationId: log, upTo }))
          })
        clock.now = began + hours
        yield* twice(2)
        clock.now = began + 20_000
        yield* twice(4)
        clock.now = began + 30_000
        yield* append(yield* command(ann, log, { kind: "edit", target: 2, text: "c" }))
        yield* post(ann, log, "and on")
        assert.deepStrictEqual(
          (yield* events(log)).slice(1).map(({ at }) => at - began),
          [hours, hours, 20_000, 20_000, 30_000, 30_001]
        )
        assert.deepStrictEqual(
          (yield* store.after(personalLog(bob), before, 10)).events.map(({ at }) => at - began),
          [hours + 1, 20_001]
        )
      })
  },
  {
    name: "a text comes back exactly, code point by code point",
    run: ({ assert, converse, events, post, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [], { title: "お茶 ‮\\ \" '" })
        const texts = [
          "e\u0301 \u00e9",
          "👩‍👩‍👧‍👦 🇯🇵",
          '\\u0041 \\n {"a":1}',
          "'; DROP TABLE events; --",
          "line\r\nline\ttab\u2028",
          "\ufeff\u200d\uffff\u{10ffff}",
          " spaces ",
          "$1 %s {} ${x}"
        ]
        for (const text of texts) yield* post(ann, log, text)
        const all = yield* events(log)
        assert.deepStrictEqual(
          all.map((event) => ("title" in event ? event.title : "text" in event ? event.text : "")),
          ["お茶 ‮\\ \" '", ...texts]
        )
      })
  },
  {
    name: "`after` gives the events above a seq in order, no more than asked for, with the log's head and first seq",
    run: ({ assert, converse, post, store, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        for (let i = 0; i < 5; i++) yield* post(ann, log, `${i}`)
        const read = (after: number, limit: number) =>
          Effect.map(store.after(log, after, limit), ({ events, first, head }) => ({
            first,
            head,
            seqs: events.map(({ seq }) => seq)
          }))
        assert.deepStrictEqual(yield* read(0, 100), { first: 1, head: 6, seqs: [1, 2, 3, 4, 5, 6] })
        assert.deepStrictEqual(yield* read(2, 2), { first: 1, head: 6, seqs: [3, 4] })
        assert.deepStrictEqual(yield* read(6, 100), { first: 1, head: 6, seqs: [] })
        assert.deepStrictEqual(yield* read(60, 100), { first: 1, head: 6, seqs: [] })
      })
  },
  {
    name: "`after` of a log that does not exist is empty, and its head 0",
    run: ({ assert, conversationId, store }) =>
      Effect.gen(function* () {
        const { events, head } = yield* store.after(yield* conversationId, 0, 10)
        assert.deepStrictEqual({ events, head }, { events: [], head: 0 })
      })
  },
  {
    name: "every result names the store's epoch, and an empty batch does nothing else",
    run: ({ append, assert, store }) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* append(), { epoch: store.epoch, decisions: [], changes: [] })
        assert.strictEqual(yield* store.readEpoch, store.epoch)
      })
  },
  {
    name: "a stored command tells its log's new events in order, up to the head",
    run: ({ append, assert, command, converse, events, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const { changes } = yield* append(
          yield* command(ann, log, { kind: "post", text: "a" }),
          yield* command(ann, log, { kind: "post", text: "b" })
        )
        assert.deepStrictEqual(changes, [{ log, head: 3, events: (yield* events(log)).slice(1) }])
      })
  },
  {
    name: "a change in a personal log is told beside the one that caused it",
    run: ({ append, assert, command, converse, personalHead, store, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [])
        const before = yield* personalHead(bob)
        const { changes } = yield* append(yield* command(ann, log, { kind: "add", userIds: [bob] }))
        const { events, head } = yield* store.after(personalLog(bob), before, 10)
        assert.deepStrictEqual(changes.map((change) => change.log).sort(), [log, personalLog(bob)].sort())
        assert.deepStrictEqual(
          changes.find((change) => change.log === personalLog(bob)),
          { log: personalLog(bob), head, events }
        )
        assert.strictEqual(head, before + 1)
      })
  },
  {
    name: "a refused command changes nothing, uses no number and tells no log",
    run: ({ append, assert, command, converse, post, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* converse(ann, [])
        const { changes, decisions } = yield* append(yield* command(ann, log, { kind: "edit", target: 9, text: "a" }))
        assert.deepStrictEqual([changes.length, decisions.map(gist)], [0, ["invalid_target"]])
        assert.strictEqual(yield* post(ann, log, "next"), 2)
      })
  }
]
