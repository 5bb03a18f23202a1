/** Cases: the part of a log that each reader gets. */

import { personalLog } from "@hibiki/core/domain/Ids"
import type { LogSlice } from "@hibiki/core/ports/EventStore"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import type { LogScene } from "./LogScene.ts"

const outline = ({ events, first, head, member, visibleFrom }: LogSlice) => ({
  member,
  first,
  visibleFrom,
  head,
  seqs: events.map(({ seq }) => seq)
})
const nothing = { member: false, first: 0, visibleFrom: 0, head: 0, seqs: [] }

export const sliceCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "a member reads the events above its seq, in order, no more than asked for, as the log has them",
    run: ({ assert, converse, events, post, slice, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        for (const text of ["a", "b", "c"]) yield* post(ann, log, text)
        assert.deepStrictEqual((yield* slice(bob, log)).events, yield* events(log))
        const whole = { member: true, first: 1, visibleFrom: 1, head: 4 }
        assert.deepStrictEqual(outline(yield* slice(bob, log, 1, 2)), { ...whole, seqs: [2, 3] })
        assert.deepStrictEqual(outline(yield* slice(bob, log, 4)), { ...whole, seqs: [] })
        assert.deepStrictEqual(outline(yield* slice(bob, log, 40)), { ...whole, seqs: [] })
      })
  },
  {
    name: "strangers, former members and readers of no log get nothing, not even a number",
    run: ({ assert, conversationId, converse, post, slice, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        yield* post(bob, log, "a")
        yield* stores(bob, log, { kind: "leave" })
        assert.deepStrictEqual(outline(yield* slice(eve, log)), nothing)
        assert.deepStrictEqual(outline(yield* slice(bob, log)), nothing)
        assert.deepStrictEqual(outline(yield* slice(ann, yield* conversationId)), nothing)
      })
  },
  {
    name: "with history `all` a newcomer reads the whole log",
    run: ({ assert, converse, post, slice, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [], { kind: "channel", history: "all" })
        yield* post(ann, log, "a")
        yield* stores(bob, log, { kind: "join" })
        assert.deepStrictEqual(outline(yield* slice(bob, log)), {
          member: true,
          first: 1,
          visibleFrom: 1,
          head: 3,
          seqs: [1, 2, 3]
        })
      })
  },
  {
    name: "with history `joined` a member reads from the event that made it one",
    run: ({ assert, converse, post, slice, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [], { history: "joined" })
        yield* post(ann, log, "before")
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        yield* post(ann, log, "after")
        const from = { member: true, first: 1, visibleFrom: 3, head: 4 }
        assert.deepStrictEqual(outline(yield* slice(bob, log)), { ...from, seqs: [3, 4] })
        assert.deepStrictEqual(outline(yield* slice(bob, log, 0, 1)), { ...from, seqs: [3] })
        assert.deepStrictEqual(outline(yield* slice(bob, log, 3)), { ...from, seqs: [4] })
        assert.deepStrictEqual(outline(yield* slice(ann, log)), { ...from, visibleFrom: 1, seqs: [1, 2, 3, 4] })
      })
  },
  {
    name: "with history `joined`, edits of messages from before joining are read without their text by those who joined, and by nobody else so",
    run: ({ assert, converse, post, slice, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [], { history: "joined" })
        yield* post(ann, log, "before")
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        yield* post(ann, log, "after")
        yield* stores(ann, log, { kind: "edit", target: 2, text: "the secret, spelled right" })
        yield* stores(ann, log, { kind: "edit", target: 4, text: "after, edited" })
        const edits = (read: LogSlice) =>
          read.events.flatMap((event) => (event.kind === "edited" ? [[event.seq, event.text, event.blanked]] : []))
        assert.deepStrictEqual(edits(yield* slice(bob, log)), [
          [5, "", true],
          [6, "after, edited", undefined]
        ])
        assert.deepStrictEqual(edits(yield* slice(bob, log, 4, 1)), [[5, "", true]])
        assert.deepStrictEqual(edits(yield* slice(ann, log)), [
          [5, "the secret, spelled right", undefined],
          [6, "after, edited", undefined]
        ])
      })
  },
  {
    name: "with history `joined`, coming back shows nothing of before, not even what was read then",
    run: ({ assert, converse, post, slice, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob], { history: "joined" })
        yield* post(ann, log, "a")
        yield* stores(bob, log, { kind: "leave" })
        yield* post(ann, log, "between")
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        assert.deepStrictEqual(outline(yield* slice(bob, log)), {
          member: true,
          first: 1,
          visibleFrom: 5,
          head: 5,
          seqs: [5]
        })
      })
  },
  {
    name: "a personal log is read by its user only",
    run: ({ assert, converse, personalHead, slice, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const head = yield* personalHead(ann)
        const own = yield* slice(ann, personalLog(ann), head - 1)
        assert.deepStrictEqual([own.member, own.first, own.visibleFrom, own.head], [true, 1, 1, head])
        assert.deepStrictEqual(
          own.events.map((event) => [event.kind, "conversationId" in event && event.conversationId]),
          [["added", log]]
        )
        assert.deepStrictEqual(outline(yield* slice(bob, personalLog(ann))), nothing)
      })
  },
  {
    name: "many slices are given in the order asked, each by its own reader's rights",
    run: ({ assert, converse, direct, post, store, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const [tea, notes] = [yield* converse(ann, [bob]), yield* direct(eve, eve)]
        yield* post(ann, tea, "a")
        yield* post(eve, notes, "b")
        const requests = [
          { log: tea, userId: bob, after: 1, limit: 10 },
          { log: notes, userId: ann, after: 0, limit: 10 },
          { log: notes, userId: eve, after: 0, limit: 10 },
          { log: tea, userId: ann, after: 0, limit: 1 },
          { log: tea, userId: eve, after: 0, limit: 10 }
        ]
        const slices = yield* store.slices(requests)
        assert.deepStrictEqual(
          slices.map(({ log, userId }) => [log, userId]),
          requests.map(({ log, userId }) => [log, userId])
        )
        assert.deepStrictEqual(
          slices.map(({ events }) => events.map(({ seq }) => seq)),
          [[2], [], [1], [1], []]
        )
        assert.deepStrictEqual(
          slices.map(({ member }) => member),
          [true, false, true, true, false]
        )
        assert.deepStrictEqual(yield* store.slices([]), [])
      })
  },
  {
    name: "a slice ends at the event by whose text it reaches the bytes that were asked for, and has one in any case",
    run: ({ assert, converse, post, store, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        for (const text of ["四つ", "four", "響".repeat(10)]) yield* post(ann, log, text)
        yield* stores(ann, log, { kind: "edit", target: 2, text: "三つ" })
        yield* stores(ann, log, { kind: "rename", title: "Coffee" })
        const requests = [1, 2, 6, 7, 40, 46, 47, undefined].map((bytes) => ({
          ...{ log, userId: bob, after: 0, limit: 10 },
          ...(bytes === undefined ? {} : { bytes })
        }))
        assert.deepStrictEqual(
          (yield* store.slices(requests)).map(({ events }) => events.length),
          [2, 2, 2, 3, 4, 5, 6, 6]
        )
        assert.deepStrictEqual(
          (yield* store.slices([{ log, userId: bob, after: 3, limit: 10, bytes: 1 }])).map(({ events }) =>
            events.map(({ seq }) => seq)
          ),
          [[4]]
        )
      })
  },
  {
    name: "heads of many logs are told in the order asked, 0 where there is none, personal logs among them",
    run: ({ assert, conversationId, converse, head, post, store, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const [tea, coffee, absent] = [yield* converse(ann, [bob]), yield* converse(bob, []), yield* conversationId]
        for (const text of ["a", "b"]) yield* post(ann, tea, text)
        const personal = yield* head(personalLog(ann))
        assert.deepStrictEqual(yield* store.heads([coffee, absent, tea, personalLog(ann), coffee]), [
          1,
          0,
          3,
          personal,
          1
        ])
        assert.deepStrictEqual(yield* store.heads([]), [])
        const many = Array.from({ length: 999 }, () => absent)
        assert.deepStrictEqual(
          (yield* store.heads([...many, tea])).filter((found) => found > 0),
          [3]
        )
      })
  }
]
