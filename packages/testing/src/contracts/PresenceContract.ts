/** The contract of the Presence. */

import { DeviceId, InstanceId, NodeId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Presence } from "@hibiki/core/ports/Presence"
import { Deferred, Effect, Stream } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"
import { aggregateCases } from "./presence/AggregateCases.ts"
import { offline, type Place, type PresenceKit, t } from "./presence/PresenceScene.ts"

const hour = 3_600_000
const stepCases: ReadonlyArray<ContractCase<PresenceKit>> = [
  {
    name: "steps tell how it was at that time and what changed since, in order of time",
    run: ({ assert, place, presence, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user, yield* user]
        const [anns, bobs] = [yield* place(ann), yield* place(bob)]
        yield* anns.says("active", t)
        yield* bobs.says("active", t + 5)
        yield* anns.says("idle", t + 10)
        yield* anns.says("offline", t + 20)
        const all = [
          { userId: ann, state: "active", at: t },
          { userId: bob, state: "active", at: t + 5 },
          { userId: ann, state: "idle", at: t + 10 },
          { userId: ann, state: "offline", at: t + 20 }
        ]
        assert.deepStrictEqual(yield* presence.steps([bob, ann, bob], 0), all)
        assert.deepStrictEqual(yield* presence.steps([ann, bob], t + 10), all.slice(1))
        assert.deepStrictEqual(yield* presence.steps([ann], t + 1_000), all.slice(3))
        assert.deepStrictEqual(yield* presence.steps([], 0), [])
      })
  },
  {
    name: "the newest 128 steps of a user are kept",
    run: ({ assert, place, presence, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const laptop = yield* place(ann)
        for (let i = 0; i < 200; i++) yield* laptop.says(i % 2 === 0 ? "active" : "idle", t + i)
        const steps = yield* presence.steps([ann], 0)
        assert.deepStrictEqual([steps.length, steps[0]?.at, steps.at(-1)?.at], [128, t + 72, t + 199])
      })
  },
  {
    name: "steps of more than an hour ago are forgotten, but for the last of them",
    run: ({ assert, place, presence, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const laptop = yield* place(ann)
        yield* laptop.says("active", t)
        yield* laptop.says("idle", t + 1)
        yield* laptop.says("active", t + 2)
        yield* laptop.says("idle", t + 2 + hour)
        assert.deepStrictEqual(
          (yield* presence.steps([ann], 0)).map(({ at }) => at),
          [t + 2, t + 2 + hour]
        )
      })
  }
]

const listenCases: ReadonlyArray<ContractCase<PresenceKit>> = [
  {
    name: "a listener is told of users of whom others see something new, kinds too, for as long as it listens",
    run: ({ assert, listened, place, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user, yield* user]
        const [laptop, phone, bobs] = [yield* place(ann), yield* place(ann), yield* place(bob)]
        const told = yield* listened
        const short = yield* Effect.scoped(listened)
        yield* laptop.says("active", t)
        assert.strictEqual(yield* told(ann), true)
        assert.strictEqual(yield* told(ann), false)
        yield* phone.says("idle", t + 1, { kind: "terminal" })
        assert.strictEqual(yield* told(ann), true)
        yield* laptop.says("idle", t + 2)
        assert.strictEqual(yield* told(ann), true)
        yield* laptop.says("active", t + 3, { invisible: true })
        assert.strictEqual(yield* told(ann), true)
        assert.strictEqual(yield* told(bob), false)
        yield* bobs.says("active", t)
        assert.strictEqual(yield* told(bob), true)
        assert.strictEqual(yield* short(ann), false)
      })
  }
]

const lossCases: ReadonlyArray<ContractCase<PresenceKit>> = [
  {
    name: "after a loss everybody is offline; who reported is told to do so again, and who listens to read anew",
    run: ({ assert, flush, node, place, presence, sees, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user, yield* user]
        const [anns, bobs] = [yield* place(ann), yield* place(bob)]
        yield* anns.says("active", t)
        yield* bobs.says("idle", t)
        const [annsLost, bobsLost, anew] = [
          yield* Deferred.make<void>(),
          yield* Deferred.make<void>(),
          yield* Deferred.make<void>()
        ]
        const heard: Array<string> = []
        yield* presence.whenLost(anns.node, () => Deferred.unsafeDone(annsLost, Effect.void))
        yield* presence.whenLost(bobs.node, () => Deferred.unsafeDone(bobsLost, Effect.void))
        yield* Effect.scoped(presence.whenLost(anns.node, () => void heard.push("one that listens no more")))
        yield* presence.listen((users) => {
          if (users === undefined) Deferred.unsafeDone(anew, Effect.void)
        })
        yield* flush
        for (const told of [annsLost, bobsLost, anew]) yield* Deferred.await(told)
        assert.deepStrictEqual([yield* sees(ann), yield* sees(bob)], [offline, offline])
        assert.deepStrictEqual(yield* presence.steps([ann], 0), [])
        yield* anns.says("active", t + 5)
        assert.deepStrictEqual([yield* sees(ann), yield* sees(bob)], [["active", t + 5, ["browser"]], offline])
        // A gateway that has reported nothing loses nothing.
        yield* presence.leave(yield* node)
        assert.deepStrictEqual([yield* sees(ann), heard], [["active", t + 5, ["browser"]], []])
      })
  }
]

