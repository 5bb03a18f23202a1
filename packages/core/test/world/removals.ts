/**
 * Members are removed one after the other while others write as fast as they can, and every second envelope is lost.
 */
import { Effect, TestClock } from "effect"
import { EventStore } from "../../src/ports/EventStore.ts"
import { makeWorld } from "./ChatWorld.ts"
import { group, run } from "./logRuns.ts"

/** One round of the event loop, so that what was written is decided in many batches and not in one. */
const round = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))

const writers = 4
const postsEach = 120
const removed = 20

/** `converges`: the writers are waited for until they hold everything. */
export const removeWhileWriting = Effect.fnUntraced(function* (converges: boolean) {
  let lost = 0
  const world = yield* makeWorld({
    keep: (_, index) => {
      if (index % 2 === 1) lost++
      return index % 2 === 0
    }
  })
  const owner = yield* world.user("owner")
  const users = yield* Effect.forEach(
    Array.from({ length: writers }, (_, i) => `w${i}`),
    world.user
  )
  const leaving = yield* Effect.forEach(
    Array.from({ length: removed }, (_, i) => `r${i}`),
    world.user
  )
  const log = yield* world.provide(group(owner, [...users, ...leaving]))
  const devices = yield* Effect.forEach(users, (user) => world.connect(user))
  const removedDevices = yield* Effect.forEach(leaving, (user) => world.connect(user))
  for (const device of [...devices, ...removedDevices]) yield* device.op("live")

  const write = (device: (typeof devices)[number]) =>
    Effect.forEach(
      Array.from({ length: postsEach }, (_, i) => `m${i}`),
      (text) => Effect.zipRight(device.post(log, text), round)
    )
  const removals: Array<number> = []
  const remove = Effect.forEach(leaving, (userId) =>
    Effect.gen(function* () {
      const decision = yield* world.provide(run(owner, log, { kind: "remove", userId }))
      if (decision?._tag === "Appended") removals.push(decision.seq)
      yield* Effect.repeatN(round, 3)
    })
  )
  yield* Effect.all([...devices.map(write), remove], { concurrency: "unbounded" })
  // Whatever was the last envelope: comparing heads finds it.
  const { after } = yield* world.provide(EventStore)
  yield* Effect.repeat(Effect.zipRight(TestClock.adjust("1 second"), Effect.yieldNow()), { times: 20 })
  const { head } = yield* after(log, 0, 1)
  if (converges) for (const device of devices) yield* device.reachSeq(log, head)
  return {
    lost,
    head,
    removals,
    writers: devices.map((device) => device.seqs(log)),
    removed: removedDevices.map((device) => device.seqs(log))
  }
})
