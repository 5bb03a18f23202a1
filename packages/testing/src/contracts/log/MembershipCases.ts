/** Cases: joining, adding, removing, leaving, renaming and roles. */

import { personalLog } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import type { LogScene } from "./LogScene.ts"

export const membershipCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "whoever is signed in joins a channel, once",
    run: ({ assert, clock, converse, events, id, isMember, personalHead, refuses, stores, told, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [], { kind: "channel" })
        const [same, at, head] = [{ id: yield* id }, clock.now, yield* personalHead(bob)]
        assert.strictEqual(yield* stores(bob, log, { kind: "join" }, same), 2)
        assert.deepStrictEqual((yield* events(log))[1], {
          seq: 2,
          id: same.id,
          by: bob,
          at,
          kind: "joined",
          userIds: [bob]
        })
        assert.strictEqual(yield* isMember(bob, log), true)
        assert.deepStrictEqual(yield* told(bob, head), [["added", log]])
        yield* refuses("no_change", bob, log, { kind: "join" })
        yield* refuses("no_change", ann, log, { kind: "join" })
      })
  },
  {
    name: "nobody joins a group: it is not there for strangers, and unsupported for members",
    run: ({ converse, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [])
        yield* refuses("not_found", bob, log, { kind: "join" })
        yield* refuses("unsupported", ann, log, { kind: "join" })
      })
  },
  {
    name: "any member adds others; the event names those who were none, in the order given, once",
    run: ({ append, assert, command, converse, events, personalHead, told, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, dan] = yield* users(4)
        for (const kind of ["group", "channel"] as const) {
          const log = yield* converse(ann, [bob], { kind })
          const heads = yield* Effect.all([ann, bob, cat, dan].map(personalHead))
          const add = yield* command(bob, log, { kind: "add", userIds: [dan, ann, cat, dan, bob] })
          yield* append(add)
          const event = (yield* events(log))[1]
          assert.deepStrictEqual(
            { ...event, at: 0 },
            { seq: 2, id: add.id, by: bob, at: 0, kind: "joined", userIds: [dan, cat] }
          )
          const news = yield* Effect.all([ann, bob, cat, dan].map((userId, i) => told(userId, heads[i] ?? 0)))
          assert.deepStrictEqual(news, [[], [], [["added", log]], [["added", log]]])
        }
      })
  },
  {
    name: "adding only members changes nothing; adding nobody who exists is not possible",
    run: ({ assert, converse, isMember, nobody, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob])
        yield* refuses("no_change", ann, log, { kind: "add", userIds: [bob, ann] })
        yield* refuses("not_found", ann, log, { kind: "add", userIds: [cat, yield* nobody] })
        assert.strictEqual(yield* isMember(cat, log), false)
      })
  },
  {
    name: "an owner removes anybody but itself, an admin only members, a member nobody",
    run: ({ converse, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, dan, eve, fay] = yield* users(6)
        const log = yield* converse(ann, [bob, cat, dan, eve])
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "owner" })
        yield* stores(ann, log, { kind: "setRole", userId: cat, role: "admin" })
        yield* stores(ann, log, { kind: "setRole", userId: dan, role: "admin" })
        yield* refuses("unsupported", ann, log, { kind: "remove", userId: ann })
        yield* refuses("forbidden", eve, log, { kind: "remove", userId: dan })
        yield* refuses("forbidden", eve, log, { kind: "remove", userId: fay })
        yield* refuses("forbidden", cat, log, { kind: "remove", userId: dan })
        yield* refuses("forbidden", cat, log, { kind: "remove", userId: ann })
        yield* refuses("invalid_target", cat, log, { kind: "remove", userId: fay })
        yield* refuses("invalid_target", ann, log, { kind: "remove", userId: fay })
        yield* stores(cat, log, { kind: "remove", userId: eve })
        yield* stores(ann, log, { kind: "remove", userId: cat })
        yield* stores(ann, log, { kind: "remove", userId: bob })
        yield* refuses("invalid_target", ann, log, { kind: "remove", userId: bob })
      })
  },
  {
    name: "a removal is `left` in the conversation and `removed` in the personal log, by who removed",
    run: ({ append, assert, clock, command, converse, isMember, personalHead, store, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const head = yield* personalHead(bob)
        const remove = yield* command(ann, log, { kind: "remove", userId: bob })
        const at = clock.now
        const { changes } = yield* append(remove)
        const left = { seq: 2, id: remove.id, by: ann, at, kind: "left", userId: bob }
        assert.deepStrictEqual(
          changes.find((change) => change.log === log),
          { log, head: 2, events: [left] }
        )
        const { events } = yield* store.after(personalLog(bob), head, 10)
        assert.deepStrictEqual(
          changes.find((change) => change.log === personalLog(bob)),
          { log: personalLog(bob), head: head + 1, events }
        )
        const [removed] = events
        assert.deepStrictEqual([removed?.by, removed?.kind, removed?.id === remove.id], [ann, "removed", false])
        assert.strictEqual(yield* isMember(bob, log), false)
      })
  },
  {
    name: "a member leaves; a second command of one who left finds nothing",
    run: ({ assert, converse, events, isMember, personalHead, refuses, stores, told, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        const head = yield* personalHead(bob)
        yield* stores(bob, log, { kind: "leave" })
        const left = (yield* events(log))[1]
        assert.deepStrictEqual(
          [left?.kind, left?.by, left !== undefined && "userId" in left && left.userId],
          ["left", bob, bob]
        )
        assert.deepStrictEqual(yield* told(bob, head), [["removed", log]])
        assert.strictEqual(yield* isMember(bob, log), false)
        yield* refuses("not_found", bob, log, { kind: "leave" })
      })
  },
  {
    name: "the last owner neither leaves nor gives up the role while others are there",
    run: ({ assert, converse, isMember, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "admin" })
        yield* refuses("last_owner", ann, log, { kind: "leave" })
        yield* refuses("last_owner", ann, log, { kind: "setRole", userId: ann, role: "admin" })
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "owner" })
        yield* stores(ann, log, { kind: "setRole", userId: ann, role: "member" })
        yield* stores(ann, log, { kind: "leave" })
        yield* stores(bob, log, { kind: "leave" })
        assert.strictEqual(yield* isMember(bob, log), false)
      })
  },
  {
    name: "the last owner keeps the role when alone, too, so that whoever is added has one; and may leave",
    run: ({ assert, converse, isMember, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        for (const kind of ["group", "channel"] as const) {
          const log = yield* converse(ann, [], { kind })
          yield* refuses("last_owner", ann, log, { kind: "setRole", userId: ann, role: "member" })
          yield* refuses("last_owner", ann, log, { kind: "setRole", userId: ann, role: "admin" })
          yield* stores(ann, log, { kind: "add", userIds: [bob] })
          yield* stores(ann, log, { kind: "remove", userId: bob })
          yield* stores(ann, log, { kind: "leave" })
          assert.strictEqual(yield* isMember(ann, log), false)
        }
      })
  },
  {
    name: "who joins a channel that everybody left is its owner, and who joins next is not",
    run: ({ converse, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [], { kind: "channel" })
        yield* stores(ann, log, { kind: "leave" })
        yield* stores(bob, log, { kind: "join" })
        yield* stores(cat, log, { kind: "join" })
        yield* stores(ann, log, { kind: "join" })
        for (const plain of [cat, ann]) yield* refuses("forbidden", plain, log, { kind: "rename", title: "Mine" })
        yield* refuses("last_owner", bob, log, { kind: "leave" })
        yield* stores(bob, log, { kind: "rename", title: "Bob's" })
        yield* stores(bob, log, { kind: "setRole", userId: cat, role: "owner" })
      })
  },
  {
    name: "owners and admins rename, to another title than it has",
    run: ({ assert, clock, converse, events, id, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob, cat], { title: "Tea" })
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "admin" })
        yield* refuses("forbidden", cat, log, { kind: "rename", title: "Cat's" })
        yield* refuses("no_change", ann, log, { kind: "rename", title: "Tea" })
        const [same, at] = [{ id: yield* id }, clock.now]
        yield* stores(bob, log, { kind: "rename", title: "Coffee" }, same)
        assert.deepStrictEqual((yield* events(log))[2], {
          seq: 3,
          id: same.id,
          by: bob,
          at,
          kind: "renamed",
          title: "Coffee"
        })
        yield* refuses("no_change", ann, log, { kind: "rename", title: "Coffee" })
        yield* stores(ann, log, { kind: "rename", title: "Tea" })
      })
  },
  {
    name: "only an owner sets roles, of members, to another than they have",
    run: ({ assert, clock, converse, events, id, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, eve] = yield* users(4)
        const log = yield* converse(ann, [bob, cat])
        const [same, at] = [{ id: yield* id }, clock.now]
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "admin" }, same)
        assert.deepStrictEqual((yield* events(log))[1], {
          seq: 2,
          id: same.id,
          by: ann,
          at,
          kind: "roleChanged",
          userId: bob,
          role: "admin"
        })
        yield* refuses("forbidden", bob, log, { kind: "setRole", userId: cat, role: "admin" })
        yield* refuses("forbidden", cat, log, { kind: "setRole", userId: cat, role: "owner" })
        yield* refuses("no_change", ann, log, { kind: "setRole", userId: bob, role: "admin" })
        yield* refuses("no_change", ann, log, { kind: "setRole", userId: ann, role: "owner" })
        yield* refuses("invalid_target", ann, log, { kind: "setRole", userId: eve, role: "admin" })
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "member" })
        yield* refuses("forbidden", bob, log, { kind: "rename", title: "Bob's" })
      })
  },
  {
    name: "who comes back is a plain member again",
    run: ({ converse, post, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "owner" })
        yield* stores(bob, log, { kind: "leave" })
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        yield* post(bob, log, "back")
        yield* refuses("forbidden", bob, log, { kind: "rename", title: "Bob's" })
      })
  }
]