const onlineCases: ReadonlyArray<ContractCase<PresenceKit>> = [
  {
    name: "everybody online is walked in slices, as others see them, without the offline and the invisible",
    run: ({ assert, node, place, presence, user }) =>
      Effect.gen(function* () {
        const gateway = yield* node
        const [ann, bob, cat, dan] = [yield* user, yield* user, yield* user, yield* user]
        const [laptop, phone] = [yield* place(ann, gateway), yield* place(ann)]
        yield* laptop.says("idle", t)
        yield* phone.says("active", t + 1, { kind: "terminal" })
        yield* (yield* place(bob, gateway)).says("idle", t)
        yield* (yield* place(cat, gateway)).says("active", t, { invisible: true })
        const dans = yield* place(dan, gateway)
        yield* dans.says("active", t)
        yield* dans.says("offline", t + 1)
        const crowd = yield* Effect.all(Array.from({ length: 600 }, () => user))
        for (const userId of crowd) yield* (yield* place(userId, gateway)).says("active", t)
        const slices = [...(yield* Stream.runCollect(presence.online))]
        assert.deepStrictEqual(slices.filter(({ length }) => length > 500).length, 0)
        const found = new Map(slices.flat().map((each) => [each.userId, each]))
        assert.deepStrictEqual(
          [ann, bob, cat, dan].map((userId) => found.get(userId)?.state),
          ["active", "idle", undefined, undefined]
        )
        assert.deepStrictEqual(found.get(ann)?.kinds, ["browser", "terminal"])
        assert.strictEqual(crowd.filter((userId) => !found.has(userId)).length, 0)
      })
  }
]

const cases = [...aggregateCases, ...stepCases, ...listenCases, ...lossCases, ...onlineCases]

/** How many tests `presenceContract` runs. */
export const presenceContractSize = cases.length

export interface PresenceContractOptions<R> {
  readonly it: ContractIt<Presence | R>
  readonly assert: ContractAssert
  /** Completes when listeners have received everything that was reported before. */
  readonly told?: Effect.Effect<void, unknown, R>
  /** Loses all data of the backend. */
  readonly flush: Effect.Effect<void, unknown, R>
  /** Lets the grace of a gateway that left pass, if time does not pass by itself. */
  readonly grace?: Effect.Effect<void>
}

export const presenceContract = <R>({
  assert,
  flush,
  grace = Effect.void,
  it,
  told = Effect.void
}: PresenceContractOptions<R>): void =>
  runCases(
    it,
    cases,
    Effect.zipWith(Presence, Effect.context<R>(), (presence, context): PresenceKit => {
      const node = Effect.map(makeUuidV7, (uuid) => NodeId.make(uuid))
      return {
        assert,
        presence,
        flush: Effect.provide(flush, context),
        user: Effect.map(makeUuidV7, (uuid) => UserId.make(uuid)),
        node,
        place: (userId, at) =>
          Effect.gen(function* () {
            const [deviceId, instance] = [DeviceId.make(yield* makeUuidV7), InstanceId.make(yield* makeUuidV7)]
            const placeAt = (gateway: NodeId): Place => ({
              node: gateway,
              says: (state, when, { invisible = false, kind = "browser" } = {}) =>
                presence.report(gateway, [{ userId, deviceId, instance, kind, state, invisible, at: when }]),
              elsewhere: Effect.map(node, placeAt)
            })
            return placeAt(at ?? (yield* node))
          }),
        sees: (userId) => Effect.map(presence.read([userId]), ([user]) => [user?.state, user?.since, user?.kinds]),
        leftOver: (userId) =>
          Effect.gen(function* () {
            const gone = yield* Deferred.make<void>()
            yield* presence.listen((users) => void (users?.includes(userId) && Deferred.unsafeDone(gone, Effect.void)))
            yield* grace
            yield* Deferred.await(gone)
          }),
        listened: Effect.gen(function* () {
          const heard = new Set<UserId>()
          // From the state before.
          yield* Effect.ignore(Effect.provide(told, context))
          yield* presence.listen((users) => {
            for (const userId of users ?? []) heard.add(userId)
          })
          return (userId) => Effect.map(Effect.provide(told, context), () => heard.delete(userId))
        })
      }
    })
  )
