/** Calls about people and what a server says of itself: names by id, the wish to look offline, the policy. */
import { assert, describe, it } from "@effect/vitest"
import { defaultAccountLimits } from "@hibiki/core/accounts/AccountPolicy"
import { Directory } from "@hibiki/core/accounts/Directory"
import type { LogChange } from "@hibiki/core/commands/Decision"
import { personalLog, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { PersonalHints } from "@hibiki/core/ports/PersonalHints"
import { AccountsMemory } from "@hibiki/testing/accounts/AccountsMemory"
import { PasswordHasherMemory } from "@hibiki/testing/accounts/PasswordHasherMemory"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { Context, Effect, Layer } from "effect"
import { accountsServer, client, password, terminal } from "../sql/accountsUnderTest.ts"

const memory = Layer.mergeAll(AccountsMemory, PasswordHasherMemory).pipe(Layer.provideMerge(ChatMemory.layer))
const server = accountsServer(memory)

const people = Effect.gen(function* () {
  const { as, call, from } = yield* client
  const ann = yield* call.auth.register({ handle: "ann", displayName: "Ann Shirley", password, device: terminal })
  const bob = yield* call.auth.register({ handle: "bob", password, device: terminal })
  return { ann, asAnn: as(ann.accessToken), bob, call, from }
})
const tagOf = <A, R>(effect: Effect.Effect<A, { readonly _tag: string }, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

describe("calls about people", () => {
  it.scoped("name people by their ids, and leave out ids that nobody has", () =>
    Effect.gen(function* () {
      const { ann, asAnn, bob, call } = yield* people
      const nobody = UserId.make(yield* makeUuidV7)
      assert.deepStrictEqual(yield* asAnn(call.user.byIds({ userIds: [bob.userId, nobody, ann.userId, bob.userId] })), [
        { userId: bob.userId, handle: "bob", displayName: "bob" },
        { userId: ann.userId, handle: "ann", displayName: "Ann Shirley" }
      ])
      assert.deepStrictEqual(yield* asAnn(call.user.byIds({ userIds: [] })), [])
      assert.strictEqual(yield* tagOf(call.user.byIds({ userIds: [bob.userId] })), "Unauthenticated")
    }).pipe(Effect.provide(server))
  )

  it.scoped("keep the wish to look offline, and say it to nobody but oneself", () =>
    Effect.gen(function* () {
      const { ann, asAnn, call } = yield* people
      assert.deepStrictEqual(yield* asAnn(call.user.me()), {
        ...{ userId: ann.userId, handle: "ann", displayName: "Ann Shirley" },
        ...{ admin: false, invisible: false }
      })
      assert.deepStrictEqual(yield* asAnn(call.user.updateSettings({ invisible: true })), {})
      assert.strictEqual((yield* asAnn(call.user.me())).invisible, true)
      for (const person of [
        ...(yield* asAnn(call.user.find({ query: "ann" }))),
        ...(yield* asAnn(call.user.byIds({ userIds: [ann.userId] })))
      ]) {
        assert.notProperty(person, "invisible")
      }
      assert.strictEqual(yield* tagOf(call.user.updateSettings({ invisible: true })), "Unauthenticated")
    }).pipe(Effect.provide(server))
  )

  it.scoped("tell one's other devices of the wish at once, and only when it is another", () => {
    const told: Array<LogChange> = []
    const hints = Layer.succeed(
      PersonalHints,
      PersonalHints.of({ announce: (changes) => Effect.sync(() => void told.push(...changes)) })
    )
    return Effect.gen(function* () {
      const { ann } = yield* people
      const identity = { ...ann, admin: false, sessionVersion: 1 }
      const directory = Context.get(yield* Layer.build(Directory.Default.pipe(Layer.provide(hints))), Directory)
      yield* directory.updateSettings(identity, false)
      assert.deepStrictEqual(told, [])
      yield* directory.updateSettings(identity, true)
      assert.deepStrictEqual(
        told.flatMap(({ events, log }) =>
          events.map((event) => [log, event.kind, event.kind === "settingsChanged" && event.invisible])
        ),
        [[personalLog(ann.userId), "settingsChanged", true]]
      )
    }).pipe(Effect.provide(server))
  })

  it.scoped("block others, oneself never, and tell nothing of who is absent", () =>
    Effect.gen(function* () {
      const { ann, asAnn, bob, call } = yield* people
      const nobody = UserId.make(yield* makeUuidV7)
      const block = (userId: UserId, on = true) => asAnn(call.user.block({ userId, on }))
      for (const on of [true, true, false, false]) assert.deepStrictEqual(yield* block(bob.userId, on), {})
      assert.strictEqual(yield* tagOf(block(nobody)), "NotFound")
      assert.deepStrictEqual(yield* block(nobody, false), {})
      for (const on of [true, false])
        assert.deepInclude(yield* Effect.flip(block(ann.userId, on)), { _tag: "Refused", code: "unsupported" })
      assert.strictEqual(yield* tagOf(call.user.block({ userId: bob.userId, on: true })), "Unauthenticated")
    }).pipe(Effect.provide(server))
  )

  it.scoped("are bounded in how often they are made", () =>
    Effect.gen(function* () {
      const { asAnn, bob, call } = yield* people
      assert.deepStrictEqual(yield* asAnn(call.user.byIds({ userIds: [] })), [])
      assert.strictEqual(yield* tagOf(asAnn(call.user.byIds({ userIds: [] }))), "RateLimited")
      assert.deepStrictEqual(yield* asAnn(call.user.updateSettings({ invisible: true })), {})
      assert.strictEqual(yield* tagOf(asAnn(call.user.updateSettings({ invisible: false }))), "RateLimited")
      assert.strictEqual((yield* asAnn(call.user.me())).invisible, true)
      assert.deepStrictEqual(yield* asAnn(call.user.block({ userId: bob.userId, on: true })), {})
      assert.strictEqual(yield* tagOf(asAnn(call.user.block({ userId: bob.userId, on: false }))), "RateLimited")
    }).pipe(
      Effect.provide(
        accountsServer(memory, {
          limits: {
            ...defaultAccountLimits,
            byIdsUser: { name: "byIdsUser", burst: 1, perMinute: 1 },
            profileUser: { name: "profileUser", burst: 1, perMinute: 1 },
            blockUser: { name: "blockUser", burst: 1, perMinute: 1 }
          }
        })
      )
    )
  )
})

describe("who one is", () => {
  it.scoped("is asked for no more often than conversations are read", () =>
    Effect.gen(function* () {
      const { asAnn, bob, call } = yield* people
      const { as } = yield* client
      assert.strictEqual((yield* asAnn(call.user.me())).handle, "ann")
      assert.strictEqual(yield* tagOf(asAnn(call.user.me())), "RateLimited")
      assert.strictEqual((yield* as(bob.accessToken)(call.user.me())).handle, "bob")
    }).pipe(
      Effect.provide(
        accountsServer(memory, {
          limits: { ...defaultAccountLimits, readUser: { name: "readUser", burst: 1, perMinute: 1 } }
        })
      )
    )
  )
})

describe("the policy", () => {
  it.scoped("is told to anybody, as often as one address may ask", () =>
    Effect.gen(function* () {
      const { call, from } = yield* people
      const ask = call.auth.policy()
      assert.deepStrictEqual(yield* from("203.0.113.1")(ask), { registration: "open", directory: "exact" })
      assert.strictEqual(yield* tagOf(from("203.0.113.1")(ask)), "RateLimited")
      assert.deepStrictEqual(yield* from("203.0.113.2")(ask), { registration: "open", directory: "exact" })
    }).pipe(
      Effect.provide(
        accountsServer(memory, {
          directory: "exact",
          limits: { ...defaultAccountLimits, policyAddress: { name: "policyAddress", burst: 1, perMinute: 1 } }
        })
      )
    )
  )
})
