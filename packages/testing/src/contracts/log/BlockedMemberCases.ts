/** Cases: nobody can add a person who blocks them as a member, and the answers reveal little about that. */

import type { UserId } from "@hibiki/core/domain/Ids"
import { directConversationId } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { gist, type LogScene } from "./LogScene.ts"

const tea = { kind: "create", conversationKind: "group", title: "Tea", history: "all" } as const

/**
 * The answers to `asker`, who names `one`, in every way in which they could differ; `other` is a member together with
 * the asker.
 */
const answersAbout = (
  { conversationId, converse, does, id, stores }: LogScene,
  asker: UserId,
  other: UserId,
  one: UserId
) =>
  Effect.gen(function* () {
    const [group, unmade, foreign] = [
      yield* converse(asker, [other]),
      yield* conversationId,
      yield* converse(other, [])
    ]
    const pair = directConversationId(asker, other)
    yield* does(asker, pair, { kind: "openDirect", peer: other })
    const [same, used, made] = [{ id: yield* id }, { id: yield* id }, { id: yield* id }]
    yield* stores(asker, group, { kind: "post", text: "a" }, used)
    const add = { kind: "add", userIds: [one] } as const
    return [
      yield* does(asker, group, add, same),
      yield* does(asker, group, add, same),
      yield* does(asker, group, { kind: "post", text: "b" }, same),
      yield* does(asker, group, { kind: "withdraw" }, same),
      yield* does(other, group, { kind: "post", text: "b" }, same),
      yield* does(asker, group, add, used),
      yield* does(asker, group, { kind: "add", userIds: [other, one] }),
      yield* does(asker, foreign, add),
      yield* does(asker, unmade, add),
      yield* does(asker, pair, add),
      yield* does(asker, group, { ...tea, members: [one] }),
      yield* does(asker, unmade, { ...tea, members: [one] }, made),
      yield* does(asker, unmade, { ...tea, members: [other, one] }, made),
      yield* does(asker, unmade, { kind: "withdraw" }, made)
    ].map(gist)
  })

export const blockedMemberCases: ReadonlyArray<ContractCase<LogScene>> = [
  {
    name: "who blocks one is as nobody to who adds, in a group, a channel and a new conversation, and is told nothing",
    run: ({ assert, block, conversationId, converse, isMember, personalHead, refuses, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        yield* block(ann, bob)
        const heads = [yield* personalHead(ann), yield* personalHead(cat)]
        for (const kind of ["group", "channel"] as const) {
          const [log, later] = [yield* converse(bob, [], { kind }), yield* conversationId]
          yield* refuses("not_found", bob, log, { kind: "add", userIds: [ann] })
          yield* refuses("not_found", bob, log, { kind: "add", userIds: [cat, ann] })
          yield* refuses("not_found", bob, later, { ...tea, conversationKind: kind, members: [cat, ann] })
          for (const where of [log, later])
            assert.deepStrictEqual([yield* isMember(ann, where), yield* isMember(cat, where)], [false, false])
          assert.strictEqual(yield* isMember(bob, later), false)
        }
        assert.deepStrictEqual([yield* personalHead(ann), yield* personalHead(cat)], heads)
      })
  },
  {
    name: "nothing that one asks tells who blocks one from nobody, nor what is asked under the same id later",
    run: (scene) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* scene.users(3)
        yield* scene.block(ann, bob)
        const blocking = yield* answersAbout(scene, bob, cat, ann)
        scene.assert.deepStrictEqual(blocking, yield* answersAbout(scene, bob, cat, yield* scene.nobody))
        scene.assert.deepStrictEqual(blocking.slice(0, 3), ["not_found", "not_found", "not_found"])
      })
  },
  {
    name: "others add who blocks one, who comes by himself all the same, and one adds whom one blocks",
    run: ({ block, converse, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        yield* block(ann, bob)
        const log = yield* converse(bob, [cat], { kind: "channel" })
        yield* stores(cat, log, { kind: "add", userIds: [ann] })
        yield* stores(ann, log, { kind: "leave" })
        yield* stores(ann, log, { kind: "join" })
        const own = yield* converse(ann, [])
        yield* stores(ann, own, { kind: "add", userIds: [bob] })
        yield* converse(ann, [bob])
      })
  },
  {
    name: "of who is a member already nothing is asked, and what was stored before a block is a repeat",
    run: ({ assert, block, converse, does, id, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, dan] = yield* users(4)
        const log = yield* converse(bob, [])
        const added = { id: yield* id }
        const seq = yield* stores(bob, log, { kind: "add", userIds: [ann] }, added)
        yield* block(ann, bob)
        yield* refuses("no_change", bob, log, { kind: "add", userIds: [ann] })
        yield* stores(bob, log, { kind: "add", userIds: [ann, cat] })
        yield* stores(ann, log, { kind: "leave" })
        assert.strictEqual(gist(yield* does(bob, log, { kind: "add", userIds: [ann] }, added)), `Repeated ${seq}`)
        yield* refuses("not_found", bob, log, { kind: "add", userIds: [dan, ann] })
      })
  },
  {
    name: "an add that a block refused stays refused when it ends, and what is new goes",
    run: ({ block, converse, id, refuses, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(bob, [])
        const refused = { id: yield* id }
        yield* block(ann, bob)
        yield* refuses("not_found", bob, log, { kind: "add", userIds: [ann] }, refused)
        yield* block(ann, bob, false)
        yield* refuses("not_found", bob, log, { kind: "add", userIds: [ann] }, refused)
        yield* stores(bob, log, { kind: "add", userIds: [ann] })
        yield* converse(bob, [ann])
      })
  }
]
