/** The contract of the Presence. */
import { Effect, type Scope } from "effect"
import { DeviceId, InstanceId, NodeId, UserId } from "../../domain/Ids.ts"
import type { DeviceKind, PresenceState } from "../../domain/Presence.ts"
import { makeUuidV7 } from "../../domain/Uuid.ts"
import { Presence, type PresenceUnavailable } from "../../presence/Presence.ts"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

/** One device's instance at one gateway. */
interface Place {
  readonly node: NodeId
  readonly says: (
    state: PresenceState,
    at: number,
    more?: { readonly invisible?: boolean; readonly kind?: DeviceKind }
  ) => Effect.Effect<void, PresenceUnavailable>
}

interface Kit {
  readonly assert: ContractAssert
  readonly presence: Presence["Type"]
  readonly user: Effect.Effect<UserId>
  readonly node: Effect.Effect<NodeId>
  /** A device of that user, at a gateway of its own when none is given. */
  readonly place: (userId: UserId, at?: NodeId) => Effect.Effect<Place>
  /** What others see: state, since, kinds. */
  readonly sees: (userId: UserId) => Effect.Effect<ReadonlyArray<unknown>, unknown>
  /** Times that a listener was told of each user since it listens, by a function that asks. */
  readonly listened: Effect.Effect<(userId: UserId) => Effect.Effect<number>, never, Scope.Scope>
}

const hour = 3_600_000
/** Any time will do, if it is later than nothing. */
const t = 1_764_000_000_000

const aggregateCases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "a user never heard of is offline, nobody knows since when",
    run: ({ assert, presence, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user, yield* user]
        assert.deepStrictEqual(yield* presence.read([bob, ann, bob]), [
          { userId: bob, state: "offline", kinds: [] },
          { userId: ann, state: "offline", kinds: [] },
          { userId: bob, state: "offline", kinds: [] }
        ])
        assert.deepStrictEqual(yield* presence.read([]), [])
      })
  },
  {
    name: "a user is what its best device is, since that began",
    run: ({ assert, place, sees, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const [laptop, phone] = [yield* place(ann), yield* place(ann)]
        yield* laptop.says("active", t)
        assert.deepStrictEqual(yield* sees(ann), ["active", t, ["browser"]])
        yield* laptop.says("idle", t + 10)
        assert.deepStrictEqual(yield* sees(ann), ["idle", t + 10, ["browser"]])
        yield* phone.says("active", t + 20, { kind: "terminal" })
        assert.deepStrictEqual(yield* sees(ann), ["active", t + 20, ["browser", "terminal"]])
        yield* laptop.says("active", t + 30)
        yield* phone.says("offline", t + 40, { kind: "terminal" })
        assert.deepStrictEqual(yield* sees(ann), ["active", t + 20, ["browser"]])
        yield* laptop.says("offline", t + 50)
        assert.deepStrictEqual(yield* sees(ann), ["offline", t + 50, []])
      })
  },
  {
    name: "a device that comes back under a new instance before the old one is gone changes nothing",
    run: ({ assert, listened, place, sees, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const [before, after] = [yield* place(ann), yield* place(ann)]
        yield* before.says("active", t)
        const told = yield* listened
        yield* after.says("active", t + 3_000)
        yield* before.says("offline", t + 3_000)
        assert.deepStrictEqual(yield* sees(ann), ["active", t, ["browser"]])
        assert.strictEqual(yield* told(ann), 0)
      })
  },
  {
    name: "a repeat, and the end of a device that is not there, change nothing",
    run: ({ assert, listened, place, presence, sees, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const [laptop, phone] = [yield* place(ann), yield* place(ann)]
        yield* phone.says("offline", t - 5)
        assert.deepStrictEqual(yield* sees(ann), ["offline", undefined, []])
        yield* laptop.says("idle", t)
        const told = yield* listened
        yield* laptop.says("idle", t + 5)
        yield* phone.says("offline", t + 6)
        assert.deepStrictEqual(yield* sees(ann), ["idle", t, ["browser"]])
        assert.strictEqual((yield* presence.steps([ann], 0)).length, 1)
        assert.strictEqual(yield* told(ann), 0)
      })
  },
  {
    name: "who left was last seen at the last sign of life, and never before the state that ended",
    run: ({ assert, place, sees, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const laptop = yield* place(ann)
        yield* laptop.says("active", t)
        yield* laptop.says("offline", t - 1_000)
        assert.deepStrictEqual(yield* sees(ann), ["offline", t, []])
      })
  },
  {
    name: "an invisible user is offline to others since then, and is seen again since it shows itself",
    run: ({ assert, place, sees, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const [laptop, phone] = [yield* place(ann), yield* place(ann)]
        yield* laptop.says("active", t)
        yield* laptop.says("active", t + 10, { invisible: true })
        assert.deepStrictEqual(yield* sees(ann), ["offline", t + 10, []])
        yield* phone.says("active", t + 20, { invisible: true })
        yield* laptop.says("offline", t + 30, { invisible: true })
        assert.deepStrictEqual(yield* sees(ann), ["offline", t + 10, []])
        yield* phone.says("active", t + 40)
        assert.deepStrictEqual(yield* sees(ann), ["active", t + 40, ["browser"]])
      })
  },
  {
    name: "who was never seen but invisible leaves no trace",
    run: ({ assert, listened, place, presence, sees, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const laptop = yield* place(ann)
        const told = yield* listened
        yield* laptop.says("active", t, { invisible: true })
        yield* laptop.says("idle", t + 1, { invisible: true })
        yield* laptop.says("offline", t + 2, { invisible: true })
        assert.deepStrictEqual(yield* sees(ann), ["offline", undefined, []])
        assert.deepStrictEqual(yield* presence.steps([ann], 0), [])
        assert.strictEqual(yield* told(ann), 0)
      })
  },
  {
    name: "a gateway that leaves takes its devices along, and no others",
    run: ({ assert, node, place, presence, sees, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user, yield* user]
        const gateway = yield* node
        const [annsHere, bobsHere, bobsElsewhere] = [yield* place(ann, gateway), yield* place(bob, gateway), yield* place(bob)]
        yield* annsHere.says("active", t)
        yield* bobsHere.says("active", t)
        yield* bobsElsewhere.says("idle", t)
        yield* presence.leave(gateway, t + 9)
        assert.deepStrictEqual(yield* sees(ann), ["offline", t + 9, []])
        assert.deepStrictEqual(yield* sees(bob), ["idle", t + 9, ["browser"]])
        yield* presence.leave(gateway, t + 10)
        assert.deepStrictEqual(yield* sees(ann), ["offline", t + 9, []])
      })
  }
]

