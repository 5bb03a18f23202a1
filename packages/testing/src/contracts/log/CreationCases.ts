/** Cases: groups, channels and direct conversations come into being. */

import { personalLog } from "@hibiki/core/domain/Ids"
import { directConversationId } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { gist, type LogScene } from "./LogScene.ts"

export const creationCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "a conversation begins with `created`, which names its members once, the creator first",
    run: ({ assert, clock, conversationId, events, id, isMember, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        for (const conversationKind of ["group", "channel"] as const) {
          const log = yield* conversationId
          const same = { id: yield* id }
          const at = clock.now
          yield* stores(
            ann,
            log,
            { kind: "create", conversationKind, title: "Tea", history: "joined", members: [cat, bob, ann, cat] },
            same
          )
          assert.deepStrictEqual(yield* events(log), [
            {
              seq: 1,
              id: same.id,
              by: ann,
              at,
              kind: "created",
              conversationKind,
              title: "Tea",
              history: "joined",
              members: [ann, cat, bob]
            }
          ])
          for (const userId of [ann, bob, cat]) assert.strictEqual(yield* isMember(userId, log), true)
        }
      })
  },
  {
    name: "each member's personal log tells `added`, by the creator, under ids of its own",
    run: ({ append, assert, command, conversationId, personalHead, store, users }) =>
      Effect.gen(function* () {
        const all = yield* users(3)
        const [ann, bob, cat] = all
        const log = yield* conversationId
        const heads = yield* Effect.all(all.map(personalHead))
        const create = yield* command(ann, log, {
          kind: "create",
          conversationKind: "group",
          title: "Tea",
          history: "all",
          members: [bob, cat]
        })
        const { changes } = yield* append(create)
        const ids = new Set([create.id])
        for (const [i, userId] of all.entries()) {
          const { events } = yield* store.after(personalLog(userId), heads[i] ?? 0, 10)
          assert.deepStrictEqual(
            events.map(({ by, kind }) => [by, kind]),
            [[ann, "added"]]
          )
          assert.strictEqual(
            events.every((event) => event.kind === "added" && event.conversationId === log),
            true
          )
          for (const event of events) ids.add(event.id)
        }
        assert.strictEqual(ids.size, 4)
        assert.deepStrictEqual(changes.map((change) => change.log).sort(), [log, ...all.map(personalLog)].sort())
      })
  },
  {
    name: "a conversation may have its creator alone",
    run: ({ assert, converse, isMember, post, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [])
        assert.strictEqual(yield* post(ann, log, "a"), 2)
        assert.strictEqual(yield* isMember(bob, log), false)
      })
  },
  {
    name: "the same creation again is a repeat; another under that id is a conflict and changes nothing",
    run: ({ append, assert, command, conversationId, id, personalHead, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* conversationId
        const body = {
          kind: "create",
          conversationKind: "group",
          title: "Tea",
          history: "all",
          members: [bob]
        } as const
        const create = yield* command(ann, log, body)
        yield* append(create)
        const head = yield* personalHead(bob)
        assert.deepStrictEqual((yield* append(create)).decisions.map(gist), ["Repeated 1"])
        yield* refuses("conflict", ann, log, { ...body, title: "Other" }, { id: create.id })
        yield* refuses("conflict", bob, log, body, { id: create.id })
        yield* refuses("conflict", ann, log, body, { id: yield* id })
        assert.deepStrictEqual((yield* append(create)).decisions.map(gist), ["Repeated 1"])
        assert.strictEqual(yield* personalHead(bob), head)
      })
  },
  {
    name: "nothing is created under a user's id or a direct conversation's",
    run: ({ direct, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const body = { kind: "create", conversationKind: "group", title: "Tea", history: "all", members: [] } as const
        yield* refuses("conflict", ann, personalLog(ann), body)
        yield* refuses("conflict", ann, personalLog(bob), body)
        yield* refuses("conflict", ann, directConversationId(ann, bob), body)
        yield* refuses("conflict", ann, yield* direct(ann, bob), body)
      })
  },
  {
    name: "a creation that names a user who does not exist is refused and leaves nothing",
    run: ({ assert, conversationId, isMember, nobody, personalHead, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* conversationId
        const head = yield* personalHead(bob)
        const body = { kind: "create", conversationKind: "group", title: "Tea", history: "all" } as const
        yield* refuses("not_found", ann, log, { ...body, members: [bob, yield* nobody] })
        assert.strictEqual(yield* isMember(ann, log), false)
        yield* refuses("not_found", ann, log, { kind: "post", text: "a" })
        assert.strictEqual(yield* personalHead(bob), head)
        yield* stores(ann, log, { ...body, members: [bob] })
      })
  },
  {
    name: "a direct conversation is opened once for its pair, by either side, and has no event",
    run: ({ assert, does, events, isMember, personalHead, told, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = directConversationId(ann, bob)
        const heads = [yield* personalHead(ann), yield* personalHead(bob)] as const
        assert.strictEqual(gist(yield* does(ann, log, { kind: "openDirect", peer: bob })), "Appended 0")
        assert.strictEqual(gist(yield* does(ann, log, { kind: "openDirect", peer: bob })), "Repeated 0")
        assert.strictEqual(gist(yield* does(bob, log, { kind: "openDirect", peer: ann })), "Repeated 0")
        assert.deepStrictEqual(yield* events(log), [])
        assert.deepStrictEqual(yield* Effect.all([ann, bob, eve].map((userId) => isMember(userId, log))), [
          true,
          true,
          false
        ])
        assert.deepStrictEqual(yield* told(ann, heads[0]), [["added", log]])
        assert.deepStrictEqual(yield* told(bob, heads[1]), [["added", log]])
      })
  },
  {
    name: "a direct conversation has no id but its pair's",
    run: ({ assert, conversationId, direct, isMember, personalHead, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const head = yield* personalHead(bob)
        const log = yield* conversationId
        yield* refuses("conflict", ann, log, { kind: "openDirect", peer: bob })
        assert.strictEqual(yield* isMember(ann, log), false)
        yield* refuses("conflict", ann, directConversationId(ann, cat), { kind: "openDirect", peer: bob })
        yield* refuses("conflict", ann, yield* direct(ann, cat), { kind: "openDirect", peer: bob })
        assert.strictEqual(yield* personalHead(bob), head)
      })
  },
  {
    name: "a direct conversation with oneself is for notes",
    run: ({ assert, direct, does, personalHead, post, told, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const head = yield* personalHead(ann)
        const log = yield* direct(ann, ann)
        assert.deepStrictEqual(yield* told(ann, head), [["added", log]])
        assert.strictEqual(yield* post(ann, log, "buy tea"), 1)
        assert.strictEqual(gist(yield* does(ann, log, { kind: "openDirect", peer: ann })), "Repeated 0")
      })
  },
  {
    name: "nobody opens a direct conversation with a user who does not exist",
    run: ({ assert, isMember, nobody, personalHead, refuses, user }) =>
      Effect.gen(function* () {
        const [ann, peer] = [yield* user, yield* nobody]
        const head = yield* personalHead(ann)
        const log = directConversationId(ann, peer)
        yield* refuses("not_found", ann, log, { kind: "openDirect", peer })
        assert.strictEqual(yield* isMember(ann, log), false)
        assert.strictEqual(yield* personalHead(ann), head)
      })
  },
  {
    name: "in a direct conversation both post, nobody else does, and its members never change",
    run: ({ assert, direct, post, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = yield* direct(ann, bob)
        assert.strictEqual(yield* post(ann, log, "a"), 1)
        assert.strictEqual(yield* post(bob, log, "b", 1), 2)
        yield* refuses("not_found", eve, log, { kind: "post", text: "c" })
        yield* refuses("not_found", eve, log, { kind: "join" })
        for (const body of [
          { kind: "join" },
          { kind: "add", userIds: [eve] },
          { kind: "remove", userId: bob },
          { kind: "leave" },
          { kind: "rename", title: "Us" },
          { kind: "setRole", userId: bob, role: "admin" }
        ] as const) {
          yield* refuses("unsupported", ann, log, body)
        }
      })
  }
]
