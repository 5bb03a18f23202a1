/** A user's presence for others, from the states of their devices. */
import { Clock, Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { type PresenceKit, t } from "./PresenceScene.ts"

export const aggregateCases: ReadonlyArray<ContractCase<PresenceKit>> = [
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
        assert.strictEqual(yield* told(ann), false)
      })
  },
  {
    name: "a device that is at two gateways under one instance stays until both have ended it",
    run: ({ assert, place, sees, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const before = yield* place(ann)
        const after = yield* before.elsewhere
        yield* before.says("active", t)
        yield* after.says("active", t + 1_000)
        yield* before.says("idle", t + 2_000)
        assert.deepStrictEqual(yield* sees(ann), ["active", t, ["browser"]])
        yield* before.says("offline", t + 3_000)
        assert.deepStrictEqual(yield* sees(ann), ["active", t, ["browser"]])
        yield* after.says("offline", t + 4_000)
        assert.deepStrictEqual(yield* sees(ann), ["offline", t + 4_000, []])
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
        assert.strictEqual(yield* told(ann), false)
      })
  },
  {
    name: "who has a device in use is told apart, also of those who want to look offline",
    run: ({ assert, place, presence, user }) =>
      Effect.gen(function* () {
        const [ann, bob, cid, dan] = [yield* user, yield* user, yield* user, yield* user]
        const [anns, bobs, cids] = [yield* place(ann), yield* place(bob), yield* place(cid)]
        const phone = yield* place(ann)
        yield* anns.says("idle", t)
        yield* phone.says("active", t)
        yield* bobs.says("idle", t)
        yield* cids.says("active", t, { invisible: true })
        assert.deepStrictEqual([...(yield* presence.active([dan, cid, bob, ann, ann]))].sort(), [ann, cid].sort())
        yield* phone.says("offline", t + 1)
        assert.deepStrictEqual([...(yield* presence.active([ann, cid]))], [cid])
        assert.strictEqual((yield* presence.active([])).size, 0)
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
        assert.strictEqual(yield* told(ann), false)
      })
  },
  {
    name: "of what several gateways say of one user at once nothing is lost",
    run: ({ assert, place, sees, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const first = yield* place(ann)
        const others = yield* Effect.replicateEffect(place(ann), 5)
        const atOnce = <A, E>(all: ReadonlyArray<Effect.Effect<A, E>>) => Effect.all(all, { concurrency: "unbounded" })
        yield* atOnce([first, ...others].map((device) => device.says("idle", t)))
        yield* atOnce(others.map((device) => device.says("offline", t + 1)))
        assert.deepStrictEqual(yield* sees(ann), ["idle", t, ["browser"]])
        yield* first.says("offline", t + 2)
        assert.deepStrictEqual(yield* sees(ann), ["offline", t + 2, []])
      })
  },
  {
    name: "a gateway that leaves takes its devices along after a grace, and of who is back elsewhere nobody is told",
    run: ({ assert, leftOver, listened, node, place, presence, sees, user }) =>
      Effect.gen(function* () {
        const [ann, bob, cid] = [yield* user, yield* user, yield* user]
        const gateway = yield* node
        const [anns, bobs, bobsElsewhere] = [yield* place(ann, gateway), yield* place(bob, gateway), yield* place(bob)]
        const cids = yield* place(cid, gateway)
        for (const device of [anns, bobs, cids]) yield* device.says("active", t)
        yield* bobsElsewhere.says("idle", t)
        const told = yield* listened
        yield* presence.leave(gateway)
        assert.deepStrictEqual(yield* sees(ann), ["active", t, ["browser"]])
        yield* (yield* cids.elsewhere).says("active", t + 1_000)
        yield* leftOver(ann)
        const [state, , kinds] = yield* sees(ann)
        assert.deepStrictEqual([state, kinds, (yield* sees(bob))[0]], ["offline", [], "idle"])
        assert.deepStrictEqual(yield* sees(cid), ["active", t, ["browser"]])
        assert.deepStrictEqual([yield* told(ann), yield* told(cid)], [true, false])
      })
  },
  {
    name: "who went with its gateway was last seen when that left, however late it is taken out",
    run: ({ assert, leftOver, node, place, presence, sees, user }) =>
      Effect.gen(function* () {
        const [ann, gateway] = [yield* user, yield* node]
        const before = yield* Clock.currentTimeMillis
        yield* (yield* place(ann, gateway)).says("active", before)
        yield* presence.leave(gateway)
        const after = yield* Clock.currentTimeMillis
        yield* leftOver(ann)
        const [state, since = 0] = yield* sees(ann)
        assert.deepStrictEqual([state, Number(since) >= before, Number(since) <= after], ["offline", true, true])
      })
  }
]
