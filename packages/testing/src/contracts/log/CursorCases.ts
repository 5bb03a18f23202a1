/** Cases: reading and marking as unread, stored in the personal log. */

import { type ConversationId, personalLog } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { type LogScene, newest } from "./LogScene.ts"

const read = (conversationId: ConversationId, upTo: number) => ({ kind: "read", conversationId, upTo }) as const
const mark = (conversationId: ConversationId, upTo: number) => ({ kind: "markUnread", conversationId, upTo }) as const

export const cursorCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "reading is no event of any log: it writes a cell, which is told with the personal log's head",
    run: ({ append, assert, command, converse, head, personalHead, post, store, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* post(ann, log, "a")
        const before = yield* personalHead(bob)
        const command1 = yield* command(bob, personalLog(bob), read(log, 2))
        const { changes, decisions } = yield* append(command1)
        assert.deepStrictEqual(
          decisions.map((decision) => decision._tag === "Appended" && decision.seq),
          [0]
        )
        const cells = [{ conversationId: log, asOf: before, readUpTo: 2 }]
        assert.deepStrictEqual(changes, [{ log: personalLog(bob), head: before, events: [], cells }])
        assert.deepStrictEqual((yield* store.after(personalLog(bob), before, 10)).events, [])
        assert.strictEqual(yield* head(log), 2)
        // The event may have been lost, so the store repeats it.
        const repeated = yield* append(command1)
        assert.deepStrictEqual(
          [repeated.decisions, repeated.changes],
          [[{ _tag: "Refused", code: "no_change" }], changes]
        )
      })
  },
  {
    name: "the cells of a batch are told as all of it has left them",
    run: ({ append, assert, command, converse, personalHead, post, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const [log, other] = [yield* converse(ann, [bob]), yield* converse(ann, [bob])]
        for (const text of ["a", "b"]) yield* post(ann, log, text)
        const before = yield* personalHead(bob)
        const bodies = [read(log, 1), mark(log, 2), read(other, 1), read(log, 3)]
        const { changes, decisions } = yield* append(
          ...(yield* Effect.forEach(bodies, (body) => command(bob, personalLog(bob), body)))
        )
        assert.deepStrictEqual(
          decisions.map((decision) => decision._tag === "Appended" && decision.seq),
          [0, before + 1, 0, 0]
        )
        assert.deepStrictEqual(changes[0]?.cells, [
          { conversationId: log, asOf: before + 1, readUpTo: 3 },
          { conversationId: other, asOf: before + 1, readUpTo: 1 }
        ])
      })
  },
  {
    name: "a read takes away the mark that stood when it was made, and none that was set after, however late it is run",
    run: ({ append, assert, command, converse, personalHead, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        for (const text of ["a", "b"]) yield* post(ann, log, text)
        const before = yield* personalHead(bob)
        yield* stores(bob, personalLog(bob), { ...read(log, 2), asOf: before })
        yield* stores(bob, personalLog(bob), mark(log, 1))
        // The first one once more, and one that was under way.
        yield* refuses("no_change", bob, personalLog(bob), { ...read(log, 2), asOf: before })
        const { changes } = yield* append(yield* command(bob, personalLog(bob), { ...read(log, 3), asOf: before }))
        const marked = { conversationId: log, asOf: before + 1, readUpTo: 3, markedUnreadAt: 1, markedSeq: before + 1 }
        assert.deepStrictEqual(changes[0]?.cells, [marked])
        const after = yield* append(yield* command(bob, personalLog(bob), { ...read(log, 3), asOf: before + 1 }))
        assert.deepStrictEqual(after.changes[0]?.cells, [{ conversationId: log, asOf: before + 1, readUpTo: 3 }])
      })
  },
  {
    name: "a read cursor only rises, and never above the head",
    run: (scene) =>
      Effect.gen(function* () {
        const { converse, post, refuses, stores, users } = scene
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        for (const text of ["a", "b", "c"]) yield* post(ann, log, text)
        yield* stores(bob, personalLog(bob), read(log, 3))
        yield* refuses("no_change", bob, personalLog(bob), read(log, 3))
        yield* refuses("no_change", bob, personalLog(bob), read(log, 1))
        yield* refuses("no_change", bob, personalLog(bob), read(log, 0))
        yield* refuses("invalid_target", bob, personalLog(bob), read(log, 5))
        yield* stores(bob, personalLog(bob), read(log, 4))
      })
  },
  {
    name: "reading needs membership, and its own personal log",
    run: ({ conversationId, converse, direct, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        for (const body of [read, mark]) {
          yield* refuses("not_found", eve, personalLog(eve), body(log, 1))
          yield* refuses("not_found", eve, personalLog(eve), body(yield* conversationId, 1))
          yield* refuses("not_found", eve, personalLog(bob), body(log, 1))
        }
        yield* stores(bob, log, { kind: "leave" })
        yield* refuses("not_found", bob, personalLog(bob), read(log, 1))
        yield* refuses("no_change", ann, personalLog(ann), read(yield* direct(ann, bob), 0))
      })
  },
  {
    name: "who was there from the beginning has read nothing; who comes later has read all before",
    run: ({ converse, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        yield* post(ann, log, "a")
        yield* stores(cat, log, { kind: "join" })
        yield* stores(bob, personalLog(bob), read(log, 1))
        yield* refuses("no_change", cat, personalLog(cat), read(log, 3))
        yield* post(ann, log, "b")
        yield* stores(cat, personalLog(cat), read(log, 4))
      })
  },
  {
    name: "an unread mark stands at a seq of the conversation, and the same mark again changes nothing",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, converse, personalHead, post, refuses, stores, user } = scene
        const ann = yield* user
        const log = yield* converse(ann, [])
        yield* post(ann, log, "a")
        const before = yield* personalHead(ann)
        yield* refuses("invalid_target", ann, personalLog(ann), mark(log, 0))
        yield* refuses("invalid_target", ann, personalLog(ann), mark(log, 3))
        yield* stores(ann, personalLog(ann), mark(log, 2))
        assert.deepStrictEqual(yield* newest(scene, ann, before), {
          seq: before + 1,
          by: ann,
          kind: "markedUnread",
          conversationId: log,
          upTo: 2
        })
        yield* refuses("no_change", ann, personalLog(ann), mark(log, 2))
        yield* stores(ann, personalLog(ann), mark(log, 1))
        yield* stores(ann, personalLog(ann), mark(log, 2))
      })
  },
  {
    name: "any read clears the mark and tells where the cursor then stands, which is not lower",
    run: (scene) =>
      Effect.gen(function* () {
        const { append, assert, command, converse, personalHead, post, refuses, stores, user } = scene
        const ann = yield* user
        const log = yield* converse(ann, [])
        for (const text of ["a", "b"]) yield* post(ann, log, text)
        yield* stores(ann, personalLog(ann), read(log, 3))
        yield* stores(ann, personalLog(ann), mark(log, 2))
        const asOf = yield* personalHead(ann)
        const { changes } = yield* append(yield* command(ann, personalLog(ann), read(log, 1)))
        assert.deepStrictEqual(changes, [
          { log: personalLog(ann), head: asOf, events: [], cells: [{ conversationId: log, asOf, readUpTo: 3 }] }
        ])
        yield* refuses("no_change", ann, personalLog(ann), read(log, 3))
        yield* stores(ann, personalLog(ann), mark(log, 2))
      })
  },
  {
    name: "coming back is a new membership: the cursor stands at its beginning and the mark is gone",
    run: ({ converse, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* post(ann, log, "a")
        yield* stores(bob, personalLog(bob), mark(log, 2))
        yield* stores(ann, log, { kind: "remove", userId: bob })
        yield* post(ann, log, "b")
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        yield* refuses("no_change", bob, personalLog(bob), read(log, 5))
        yield* post(ann, log, "c")
        yield* stores(bob, personalLog(bob), read(log, 6))
      })
  },
  {
    name: "what others did to a user never takes an id from its own personal commands",
    run: ({ assert, converse, does, id, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [])
        const [add, remove] = [{ id: yield* id }, { id: yield* id }]
        yield* stores(ann, log, { kind: "add", userIds: [bob] }, add)
        yield* stores(bob, personalLog(bob), mark(log, 1), add)
        yield* stores(ann, log, { kind: "remove", userId: bob }, remove)
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        assert.strictEqual((yield* does(bob, personalLog(bob), mark(log, 1), remove))._tag, "Appended")
      })
  }
]
