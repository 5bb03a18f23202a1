import { assert, describe, it } from "@effect/vitest"
import { SecretsMemory } from "@hibiki/testing/accounts/SecretsMemory"
import { Deferred, Effect, Fiber, Layer, Redacted, TestClock } from "effect"
import { AccountPolicy } from "../../src/accounts/AccountPolicy.ts"
import { AccountsAdmin, commandLine } from "../../src/accounts/AccountsAdmin.ts"
import { Authenticator } from "../../src/accounts/Authenticator.ts"
import { SignIns } from "../../src/accounts/SignIns.ts"
import { DeviceId, UserId } from "../../src/domain/Ids.ts"
import { RateLimitsLocal } from "../../src/inprocess/RateLimitsLocal.ts"
import { TicketsInProcess } from "../../src/inprocess/TicketsInProcess.ts"
import { Devices, type LivingDevice } from "../../src/ports/Devices.ts"
import { StoreUnavailable } from "../../src/ports/EventStore.ts"
import { type SecretHash, Secrets } from "../../src/ports/Secrets.ts"
import { Sessions } from "../../src/ports/Sessions.ts"
import { Tickets, TicketsUnavailable } from "../../src/ports/Tickets.ts"
import { makeWallClock, ofIds } from "../world/wallClock.ts"
import { accountsInMemory, authenticate, office, outcome, password, register, signIn, works } from "./authKit.ts"

const living: LivingDevice = {
  userId: UserId.make("00000000-0000-7000-8000-000000000001"),
  deviceId: DeviceId.make("00000000-0000-7000-8000-000000000002"),
  ...{ handle: "ann", displayName: "Ann", admin: false, createdAt: 0, passwordVersion: 1, sessionVersion: 1 },
  ...{ accessExpiresAt: undefined, lastUsedAt: 0, isUnused: false }
}

/** Answers for each token what this gives. */
const answering =
  <E>(give: Effect.Effect<LivingDevice | undefined, E>) =>
  (hashes: ReadonlyArray<SecretHash>) =>
    Effect.map(give, (device) => new Map(device === undefined ? [] : hashes.map((hash) => [hash, device])))

/** Counts a question and answers it. */
const counted = (count: () => unknown) =>
  answering(
    Effect.sync(() => {
      count()
      return living
    })
  )

/** An authenticator over a Devices of the test's own. */
const over = (devices: Partial<Devices["Type"]>, tickets: Layer.Layer<Tickets, never, Secrets> = TicketsInProcess) =>
  Authenticator.Default.pipe(
    Layer.provide(
      Layer.mergeAll(
        Layer.mock(Devices, devices),
        Layer.mock(Sessions, {}),
        RateLimitsLocal,
        AccountPolicy.with({}),
        tickets
      )
    ),
    Layer.provideMerge(SecretsMemory)
  )

