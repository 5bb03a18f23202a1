import { assert, describe, it } from "@effect/vitest"
import { defaultAccountLimits } from "@hibiki/core/accounts/AccountPolicy"
import { AccountsAdmin, commandLine } from "@hibiki/core/accounts/AccountsAdmin"
import { Authenticator } from "@hibiki/core/accounts/Authenticator"
import { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Devices } from "@hibiki/core/ports/Devices"
import { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { Password } from "@hibiki/core/protocol/rpc/AuthRpcs"
import { AccountsMemory } from "@hibiki/testing/accounts/AccountsMemory"
import { PasswordHasherMemory } from "@hibiki/testing/accounts/PasswordHasherMemory"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { Effect, Either, Layer, Redacted, Schema, TestClock } from "effect"
import { accountsServer, client, password, terminal } from "../sql/accountsUnderTest.ts"

const memory = Layer.mergeAll(AccountsMemory, PasswordHasherMemory).pipe(Layer.provideMerge(ChatMemory.layer))
const server = accountsServer(memory)

const outcome = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<string, never, R> => Effect.match(effect, { onFailure: ({ _tag }) => _tag, onSuccess: () => "ok" })

type Call = Effect.Effect<unknown, { readonly _tag: string }>
const discard = (call: Call): Effect.Effect<void, { readonly _tag: string }> => Effect.asVoid(call)

describe("calls about accounts", () => {
  it.scoped("serve a sign-in's life: register, use, refresh, list, sign out", () =>
    Effect.gen(function* () {
      const { as, call } = yield* client
      const ann = yield* call.auth.register({ handle: "Ann", displayName: "Ann Shirley", password, device: terminal })
      const { accessToken, refreshToken } = ann
      assert.deepStrictEqual(yield* as(accessToken)(call.user.me()), {
        userId: ann.userId,
        handle: "ann",
        displayName: "Ann Shirley",
        admin: false,
        invisible: false
      })
      const second = yield* call.auth.signIn({
        handle: "ann",
        password,
        device: { name: "a browser", kind: "browser" }
      })
      const listed = yield* as(second.accessToken)(call.device.list())
      assert.deepStrictEqual(
        listed.map(({ current, deviceId, kind, name }) => [deviceId, name, kind, current]).sort(),
        [
          [ann.deviceId, "a terminal", "terminal", false],
          [second.deviceId, "a browser", "browser", true]
        ].sort()
      )
      const next = yield* call.auth.refresh({ refreshToken })
      assert.strictEqual(yield* outcome(as(next.accessToken)(call.user.me())), "ok")
      yield* as(next.accessToken)(call.auth.signOut())
      assert.strictEqual(yield* outcome(as(next.accessToken)(call.user.me())), "Unauthenticated")
      assert.strictEqual(yield* outcome(call.auth.refresh({ refreshToken: next.refreshToken })), "Unauthenticated")
      assert.strictEqual(yield* outcome(as(second.accessToken)(call.user.me())), "ok")
    }).pipe(Effect.provide(server))
  )

  it.scoped("let nobody in without a token that is good now", () =>
    Effect.gen(function* () {
      const { as, call } = yield* client
      const { accessToken, deviceId, refreshToken } = yield* call.auth.register({
        handle: "ann",
        password,
        device: terminal
      })
      const guarded = [
        call.user.me(),
        call.user.find({ query: "ann" }),
        call.user.updateProfile({ displayName: "x" }),
        call.user.updateSettings({ invisible: true }),
        call.user.block({ userId: UserId.make(yield* makeUuidV7), on: true }),
        call.user.byIds({ userIds: [] }),
        call.device.list(),
        call.device.revoke({ deviceId, password }),
        call.device.revokeOthers({ password }),
        call.ticket.issue(),
        call.auth.signOut(),
        call.auth.changePassword({ current: password, next: password, revokeOthers: true }),
        call.invite.create({})
      ].map(discard)
      const all = (token: string) => Effect.forEach(guarded, (each) => outcome(as(token)(each)))
      for (const token of ["", "x", refreshToken, `${accessToken}x`])
        assert.deepStrictEqual(new Set(yield* all(token)), new Set(["Unauthenticated"]))
      assert.deepStrictEqual(
        new Set(yield* Effect.forEach(guarded, (each) => outcome(each))),
        new Set(["Unauthenticated"])
      )
      yield* TestClock.adjust("15 minutes")
      assert.deepStrictEqual(new Set(yield* all(accessToken)), new Set(["Unauthenticated"]))
    }).pipe(Effect.provide(server))
  )

  it.scoped("an admin's call looks absent to others, and works for an admin until it is one no more", () =>
    Effect.gen(function* () {
      const { as, call } = yield* client
      const admin = yield* AccountsAdmin
      const ann = yield* call.auth.register({ handle: "ann", password, device: terminal })
      const create = outcome(as(ann.accessToken)(call.invite.create({ ttlHours: 1 })))
      assert.strictEqual(yield* create, "NotFound")
      yield* admin.setAdmin(commandLine, { handle: "ann" }, true)
      const invite = yield* as(ann.accessToken)(call.invite.create({ ttlHours: 1 }))
      assert.strictEqual(invite.ttlMs, 3_600_000)
      assert.strictEqual(
        yield* outcome(call.auth.register({ handle: "bob", password, invite: invite.code, device: terminal })),
        "ok"
      )
      // Somebody else must remain.
      yield* admin.setAdmin(commandLine, { handle: "bob" }, true)
      yield* admin.setAdmin(commandLine, { handle: "ann" }, false)
      assert.strictEqual(yield* create, "NotFound")
    }).pipe(Effect.provide(server))
  )

  it.scoped("a ticket from a call opens a socket of that device once, and of the origin that the front states", () =>
    Effect.gen(function* () {
      const { as, at, call } = yield* client
      const { accessToken, deviceId, userId } = yield* call.auth.register({ handle: "ann", password, device: terminal })
      const { ticket, ttlMs } = yield* as(accessToken)(call.ticket.issue())
      assert.strictEqual(ttlMs, 30_000)
      const authenticator = yield* Authenticator
      assert.deepStrictEqual(yield* authenticator.openSocket(ticket, deviceId, ""), {
        owner: { userId, deviceId, sessionVersion: 1 },
        kind: "terminal"
      })
      assert.strictEqual(yield* outcome(authenticator.openSocket(ticket, deviceId, "")), "SocketRefused")
      const page = "https://chat.example"
      for (const [origin, opened] of [
        ["", "SocketRefused"],
        [page, "ok"]
      ] as const) {
        const ofPage = yield* at(page)(as(accessToken)(call.ticket.issue()))
        assert.strictEqual(yield* outcome(authenticator.openSocket(ofPage.ticket, deviceId, origin)), opened)
      }
    }).pipe(Effect.provide(server))
  )

  it.scoped("sign-ins are limited by the address that the front states", () =>
    Effect.gen(function* () {
      const { call, from } = yield* client
      yield* call.auth.register({ handle: "ann", password, device: terminal })
      const guess = call.auth.signIn({ handle: "ann", password: Redacted.make("wrong"), device: terminal })
      for (let i = 0; i < 5; i++) assert.strictEqual(yield* outcome(from("203.0.113.1")(guess)), "SignInFailed")
      assert.strictEqual(yield* outcome(from("203.0.113.1")(guess)), "RateLimited")
      assert.strictEqual(
        yield* outcome(from("203.0.113.2")(call.auth.signIn({ handle: "ann", password, device: terminal }))),
        "ok"
      )
    }).pipe(Effect.provide(server))
  )

  it.scoped("ending devices and changing the password need the password", () =>
    Effect.gen(function* () {
      const { as, call } = yield* client
      const [one, two] = [
        yield* call.auth.register({ handle: "ann", password, device: terminal }),
        yield* call.auth.signIn({ handle: "ann", password, device: terminal })
      ]
      const asOne = as(one.accessToken)
      assert.strictEqual(
        yield* outcome(asOne(call.device.revoke({ deviceId: two.deviceId, password: Redacted.make("wrong") }))),
        "SignInFailed"
      )
      assert.strictEqual(yield* outcome(as(two.accessToken)(call.user.me())), "ok")
      assert.strictEqual(
        yield* outcome(asOne(call.device.revoke({ deviceId: DeviceId.make(one.userId), password }))),
        "NotFound"
      )
      assert.strictEqual(yield* outcome(asOne(call.device.revoke({ deviceId: two.deviceId, password }))), "ok")
      assert.strictEqual(yield* outcome(as(two.accessToken)(call.user.me())), "Unauthenticated")
      const three = yield* call.auth.signIn({ handle: "ann", password, device: terminal })
      assert.deepStrictEqual(yield* asOne(call.device.revokeOthers({ password })), { revoked: [three.deviceId] })
      const next = Redacted.make("another long phrase")
      yield* asOne(call.auth.changePassword({ current: password, next, revokeOthers: true }))
      assert.strictEqual(
        yield* outcome(call.auth.signIn({ handle: "ann", password, device: terminal })),
        "SignInFailed"
      )
      assert.strictEqual(yield* outcome(call.auth.signIn({ handle: "ann", password: next, device: terminal })), "ok")
    }).pipe(Effect.provide(server))
  )

  it.scoped("the devices are listed no more often than conversations are read", () =>
    Effect.gen(function* () {
      const { as, call } = yield* client
      const [ann, bob] = [
        yield* call.auth.register({ handle: "ann", password, device: terminal }),
        yield* call.auth.register({ handle: "bob", password, device: terminal })
      ]
      const list = (token: string) => outcome(as(token)(call.device.list()))
      assert.deepStrictEqual([yield* list(ann.accessToken), yield* list(ann.accessToken)], ["ok", "RateLimited"])
      assert.strictEqual(yield* list(bob.accessToken), "ok")
    }).pipe(
      Effect.provide(
        accountsServer(memory, {
          limits: { ...defaultAccountLimits, readUser: { name: "readUser", burst: 1, perMinute: 1 } }
        })
      )
    )
  )

  it.scoped("a store that is away is said so, and is no refusal", () => {
    const away = Effect.fail(
      new StoreUnavailable({ operation: "byAccessHashes", cause: "password=hunter2 at 10.0.0.1" })
    )
    return Effect.gen(function* () {
      const { as, call } = yield* client
      for (const each of [call.user.me(), call.device.list(), call.invite.create({})].map(discard)) {
        const error = yield* Effect.flip(as("A".repeat(43))(each))
        assert.strictEqual(JSON.stringify(error), '{"retryAfterMs":1000,"_tag":"Unavailable"}')
      }
    }).pipe(Effect.provide(accountsServer(Layer.merge(memory, Layer.mock(Devices, { byAccessHashes: () => away })))))
  })
})

describe("finding people", () => {
  const people = Effect.gen(function* () {
    const { as, call } = yield* client
    const ann = yield* call.auth.register({ handle: "ann", displayName: "Zoë", password, device: terminal })
    yield* call.auth.register({ handle: "annabel", displayName: "Belle", password, device: terminal })
    yield* call.auth.register({ handle: "bob", displayName: "Ann-Marie", password, device: terminal })
    const found = (query: string, limit?: number) =>
      Effect.map(as(ann.accessToken)(call.user.find(limit === undefined ? { query } : { query, limit })), (all) =>
        all.map(({ handle }) => handle)
      )
    return { found, call, as, ann }
  })

  it.scoped("in an open directory: by the beginning of a handle or name, the very one first", () =>
    Effect.gen(function* () {
      const { found } = yield* people
      assert.deepStrictEqual(yield* found("ANN"), ["ann", "annabel", "bob"])
      assert.deepStrictEqual(yield* found("bob", 1), ["bob"])
      assert.deepStrictEqual(yield* found("annabel", 1), ["annabel"])
      assert.deepStrictEqual(yield* found("zoe\u0308"), ["ann"])
      assert.deepStrictEqual(yield* found("nobody"), [])
      yield* (yield* AccountsAdmin).disable(commandLine, { handle: "annabel" })
      assert.deepStrictEqual(yield* found("annabel"), [])
    }).pipe(Effect.provide(server))
  )

  it.scoped("in an exact one: by a full handle only", () =>
    Effect.gen(function* () {
      const { found } = yield* people
      for (const query of ["an", "", "Belle", "Ann-Marie"]) assert.deepStrictEqual(yield* found(query), [])
      assert.deepStrictEqual(yield* found("Annabel"), ["annabel"])
    }).pipe(Effect.provide(accountsServer(memory, { directory: "exact" })))
  )

  it.scoped("a new display name is what others find", () =>
    Effect.gen(function* () {
      const { ann, as, call, found } = yield* people
      const person = yield* as(ann.accessToken)(call.user.updateProfile({ displayName: "Cordelia" }))
      assert.deepStrictEqual(person, { userId: ann.userId, handle: "ann", displayName: "Cordelia" })
      assert.deepStrictEqual([yield* found("cordelia"), yield* found("zoë")], [["ann"], []])
    }).pipe(Effect.provide(server))
  )
})

describe("a password in a call", () => {
  it("has at most 128 characters, and is hidden from the decoder on", () => {
    const decode = Schema.decodeUnknownEither(Password)
    const decoded = decode("🔑".repeat(128))
    assert.strictEqual(Either.isRight(decoded) && JSON.stringify(decoded.right), '"<redacted>"')
    assert.isTrue(Either.isLeft(decode("🔑".repeat(129))))
    for (const value of [null, 1, {}, { $ne: null }, ["x"]]) assert.isTrue(Either.isLeft(decode(value)))
  })
})
