import { assert, describe, it } from "@effect/vitest"
import type { CommandBody } from "@hibiki/core/commands/Command"
import type { LogChange } from "@hibiki/core/commands/Decision"
import { giveOwner } from "@hibiki/core/conversations/giveOwner"
import { CommandId, ConversationId, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { directConversationId, makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { ChatMemory, ConversationsMemory, EventStoreMemory } from "@hibiki/testing"
import { AccountsMemory } from "@hibiki/testing/accounts/AccountsMemory"
import { accountScene } from "@hibiki/testing/contracts/accounts/AccountScene"
import { Effect, Exit, Fiber, Layer, Scope, TestClock } from "effect"
import { commandLine } from "../../src/accounts/AccountsAdmin.ts"
import { parseHandle } from "../../src/domain/Handle.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { PersonalHints } from "../../src/ports/PersonalHints.ts"

const stores = Layer.mergeAll(AccountsMemory, EventStoreMemory, ConversationsMemory).pipe(
  Layer.provideMerge(ChatMemory.layer)
)

/** A channel of ann's with bob and cid in it, and who is told. */
const scene = Effect.gen(function* () {
  const told: Array<LogChange> = []
  const hints = Layer.succeed(PersonalHints, { announce: (changes) => Effect.sync(() => void told.push(...changes)) })
  const [{ user, users }, store] = [yield* accountScene(assert), yield* EventStore]
  const [ann, bob, cid] = [yield* user(), yield* user(), yield* user()]
  /** What became of a command: its code when it was refused. */
  const run = (by: UserId, log: ConversationId, body: CommandBody) =>
    Effect.gen(function* () {
      const command = { log, id: CommandId.make(yield* makeUuidV7), by, device: null, epoch: store.epoch, body }
      const { decisions } = yield* store.append([command])
      const [decision] = decisions
      return decision?._tag === "Refused" ? decision.code : decision?._tag
    })
  const channel = (by: UserId, members: ReadonlyArray<UserId>) =>
    Effect.gen(function* () {
      const log = ConversationId.make(yield* makeUuidV7)
      yield* run(by, log, { kind: "create", conversationKind: "channel", title: "Tea", history: "all", members })
      return log
    })
  const log = yield* channel(ann.userId, [bob.userId, cid.userId])
  const give = (userId: UserId, to = log) => Effect.provide(giveOwner(commandLine, to, userId), hints)
  const refused = (userId: UserId, to = log) =>
    Effect.map(Effect.flip(give(userId, to)), (error) => (error._tag === "OwnerProblem" ? error.reason : error._tag))
  /** A channel of more than a page's members, of whom the owner is the first by handle or the last. */
  const crowded = (place: "first" | "last") =>
    Effect.gen(function* () {
      const crowd = yield* Effect.all(Array.from({ length: Limits.pageMax }, () => user()))
      const named = (handle: string) => Effect.flatMap(parseHandle(handle), (parsed) => user({ handle: parsed }))
      const [first, last] = [yield* named("aa"), yield* named("zz")]
      const [owner, other] = place === "first" ? [first, last] : [last, first]
      const to = yield* channel(
        owner.userId,
        [bob, other, ...crowd].map(({ userId }) => userId)
      )
      return { owner, other, to }
    })
  return { ann, bob, cid, log, users, told, run, give, refused, crowded }
})

describe("a conversation whose owners are all disabled", () => {
  it.effect("gets another one of its members, which is told, and who may all that owners may", () =>
    Effect.gen(function* () {
      const { ann, bob, cid, give, log, run, told, users } = yield* scene
      yield* users.disable(ann.userId, 0)
      assert.strictEqual(yield* run(bob.userId, log, { kind: "rename", title: "Bob's" }), "forbidden")
      yield* give(bob.userId)
      assert.deepStrictEqual(
        told.map((change) => [change.log, change.events.map(({ by, kind }) => [kind, by])]),
        [[log, [["roleChanged", ann.userId]]]]
      )
      assert.strictEqual(
        yield* run(bob.userId, log, { kind: "setRole", userId: cid.userId, role: "admin" }),
        "Appended"
      )
      assert.strictEqual(
        yield* run(bob.userId, log, { kind: "setRole", userId: ann.userId, role: "member" }),
        "Appended"
      )
    }).pipe(Effect.provide(stores))
  )

  it.effect("gets it though its disabled owner is beyond the first page of its members", () =>
    Effect.gen(function* () {
      const { bob, crowded, give, run, users } = yield* scene
      const { owner, to } = yield* crowded("last")
      yield* users.disable(owner.userId, 0)
      yield* give(bob.userId, to)
      assert.strictEqual(yield* run(bob.userId, to, { kind: "rename", title: "Bob's" }), "Appended")
    }).pipe(Effect.provide(stores))
  )

  it.effect("is not one whose other owner, beyond the first page of its members, may sign in", () =>
    Effect.gen(function* () {
      const { bob, crowded, refused, run, users } = yield* scene
      const { other, owner, to } = yield* crowded("first")
      yield* run(owner.userId, to, { kind: "setRole", userId: other.userId, role: "owner" })
      yield* users.disable(owner.userId, 0)
      assert.strictEqual(yield* refused(bob.userId, to), "has_owner")
    }).pipe(Effect.provide(stores))
  )

  it.effect("gets it though others hold its log for a while, and not if they never end", () =>
    Effect.gen(function* () {
      const { ann, bob, give, log, refused, run, users } = yield* scene
      yield* users.disable(ann.userId, 0)
      const memory = yield* ChatMemory
      const holding = yield* Scope.make()
      yield* Scope.extend(memory.hold(log), holding)
      const never = yield* Effect.fork(refused(bob.userId))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Fiber.join(never), "try_again")
      const giving = yield* Effect.fork(give(bob.userId))
      yield* TestClock.adjust("1 second")
      yield* Scope.close(holding, Exit.void)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(giving)
      assert.strictEqual(yield* run(bob.userId, log, { kind: "rename", title: "Bob's" }), "Appended")
    }).pipe(Effect.provide(stores))
  )

  it.effect(
    "is not one with an owner who may sign in, nor one without any; and who is no member, or disabled, gets none",
    () =>
      Effect.gen(function* () {
        const { ann, bob, cid, log, refused, run, users } = yield* scene
        assert.strictEqual(yield* refused(bob.userId), "has_owner")
        yield* run(ann.userId, log, { kind: "setRole", userId: cid.userId, role: "owner" })
        yield* users.disable(ann.userId, 0)
        assert.strictEqual(yield* refused(bob.userId), "has_owner")
        yield* users.disable(cid.userId, 0)
        assert.strictEqual(yield* refused(cid.userId), "disabled")
        yield* run(bob.userId, log, { kind: "leave" })
        assert.strictEqual(yield* refused(bob.userId), "not_a_member")
        const direct = directConversationId(ann.userId, bob.userId)
        yield* run(bob.userId, direct, { kind: "openDirect", peer: ann.userId })
        assert.strictEqual(yield* refused(bob.userId, direct), "no_owner")
      }).pipe(Effect.provide(stores))
  )
})