const stepCases: ReadonlyArray<ContractCase<Kit>> = [
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

const listenCases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "a listener is told of users of whom others see something new, kinds too, for as long as it listens",
    run: ({ assert, listened, place, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user, yield* user]
        const [laptop, phone, bobs] = [yield* place(ann), yield* place(ann), yield* place(bob)]
        const told = yield* listened
        const short = yield* Effect.scoped(listened)
        yield* laptop.says("active", t)
        assert.strictEqual(yield* told(ann), 1)
        yield* phone.says("idle", t + 1, { kind: "terminal" })
        assert.strictEqual(yield* told(ann), 2)
        yield* laptop.says("idle", t + 2)
        yield* laptop.says("active", t + 3, { invisible: true })
        assert.strictEqual(yield* told(ann), 4)
        assert.strictEqual(yield* told(bob), 0)
        yield* bobs.says("active", t)
        assert.strictEqual(yield* told(bob), 1)
        assert.strictEqual(yield* short(ann), 0)
      })
  }
]

const cases = [...aggregateCases, ...stepCases, ...listenCases]

/** How many tests `presenceContract` runs. */
export const presenceContractSize = cases.length

export interface PresenceContractOptions {
  readonly it: ContractIt<Presence>
  readonly assert: ContractAssert
  /** Done when listeners were told of everything that was reported before. */
  readonly told?: Effect.Effect<void>
}

export const presenceContract = ({ assert, it, told = Effect.void }: PresenceContractOptions): void =>
  runCases(
    it,
    cases,
    Effect.map(Presence, (presence): Kit => {
      const node = Effect.map(makeUuidV7, (uuid) => NodeId.make(uuid))
      return {
        assert,
        presence,
        user: Effect.map(makeUuidV7, (uuid) => UserId.make(uuid)),
        node,
        place: (userId, at) =>
          Effect.gen(function* () {
            const gateway = at ?? (yield* node)
            const [deviceId, instance] = [DeviceId.make(yield* makeUuidV7), InstanceId.make(yield* makeUuidV7)]
            return {
              node: gateway,
              says: (state, when, { invisible = false, kind = "browser" } = {}) =>
                presence.report(gateway, [{ userId, deviceId, instance, kind, state, invisible, at: when }])
            }
          }),
        sees: (userId) => Effect.map(presence.read([userId]), ([user]) => [user?.state, user?.since, user?.kinds]),
        listened: Effect.gen(function* () {
          const times = new Map<UserId, number>()
          yield* presence.listen((users) => {
            for (const userId of users ?? []) times.set(userId, (times.get(userId) ?? 0) + 1)
          })
          return (userId) => Effect.map(told, () => times.get(userId) ?? 0)
        })
      }
    })
  )
