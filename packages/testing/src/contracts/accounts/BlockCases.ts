/** Cases of the Users: blocking. */

import { UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { type AccountScene, began } from "./AccountScene.ts"

export const blockCases: ReadonlyArray<ContractCase<AccountScene>> = [
  {
    name: "a block and its end are told once each to who blocks alone, and the same again is not",
    run: ({ assert, events, tells, user, users }) =>
      Effect.gen(function* () {
        const [{ userId: ann }, { userId: bob }] = [yield* user(), yield* user()]
        assert.deepStrictEqual(yield* users.setBlocked(ann, bob, false, began), [])
        for (const on of [true, false]) {
          const changes = (yield* users.setBlocked(ann, bob, on, began)) ?? []
          yield* tells(ann, changes, ["blocked"])
          const [event] = changes.flatMap((change) => change.events)
          assert.deepStrictEqual(event?.kind === "blocked" && [event.by, event.userId, event.on], [ann, bob, on])
          assert.deepStrictEqual(yield* users.setBlocked(ann, bob, on, began), [])
        }
        assert.deepStrictEqual(yield* events(bob), [])
      })
  },
  {
    name: "whom one blocks is among one's wishes, ordered by id, and those who block one are not",
    run: ({ assert, user, users }) =>
      Effect.gen(function* () {
        const [{ userId: ann }, { userId: bob }, { userId: cat }] = [yield* user(), yield* user(), yield* user()]
        for (const blocked of [cat, bob]) yield* users.setBlocked(ann, blocked, true, began)
        const wishes = { userId: ann, invisible: false, blocked: [bob, cat].sort() }
        assert.deepStrictEqual(yield* users.wishesOf([bob, ann]), [wishes])
        yield* users.setInvisible(ann, true, began)
        assert.deepStrictEqual(yield* users.wishesOf([ann]), [{ ...wishes, invisible: true }])
      })
  },
  {
    name: "two may block each other, and the end of one is not the end of the other",
    run: ({ assert, user, users }) =>
      Effect.gen(function* () {
        const [{ userId: ann }, { userId: bob }] = [yield* user(), yield* user()]
        for (const [by, whom] of [
          [ann, bob],
          [bob, ann]
        ] as const)
          assert.strictEqual((yield* users.setBlocked(by, whom, true, began))?.length, 1)
        assert.strictEqual((yield* users.setBlocked(ann, bob, false, began))?.length, 1)
        assert.deepStrictEqual(yield* users.setBlocked(bob, ann, true, began), [])
      })
  },
  {
    name: "who is disabled can be blocked, who does not exist can't, and neither blocks anybody",
    run: ({ assert, events, user, users }) =>
      Effect.gen(function* () {
        const [{ userId: ann }, { userId: bob }] = [yield* user(), yield* user()]
        const nobody = UserId.make(yield* makeUuidV7)
        yield* users.disable(bob, began)
        assert.strictEqual((yield* users.setBlocked(ann, bob, true, began))?.length, 1)
        const before = yield* events(ann)
        assert.strictEqual((yield* Effect.flip(users.setBlocked(ann, nobody, true, began)))._tag, "PersonAbsent")
        assert.deepStrictEqual(yield* users.setBlocked(ann, nobody, false, began), [])
        assert.strictEqual(yield* users.setBlocked(nobody, ann, true, began), undefined)
        assert.deepStrictEqual(yield* events(ann), before)
      })
  },
  {
    name: "of parallel blocks of one person exactly one is told",
    run: ({ assert, user, users }) =>
      Effect.gen(function* () {
        const [{ userId: ann }, { userId: bob }] = [yield* user(), yield* user()]
        const block = users.setBlocked(ann, bob, true, began)
        const told = yield* Effect.all([block, block, block], { concurrency: 3 })
        assert.strictEqual(told.flatMap((changes) => changes ?? []).length, 1)
      })
  },
  {
    name: "so many are blocked and not one more, until one is not any more",
    run: ({ assert, user, users }) =>
      Effect.gen(function* () {
        const [{ userId: ann }, first, last] = [yield* user(), yield* user(), yield* user()]
        const others = yield* Effect.forEach(Array.from({ length: Limits.blockedMax - 1 }), () => user(), {
          concurrency: 50
        })
        yield* Effect.forEach([first, ...others], ({ userId }) => users.setBlocked(ann, userId, true, began), {
          concurrency: 5,
          discard: true
        })
        assert.strictEqual((yield* Effect.flip(users.setBlocked(ann, last.userId, true, began)))._tag, "TooManyBlocked")
        assert.deepStrictEqual(yield* users.setBlocked(ann, first.userId, true, began), [])
        yield* users.setBlocked(ann, first.userId, false, began)
        assert.strictEqual((yield* users.setBlocked(ann, last.userId, true, began))?.length, 1)
      })
  }
]
