import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Metric, TestClock } from "effect"
import { refreshReuses } from "../../src/accounts/Tokens.ts"
import { personalLog } from "../../src/domain/Ids.ts"
import { Devices } from "../../src/ports/Devices.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { Secrets } from "../../src/ports/Secrets.ts"
import { accountsInMemory, outcome, refresh, register, signIn, works } from "./authKit.ts"

describe("tokens", () => {
  it.effect("are opaque, of 256 random bits, and new with each sign-in", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* register("ann"), yield* signIn("ann")]
      for (const { accessToken, refreshToken } of [one, two]) {
        assert.match(accessToken, /^[A-Za-z0-9_-]{43}$/)
        assert.match(refreshToken, /^[A-Za-z0-9_-]{86}$/)
      }
      assert.strictEqual(new Set([one.accessToken, one.refreshToken, two.accessToken, two.refreshToken]).size, 4)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a refresh brings both anew, and the next refresh takes the new one", () =>
    Effect.gen(function* () {
      const first = yield* register("ann")
      yield* TestClock.adjust("14 minutes")
      const second = yield* refresh(first.refreshToken)
      assert.deepStrictEqual(
        [second.deviceId, second.accessTtlMs, second.refreshTtlMs],
        [first.deviceId, 15 * 60_000, 30 * 86_400_000]
      )
      assert.strictEqual(yield* works(second.accessToken), true)
      yield* TestClock.adjust("1 minute")
      const third = yield* refresh(second.refreshToken)
      assert.strictEqual(
        new Set([first, second, third].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])).size,
        6
      )
      assert.strictEqual(yield* works(third.accessToken), true)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("an access token is told to live no longer than its sign-in, from the first one on", () =>
    Effect.gen(function* () {
      for (const begin of [register("ann"), signIn("ann")]) {
        const first = yield* begin
        assert.deepStrictEqual([first.accessTtlMs, first.refreshTtlMs], [600_000, 600_000])
        yield* TestClock.adjust("4 minutes")
        const second = yield* refresh(first.refreshToken)
        assert.deepStrictEqual([second.accessTtlMs, second.refreshTtlMs], [360_000, 360_000])
        yield* TestClock.adjust(second.accessTtlMs - 1)
        assert.strictEqual(yield* works(second.accessToken), true)
        yield* TestClock.adjust(1)
        assert.strictEqual(yield* works(second.accessToken), false)
      }
    }).pipe(Effect.provide(accountsInMemory({ refreshAbsolute: Duration.minutes(10) })))
  )

  it.effect("a lost answer is given again: the same successor, whose time goes on", () =>
    Effect.gen(function* () {
      const { refreshToken } = yield* register("ann")
      const answer = yield* refresh(refreshToken)
      yield* TestClock.adjust("10 seconds")
      const again = yield* refresh(refreshToken)
      assert.deepStrictEqual(again, {
        ...answer,
        accessTtlMs: answer.accessTtlMs - 10_000,
        refreshTtlMs: answer.refreshTtlMs - 10_000
      })
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a device whose answer was lost gets it whenever it is back, and what was lost is of use", () =>
    Effect.gen(function* () {
      const { refreshToken } = yield* register("ann")
      const lost = yield* refresh(refreshToken)
      for (const away of ["15 seconds", "1 hour", "29 days"] as const) {
        yield* TestClock.adjust(away)
        assert.deepStrictEqual(yield* refresh(refreshToken), lost)
      }
      assert.strictEqual(yield* works(lost.accessToken), true)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* outcome(refresh(lost.refreshToken)), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("who got a lost answer besides its device is found out at the next refresh", () =>
    Effect.gen(function* () {
      const { refreshToken } = yield* register("ann")
      const thiefs = yield* refresh(refreshToken)
      yield* TestClock.adjust("15 seconds")
      const owners = yield* refresh(refreshToken)
      for (const { accessToken } of [thiefs, owners]) assert.strictEqual(yield* works(accessToken), true)
      yield* TestClock.adjust("14 minutes")
      const next = yield* refresh(thiefs.refreshToken)
      assert.strictEqual(yield* works(next.accessToken), true)
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(yield* outcome(refresh(owners.refreshToken)), "Unauthenticated")
      assert.strictEqual(yield* works(next.accessToken), false)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect(
    "a lost answer that was derived otherwise, as by a program before this one, is made anew after the grace",
    () =>
      Effect.gen(function* () {
        const { refreshToken } = yield* register("ann")
        const [secrets, devices, now] = [yield* Secrets, yield* Devices, yield* Clock.currentTimeMillis]
        const hash = (token: string) => secrets.hash(token)
        const next = {
          refreshHash: hash("other refresh"),
          accessHash: hash("other access"),
          accessExpiresAt: now + 900_000
        }
        const rotation = { family: hash(refreshToken.slice(0, 43)), shown: hash(refreshToken), graceMs: 10_000, now }
        yield* devices.rotate({ ...rotation, next: { ...next, idleExpiresAt: now + 86_400_000 } })
        const refused = yield* Effect.flip(refresh(refreshToken))
        assert.deepInclude(refused, { _tag: "RateLimited", retryAfterMs: 11_000 })
        yield* TestClock.adjust(11_000)
        const again = yield* refresh(refreshToken)
        assert.strictEqual(yield* works(again.accessToken), true)
        assert.strictEqual(yield* outcome(refresh(again.refreshToken)), "ok")
      }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("two tabs that refresh at once both live, and so does the one that comes back", () =>
    Effect.gen(function* () {
      const { refreshToken } = yield* register("ann")
      const [one, two] = yield* Effect.all([refresh(refreshToken), refresh(refreshToken)], { concurrency: 2 })
      assert.deepStrictEqual(one, two)
      assert.strictEqual(yield* works(one.accessToken), true)
      assert.strictEqual(yield* outcome(refresh(two.refreshToken)), "ok")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a tab that goes on with the old access token is served until that expires", () =>
    Effect.gen(function* () {
      const { accessToken, refreshToken } = yield* register("ann")
      yield* TestClock.adjust("14 minutes")
      yield* refresh(refreshToken)
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* works(accessToken), true)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* works(accessToken), false)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("an old refresh token ends its device at once, is counted and told; other devices live", () =>
    Effect.gen(function* () {
      const [stolen, other] = [yield* register("ann"), yield* signIn("ann")]
      const current = yield* refresh(stolen.refreshToken)
      const counted = Effect.map(Metric.value(refreshReuses), ({ count }) => count)
      const before = yield* counted
      yield* TestClock.adjust("10001 millis")
      assert.strictEqual(yield* works(current.accessToken), true)
      assert.strictEqual(yield* outcome(refresh(stolen.refreshToken)), "Unauthenticated")
      // No time passes: nothing that was remembered lets it in.
      assert.strictEqual(yield* works(current.accessToken), false)
      assert.strictEqual(yield* outcome(refresh(current.refreshToken)), "Unauthenticated")
      assert.strictEqual(yield* works(other.accessToken), true)
      assert.strictEqual((yield* counted) - before, 1)
      const { events } = yield* (yield* EventStore).after(personalLog(stolen.userId), 0, 10)
      const last = events.at(-1)
      assert.deepStrictEqual(last?.kind === "deviceRevoked" && last.deviceId, stolen.deviceId)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a grandparent within the grace ends the device", () =>
    Effect.gen(function* () {
      const first = yield* register("ann")
      const second = yield* refresh(first.refreshToken)
      const third = yield* refresh(second.refreshToken)
      assert.strictEqual(yield* outcome(refresh(first.refreshToken)), "Unauthenticated")
      assert.strictEqual(yield* works(third.accessToken), false)
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("an access token dies after 15 minutes, a device after 30 days without refresh", () =>
    Effect.gen(function* () {
      const { accessToken, refreshToken } = yield* register("ann")
      yield* TestClock.adjust(15 * 60_000 - 1)
      assert.strictEqual(yield* works(accessToken), true)
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* works(accessToken), false)
      yield* TestClock.adjust("30 days")
      assert.strictEqual(yield* outcome(refresh(refreshToken)), "Unauthenticated")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("a device dies after 90 days, however busy", () =>
    Effect.gen(function* () {
      let { refreshToken } = yield* register("ann")
      for (let day = 1; day < 90; day++) {
        yield* TestClock.adjust("1 day")
        refreshToken = (yield* refresh(refreshToken)).refreshToken
      }
      yield* TestClock.adjust("1 day")
      assert.strictEqual(yield* outcome(refresh(refreshToken)), "Unauthenticated")
    }).pipe(Effect.provide(accountsInMemory()))
  )

  it.effect("texts that are no tokens are nobody's", () =>
    Effect.gen(function* () {
      const { accessToken, refreshToken } = yield* register("ann")
      const texts = [
        "",
        "x",
        refreshToken.slice(1),
        `${refreshToken}x`,
        accessToken,
        "A".repeat(86),
        "x".repeat(100_000)
      ]
      for (const text of texts) assert.strictEqual(yield* outcome(refresh(text)), "Unauthenticated")
      for (const text of ["", "x", refreshToken, accessToken.toLowerCase(), "x".repeat(100_000)])
        assert.strictEqual(yield* works(text), false)
      assert.strictEqual(yield* works(accessToken), true)
    }).pipe(Effect.provide(accountsInMemory()))
  )
})
