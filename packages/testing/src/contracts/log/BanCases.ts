/** Cases: bans keep people out of groups and channels, on every way in. */
import { personalLog } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { gist, type LogScene } from "./LogScene.ts"

export const banCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "a ban ends the membership, and neither joining nor being added brings it back until the ban ends",
    run: ({ assert, converse, isMember, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob, cat], { kind: "channel" })
        yield* stores(ann, log, { kind: "ban", userId: bob })
        assert.strictEqual(yield* isMember(bob, log), false)
        yield* refuses("not_found", bob, log, { kind: "post", text: "still here" })
        yield* refuses("banned", bob, log, { kind: "join" })
        yield* refuses("banned", cat, log, { kind: "add", userIds: [bob] })
        yield* refuses("banned", ann, log, { kind: "add", userIds: [bob] })
        yield* stores(ann, log, { kind: "unban", userId: bob })
        assert.strictEqual(yield* isMember(bob, log), false)
        yield* stores(bob, log, { kind: "join" })
        yield* stores(ann, log, { kind: "remove", userId: bob })
        yield* stores(bob, log, { kind: "join" })
      })
  },
  {
    name: "the ban of a member is `left` with a mark and `removed` in the personal log; of others it is `banned`",
    run: ({ assert, converse, events, personalHead, stores, told, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob])
        const heads = [yield* personalHead(bob), yield* personalHead(cat)]
        yield* stores(ann, log, { kind: "ban", userId: bob })
        yield* stores(ann, log, { kind: "ban", userId: cat })
        yield* stores(ann, log, { kind: "unban", userId: cat })
        const rest = (yield* events(log)).slice(1).map(({ at: _at, id: _id, ...event }) => event)
        assert.deepStrictEqual(rest, [
          { seq: 2, by: ann, kind: "left", userId: bob, banned: true },
          { seq: 3, by: ann, kind: "banned", userId: cat },
          { seq: 4, by: ann, kind: "unbanned", userId: cat }
        ])
        assert.deepStrictEqual(yield* told(bob, heads[0] ?? 0), [["removed", log]])
        assert.deepStrictEqual(yield* told(cat, heads[1] ?? 0), [])
      })
  },
  {
    name: "owners ban anybody but themselves, admins plain members and others, members nobody",
    run: ({ converse, direct, nobody, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, dan, eve, fay] = yield* users(6)
        const log = yield* converse(ann, [bob, cat, dan])
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "owner" })
        yield* stores(ann, log, { kind: "setRole", userId: cat, role: "admin" })
        yield* refuses("unsupported", ann, log, { kind: "ban", userId: ann })
        yield* refuses("forbidden", cat, log, { kind: "ban", userId: cat })
        yield* refuses("forbidden", cat, log, { kind: "ban", userId: ann })
        yield* refuses("forbidden", dan, log, { kind: "ban", userId: eve })
        yield* refuses("forbidden", dan, log, { kind: "unban", userId: eve })
        yield* refuses("not_found", eve, log, { kind: "ban", userId: dan })
        yield* refuses("not_found", ann, log, { kind: "ban", userId: yield* nobody })
        yield* refuses("no_change", ann, log, { kind: "unban", userId: eve })
        yield* stores(cat, log, { kind: "ban", userId: dan })
        yield* stores(cat, log, { kind: "ban", userId: eve })
        yield* refuses("no_change", ann, log, { kind: "ban", userId: eve })
        yield* stores(ann, log, { kind: "ban", userId: bob })
        yield* stores(ann, log, { kind: "ban", userId: cat })
        yield* refuses("unsupported", ann, yield* direct(ann, fay), { kind: "ban", userId: fay })
      })
  },
  {
    name: "who blocks an admin is banned all the same, unless the admin can't know of them",
    run: ({ block, converse, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, dan] = yield* users(4)
        const log = yield* converse(ann, [bob, cat], { kind: "channel" })
        yield* stores(cat, log, { kind: "leave" })
        for (const userId of [bob, cat, dan]) yield* block(userId, ann)
        yield* stores(ann, log, { kind: "ban", userId: bob })
        yield* stores(ann, log, { kind: "ban", userId: cat })
        yield* refuses("not_found", ann, log, { kind: "ban", userId: dan })
        yield* refuses("not_found", ann, log, { kind: "add", userIds: [bob] })
      })
  },
  {
    name: "bans and ways in of one batch are decided one after the other",
    run: ({ append, assert, command, converse, isMember, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        const { decisions } = yield* append(
          yield* command(ann, log, { kind: "ban", userId: bob }),
          yield* command(bob, log, { kind: "join" }),
          yield* command(ann, log, { kind: "unban", userId: bob }),
          yield* command(bob, log, { kind: "join" }),
          yield* command(ann, log, { kind: "ban", userId: cat }),
          yield* command(bob, log, { kind: "add", userIds: [cat] })
        )
        assert.deepStrictEqual(decisions.map(gist), [
          "Appended 2",
          "banned",
          "Appended 3",
          "Appended 4",
          "Appended 5",
          "banned"
        ])
        assert.deepStrictEqual([yield* isMember(bob, log), yield* isMember(cat, log)], [true, false])
      })
  },
  {
    name: "a read and the end of its reader's membership are decided in one batch",
    run: ({ append, assert, command, converse, isMember, post, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob, cat])
        const upTo = yield* post(ann, log, "to be read")
        const { decisions } = yield* append(
          yield* command(bob, personalLog(bob), { kind: "read", conversationId: log, upTo }),
          yield* command(ann, log, { kind: "ban", userId: bob }),
          yield* command(cat, personalLog(cat), { kind: "read", conversationId: log, upTo }),
          yield* command(ann, log, { kind: "remove", userId: cat })
        )
        assert.deepStrictEqual(decisions.map(gist), ["Appended 0", "Appended 3", "Appended 0", "Appended 4"])
        assert.deepStrictEqual([yield* isMember(bob, log), yield* isMember(cat, log)], [false, false])
      })
  },
  {
    name: "a ban holds in its conversation alone, and a repeat of it is answered as before",
    run: ({ append, assert, command, converse, personalHead, store, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const [log, other] = [yield* converse(ann, [bob]), yield* converse(ann, [])]
        const ban = yield* command(ann, log, { kind: "ban", userId: bob })
        const [first, again] = [yield* append(ban), yield* append(ban)]
        assert.deepStrictEqual(
          [first, again].map(({ decisions }) => decisions.map(gist)),
          [["Appended 2"], ["Repeated 2"]]
        )
        const head = yield* personalHead(bob)
        yield* stores(ann, other, { kind: "add", userIds: [bob] })
        const { events } = yield* store.after(personalLog(bob), head, 10)
        assert.deepStrictEqual(
          events.map(({ kind }) => kind),
          ["added"]
        )
      })
  }
]