describe("authenticating", () => {
  it.effect("asks the store at most once a second for a token", () => {
    let asked = 0
    return Effect.gen(function* () {
      for (let i = 0; i < 5; i++) yield* authenticate("token")
      assert.strictEqual(asked, 1)
      yield* TestClock.adjust("999 millis")
      yield* authenticate("token")
      assert.strictEqual(asked, 1)
      yield* TestClock.adjust("1 millis")
      yield* authenticate("token")
      assert.strictEqual(asked, 2)
    }).pipe(Effect.provide(over({ byAccessHashes: counted(() => asked++) })))
  })

  it.effect("asks the store for all tokens at once that come while it answers", () => {
    const asked: Array<number> = []
    return Effect.gen(function* () {
      const [reading, proceed] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const answer = Effect.gen(function* () {
        yield* Deferred.succeed(reading, undefined)
        yield* Deferred.await(proceed)
        return living
      })
      const byAccessHashes = (hashes: ReadonlyArray<SecretHash>) => {
        asked.push(hashes.length)
        return answering(answer)(hashes)
      }
      yield* Effect.gen(function* () {
        const first = yield* Effect.fork(authenticate("first"))
        yield* Deferred.await(reading)
        const others = yield* Effect.forkAll(["one", "two", "two", "three"].map((token) => authenticate(token)))
        yield* Effect.yieldNow()
        yield* Deferred.succeed(proceed, undefined)
        yield* Fiber.join(Fiber.zip(first, others))
      }).pipe(Effect.provide(over({ byAccessHashes })))
      assert.deepStrictEqual(asked, [1, 3])
    })
  })

  it.effect("what another process ended is let in for a second at most", () =>
    Effect.gen(function* () {
      const ann = yield* register("ann")
      assert.strictEqual(yield* works(ann.accessToken), true)
      yield* (yield* Devices).revoke(ann.userId, ann.deviceId, 0, undefined)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* works(ann.accessToken), false)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("what another process ended is let in no longer when the clock of the machine is set back an hour", () =>
    Effect.gen(function* () {
      const wall = yield* makeWallClock(ofIds)
      const onWall = Effect.withClock(wall.clock)
      const ann = yield* onWall(register("ann"))
      assert.strictEqual(yield* onWall(works(ann.accessToken)), true)
      yield* (yield* Devices).revoke(ann.userId, ann.deviceId, wall.millis(), undefined)
      wall.set(-3_600_000)
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* onWall(outcome(authenticate(ann.accessToken))), "Unauthenticated")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("an answer that was read before a revocation here is not remembered after it", () =>
    Effect.gen(function* () {
      const [reading, proceed] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      let current: LivingDevice | undefined = living
      const byAccessHashes = answering(
        Effect.gen(function* () {
          const read = current
          yield* Deferred.succeed(reading, undefined)
          yield* Deferred.await(proceed)
          return read
        })
      )
      yield* Effect.gen(function* () {
        const slow = yield* Effect.fork(authenticate("token"))
        yield* Deferred.await(reading)
        current = undefined
        yield* (yield* Authenticator).forgetAll
        yield* Deferred.succeed(proceed, undefined)
        yield* Fiber.join(slow)
        assert.strictEqual(yield* outcome(authenticate("token")), "Unauthenticated")
      }).pipe(Effect.provide(over({ byAccessHashes })))
    })
  )

  it.effect("a store that is away is no refusal, and asked again at once", () => {
    let away = true
    const byAccessHashes = answering(
      Effect.suspend(() =>
        away
          ? Effect.fail(new StoreUnavailable({ operation: "byAccessHashes", cause: "down" }))
          : Effect.succeed(living)
      )
    )
    return Effect.gen(function* () {
      assert.strictEqual(yield* outcome(authenticate("token")), "StoreUnavailable")
      away = false
      assert.strictEqual(yield* outcome(authenticate("token")), "ok")
    }).pipe(Effect.provide(over({ byAccessHashes })))
  })

  it.effect("remembers 10,000 tokens and no more", () => {
    let asked = 0
    return Effect.gen(function* () {
      for (let i = 0; i <= 10_000; i++) yield* authenticate(`token ${i}`)
      assert.strictEqual(asked, 10_001)
      yield* authenticate("token 10000")
      assert.strictEqual(asked, 10_001)
      yield* authenticate("token 0")
      assert.strictEqual(asked, 10_002)
    }).pipe(Effect.provide(over({ byAccessHashes: counted(() => asked++) })))
  })

  it.effect("moves the time of last use at most every ten minutes, and lives with a store that can't", () => {
    let [touched, lastUsedAt] = [0, 0]
    const devices = {
      byAccessHashes: answering(Effect.sync(() => ({ ...living, lastUsedAt }))),
      touch: (_: DeviceId, _hash: string, now: number) =>
        Effect.suspend(() => {
          touched++
          lastUsedAt = now
          return Effect.fail(new StoreUnavailable({ operation: "touch", cause: "down" }))
        })
    }
    return Effect.gen(function* () {
      for (let minute = 0; minute < 25; minute++) {
        assert.strictEqual(yield* outcome(authenticate("token")), "ok")
        yield* TestClock.adjust("1 minute")
      }
      assert.strictEqual(touched, 2)
    }).pipe(Effect.provide(over(devices)))
  })

  it.effect("tells the store of the first use of a token, again while that can't hear, and then no more", () => {
    const told: Array<string> = []
    let away = true
    const devices = {
      byAccessHashes: answering(Effect.sync(() => ({ ...living, isUnused: away || told.length < 2 }))),
      touch: (_: DeviceId, hash: string) =>
        Effect.suspend(() => {
          told.push(hash)
          return away ? Effect.fail(new StoreUnavailable({ operation: "touch", cause: "down" })) : Effect.void
        })
    }
    return Effect.gen(function* () {
      const { hash } = yield* Secrets
      for (let second = 0; second < 5; second++) {
        assert.strictEqual(yield* outcome(authenticate("token")), "ok")
        away = false
        yield* TestClock.adjust("1 second")
      }
      assert.deepStrictEqual(told, [hash("token"), hash("token")])
    }).pipe(Effect.provide(over(devices)))
  })
})

const ticketFor = (accessToken: string, origin = "") =>
  Effect.gen(function* () {
    const authenticator = yield* Authenticator
    return (yield* authenticator.issueTicket(yield* authenticator.authenticate(accessToken), origin)).ticket
  })
const openSocket = (ticket: string, device: DeviceId, origin = "") =>
  Effect.flatMap(Authenticator, (authenticator) => authenticator.openSocket(ticket, device, origin))

describe("opening a socket", () => {
  it.effect("of parallel uses of one ticket exactly one opens", () =>
    Effect.gen(function* () {
      const ann = yield* register("ann")
      const ticket = yield* ticketFor(ann.accessToken)
      assert.match(ticket, /^[A-Za-z0-9_-]{43}$/)
      const uses = yield* Effect.all(
        Array.from({ length: 5 }, () => outcome(openSocket(ticket, ann.deviceId))),
        { concurrency: 5 }
      )
      assert.deepStrictEqual([...uses].sort(), [...Array(4).fill("SocketRefused"), "ok"])
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("tells who opened it, and on what", () =>
    Effect.gen(function* () {
      const ann = yield* register("ann")
      const opened = yield* openSocket(yield* ticketFor(ann.accessToken), ann.deviceId)
      assert.deepStrictEqual(opened, {
        owner: { userId: ann.userId, deviceId: ann.deviceId, sessionVersion: 1 },
        kind: "terminal"
      })
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a ticket is good for 30 s, on its own device, and is used up by a try on another", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* register("ann"), yield* signIn("ann")]
      const [inTime, late, elsewhere] = [
        yield* ticketFor(one.accessToken),
        yield* ticketFor(one.accessToken),
        yield* ticketFor(one.accessToken)
      ]
      assert.strictEqual(yield* outcome(openSocket(elsewhere, two.deviceId)), "SocketRefused")
      assert.strictEqual(yield* outcome(openSocket(elsewhere, one.deviceId)), "SocketRefused")
      yield* TestClock.adjust("29999 millis")
      assert.strictEqual(yield* outcome(openSocket(inTime, one.deviceId)), "ok")
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* outcome(openSocket(late, one.deviceId)), "SocketRefused")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect(
    "a ticket is good for a socket of the origin that asked for it, and so is the next one for that of its socket",
    () =>
      Effect.gen(function* () {
        const { resumeTicket } = yield* Authenticator
        const { accessToken, deviceId } = yield* register("ann")
        const page = "https://chat.example"
        for (const [home, other] of [
          [page, "https://evil.example"],
          [page, ""],
          ["", page]
        ] as const) {
          const ticket = yield* ticketFor(accessToken, home)
          assert.strictEqual(yield* outcome(openSocket(ticket, deviceId, other)), "SocketRefused")
          assert.strictEqual(yield* outcome(openSocket(ticket, deviceId, home)), "SocketRefused", "it was used up")
          const { owner } = yield* openSocket(yield* ticketFor(accessToken, home), deviceId, home)
          assert.strictEqual(
            yield* outcome(openSocket((yield* resumeTicket(owner, home)).ticket, deviceId, other)),
            "SocketRefused"
          )
          assert.strictEqual(
            yield* outcome(openSocket((yield* resumeTicket(owner, home)).ticket, deviceId, home)),
            "ok"
          )
        }
      }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a resume ticket is good for ten minutes", () =>
    Effect.gen(function* () {
      const authenticator = yield* Authenticator
      const ann = yield* register("ann")
      const { owner } = yield* openSocket(yield* ticketFor(ann.accessToken), ann.deviceId)
      const [inTime, late] = [
        yield* authenticator.resumeTicket(owner, ""),
        yield* authenticator.resumeTicket(owner, "")
      ]
      assert.strictEqual(inTime.ttlMs, 600_000)
      yield* TestClock.adjust("599999 millis")
      assert.strictEqual(yield* outcome(openSocket(inTime.ticket, ann.deviceId)), "ok")
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* outcome(openSocket(late.ticket, ann.deviceId)), "SocketRefused")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a ticket that can't be looked up opens nothing: its device is to fetch another", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* outcome(openSocket("ticket", living.deviceId)), "SocketRefused")
    }).pipe(Effect.provide(over({}, Layer.mock(Tickets, { redeem: () => new TicketsUnavailable({ cause: "away" }) }))))
  )

  it.effect("a ticket is void once its device ended, its account was disabled or its password changed", () =>
    Effect.gen(function* () {
      const [signIns, admin] = [yield* SignIns, yield* AccountsAdmin]
      const endings = [
        (accessToken: string) => Effect.flatMap(authenticate(accessToken), signIns.signOut),
        () => admin.disable(commandLine, { handle: "ann" }),
        (accessToken: string) =>
          Effect.flatMap(authenticate(accessToken), (caller) =>
            signIns.changePassword(caller, {
              ...{ current: Redacted.make(password), next: Redacted.make(password) },
              revokeOthers: false,
              address: office
            })
          )
      ]
      yield* register("ann")
      for (const ending of endings) {
        yield* admin.enable(commandLine, { handle: "ann" })
        const device = yield* signIn("ann")
        const ticket = yield* ticketFor(device.accessToken)
        yield* ending(device.accessToken)
        assert.strictEqual(yield* outcome(openSocket(ticket, device.deviceId)), "SocketRefused")
      }
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("texts that are no tickets open nothing", () =>
    Effect.gen(function* () {
      const ann = yield* register("ann")
      for (const text of ["", "x", ann.accessToken, "x".repeat(100_000)])
        assert.strictEqual(yield* outcome(openSocket(text, ann.deviceId)), "SocketRefused")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a user gets 30 tickets a minute", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* register("ann"), yield* signIn("ann")]
      for (let i = 0; i < 15; i++) for (const { accessToken } of [one, two]) yield* ticketFor(accessToken)
      assert.strictEqual(yield* outcome(ticketFor(two.accessToken)), "RateLimited")
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* outcome(ticketFor(two.accessToken)), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )
})
