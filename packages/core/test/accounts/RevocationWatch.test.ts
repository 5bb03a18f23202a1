import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Layer, TestClock } from "effect"
import { RevocationWatch } from "../../src/accounts/RevocationWatch.ts"
import { DeviceId } from "../../src/domain/Ids.ts"
import { StoreUnavailable } from "../../src/ports/EventStore.ts"
import { Sessions } from "../../src/ports/Sessions.ts"
import { makeLogLines } from "../world/logLines.ts"

const device = (i: number) => DeviceId.make(`00000000-0000-7000-8000-${i.toString().padStart(12, "0")}`)

/** A store of revocations by time, that can fail or hang. */
class Store {
  readonly revoked: Array<readonly [device: DeviceId, at: number]> = []
  readonly expired: Array<readonly [device: DeviceId, at: number]> = []
  mode: "ok" | "away" | "silent" = "ok"
  asked = 0
  /** How far the store's clock is from ours. */
  skew = 0

  readonly layer = Layer.mock(Sessions, {
    endedSince: (since) =>
      Effect.gen(this, function* () {
        this.asked++
        if (this.mode === "away") return yield* new StoreUnavailable({ operation: "endedSince", cause: "down" })
        if (this.mode === "silent") return yield* Effect.never
        const now = (yield* Clock.currentTimeMillis) + this.skew
        const those = (ended: typeof this.revoked) =>
          ended.filter(([, at]) => at >= since && at <= now).map(([each]) => each)
        return { revoked: those(this.revoked), expired: those(this.expired), now }
      })
  })
}

/** Runs with a watch over the store; `told` is what its listener got. */
const watching = (use: (store: Store, told: Array<DeviceId>) => Effect.Effect<void, never, RevocationWatch>) =>
  Effect.suspend(() => {
    const store = new Store()
    const told: Array<DeviceId> = []
    return Effect.gen(function* () {
      yield* (yield* RevocationWatch).subscribe((devices) => told.push(...devices))
      yield* TestClock.adjust(0)
      yield* use(store, told)
    }).pipe(Effect.scoped, Effect.provide(RevocationWatch.Default.pipe(Layer.provide(store.layer))))
  })

describe("the watch for revoked devices", () => {
  it.effect("tells of a device within two seconds, once, and knows it from then on", () =>
    watching((store, told) =>
      Effect.gen(function* () {
        const watch = yield* RevocationWatch
        yield* TestClock.adjust("100 seconds")
        store.revoked.push([device(1), 100_000])
        assert.strictEqual(watch.endingOf(device(1)), undefined)
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(told, [device(1)])
        assert.strictEqual(watch.endingOf(device(1)), "revoked")
        yield* TestClock.adjust("50 seconds")
        assert.deepStrictEqual(told, [device(1)])
      })
    )
  )

  it.effect(
    "tells of a sign-in that has become too old as of one that nobody ended, while the store can be asked",
    () =>
      watching((store, told) =>
        Effect.gen(function* () {
          const watch = yield* RevocationWatch
          const endings: Array<string> = []
          yield* Effect.scoped(
            Effect.gen(function* () {
              yield* watch.subscribe((_, ending) => endings.push(ending))
              store.expired.push([device(1), 100_000])
              store.revoked.push([device(2), 103_000])
              yield* TestClock.adjust("98 seconds")
              assert.deepStrictEqual(told, [])
              store.mode = "away"
              yield* TestClock.adjust("100 seconds")
              store.mode = "ok"
              yield* TestClock.adjust("2 seconds")
              assert.deepStrictEqual(
                [told, endings],
                [
                  [device(2), device(1)],
                  ["revoked", "expired"]
                ]
              )
              assert.deepStrictEqual([watch.endingOf(device(2)), watch.endingOf(device(1))], ["revoked", "expired"])
            })
          )
        })
      )
  )

  it.effect("finds a revocation that committed late, up to a minute after its time", () =>
    watching((store, told) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("100 seconds")
        store.revoked.push([device(1), 44_000])
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(told, [device(1)])
      })
    )
  )

  it.effect("goes by the store's clock, however far it is from ours", () =>
    watching((store, told) =>
      Effect.gen(function* () {
        store.skew = 3_600_000
        yield* TestClock.adjust("4 seconds")
        store.revoked.push([device(1), 4_000 + store.skew])
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(told, [device(1)])
        store.skew = -3_600_000
        yield* TestClock.adjust("4 seconds")
        store.revoked.push([device(2), 10_000 + store.skew])
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(told, [device(1), device(2)])
      })
    )
  )

  it.effect("keeps asking while the store fails or is silent, and misses nothing of that time", () =>
    watching((store, told) =>
      Effect.gen(function* () {
        store.mode = "away"
        yield* TestClock.adjust("30 seconds")
        store.revoked.push([device(1), 30_000])
        yield* TestClock.adjust("300 seconds")
        store.mode = "silent"
        const before = store.asked
        yield* TestClock.adjust("60 seconds")
        assert.strictEqual(store.asked - before >= 10, true)
        assert.deepStrictEqual(told, [])
        store.mode = "ok"
        yield* TestClock.adjust("4 seconds")
        assert.deepStrictEqual(told, [device(1)])
      })
    )
  )

  it.effect(
    "tells the log once that the store can't be asked, once when it is silent instead, and once that it answers again",
    () => {
      const { keep, lines } = makeLogLines()
      const away = "WARN revoked devices could not be asked for; trying again"
      return watching((store) =>
        Effect.gen(function* () {
          store.mode = "away"
          yield* TestClock.adjust("300 seconds")
          assert.deepStrictEqual(lines, [away])
          store.mode = "silent"
          yield* TestClock.adjust("60 seconds")
          assert.deepStrictEqual(lines, [away, away])
          store.mode = "ok"
          yield* TestClock.adjust("10 seconds")
          assert.deepStrictEqual(lines, [away, away, "INFO revoked devices can be asked for again"])
        })
      ).pipe(keep)
    }
  )

  it.effect("survives a listener that throws, and tells the others", () =>
    watching((store, told) =>
      Effect.gen(function* () {
        const watch = yield* RevocationWatch
        yield* watch.subscribe(() => {
          throw new Error("a listener's own trouble")
        })
        const later: Array<DeviceId> = []
        yield* watch.subscribe((devices) => later.push(...devices))
        for (const i of [1, 2]) {
          store.revoked.push([device(i), 0])
          yield* TestClock.adjust("2 seconds")
        }
        assert.deepStrictEqual(
          [told, later],
          [
            [device(1), device(2)],
            [device(1), device(2)]
          ]
        )
      }).pipe(Effect.scoped)
    )
  )

  it.effect("stops telling a listener whose scope has closed", () =>
    watching((store, told) =>
      Effect.gen(function* () {
        const gone: Array<DeviceId> = []
        yield* Effect.scoped(
          Effect.flatMap(RevocationWatch, (watch) => watch.subscribe((devices) => gone.push(...devices)))
        )
        store.revoked.push([device(1), 0])
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual([told, gone], [[device(1)], []])
      })
    )
  )

  it.effect("remembers a device for a minute after the last answer that named it, and then forgets it", () =>
    watching((store) =>
      Effect.gen(function* () {
        const watch = yield* RevocationWatch
        store.revoked.push([device(1), 0])
        yield* TestClock.adjust("118 seconds")
        assert.strictEqual(watch.endingOf(device(1)), "revoked")
        yield* TestClock.adjust("6 seconds")
        assert.strictEqual(watch.endingOf(device(1)), undefined)
      })
    )
  )
})
