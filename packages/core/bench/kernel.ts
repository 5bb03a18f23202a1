/**
 * What an actor costs in memory and CPU time, beside a parked fiber in the same run: absolute times say little on a
 * shared machine. Ends with code 1 when a bound is missed. Run by `npm run bench:kernel`.
 */
import { randomUUID } from "node:crypto"
import { Effect, Either, Fiber, Mailbox, Queue } from "effect"
import type { ActorRef } from "../src/kernel/ActorRef.ts"
import { ActorSystem } from "../src/kernel/ActorSystem.ts"
import { type ActorSystemApi, type Behaviour, restart, type Timer } from "../src/kernel/Behaviour.ts"

const bounds = { idleBytes: 500, wakeRatio: 50, effectMicros: 6 }
const idleActors = 100_000
/** Enough actors that caches are as cold as they are in a gateway. */
const many = 10_000
const rounds = 25

interface Count {
  n: number
}

const counting = (name: string, receive: Behaviour<Count, number>["receive"]): Behaviour<Count, number> => ({
  name,
  capacity: many,
  onFull: "refuse",
  supervision: restart({ times: 3, within: "5 seconds" }),
  init: () => ({ n: 0 }),
  receive
})

const synchronous = counting("synchronous", (self, by) => {
  self.state.n += by
})

const effectful = counting("effectful", (self, by) =>
  Effect.sync(() => {
    self.state.n += by
  })
)

const suspending = counting("suspending", (self, by) =>
  Effect.yieldNow().pipe(
    Effect.map(() => {
      self.state.n += by
    })
  )
)

/** CPU time of this process: unlike time on the clock it does not grow with what else the machine does. */
const cpuMicros = (): number => {
  const { system, user } = process.cpuUsage()
  return system + user
}

const median = (values: ReadonlyArray<number>): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Bytes on the heap once nothing more can be collected. */
const heapBytes = (): number => {
  if (global.gc === undefined) throw new Error("run node with --expose-gc")
  for (let time = 0; time < 4; time++) global.gc()
  return process.memoryUsage().heapUsed
}

/** Median CPU microseconds of one of the `count` things that `operation` does. */
const measure = (count: number, operation: Effect.Effect<void>): Effect.Effect<number> =>
  Effect.gen(function* () {
    yield* operation
    const micros: Array<number> = []
    for (let round = 0; round < rounds; round++) {
      const start = cpuMicros()
      yield* operation
      micros.push((cpuMicros() - start) / count)
    }
    return median(micros)
  })

/**
 * Idle bytes of one actor: itself, its ref, mailbox and path, a state of one number, its place in the registry. Each
 * has handled a message.
 */
const idleBytes = (system: ActorSystemApi): Effect.Effect<number> =>
  Effect.gen(function* () {
    yield* system.settled
    const before = heapBytes()
    for (let index = 0; index < idleActors; index++) {
      Either.getOrThrow(system.spawn(`user/${randomUUID()}`, synchronous)).tell(1)
      if (index % 1000 === 0) yield* system.settled
    }
    yield* system.settled
    const bytes = (heapBytes() - before) / idleActors
    if (system.counters.messages !== idleActors) throw new Error("not every actor handled its message")
    return bytes
  })

const spawnAll = (
  system: ActorSystemApi,
  count: number,
  behaviour: Behaviour<Count, number>
): ReadonlyArray<ActorRef<number>> =>
  Array.from({ length: count }, () => Either.getOrThrow(system.spawn(`${behaviour.name}/${randomUUID()}`, behaviour)))

/** One message to each ref, and all of them handled. */
const tellEach = (system: ActorSystemApi, refs: ReadonlyArray<ActorRef<number>>): Effect.Effect<void> =>
  Effect.suspend(() => {
    const goal = system.counters.messages + refs.length
    for (const ref of refs) ref.tell(1)
    return Effect.repeat(system.settled, { until: () => system.counters.messages === goal })
  })

/** What the same takes with fibers that are parked on a queue each: one message to each, and all of them woken. */
const wakeEach = <A>(
  make: Effect.Effect<A>,
  take: (queue: A) => Effect.Effect<number, unknown>,
  offer: (queue: A) => void
) =>
  Effect.gen(function* () {
    let handled = 0
    const note = (by: number) => {
      handled += by
    }
    const queues = yield* Effect.all(Array.from({ length: many }, () => make))
    const fibers = yield* Effect.forEach(queues, (queue) =>
      Effect.forkDaemon(Effect.forever(Effect.map(take(queue), note)))
    )
    yield* Effect.sleep(0)
    const operation = Effect.gen(function* () {
      const goal = handled + many
      for (const queue of queues) offer(queue)
      while (handled < goal) yield* Effect.sleep(0)
    })
    const micros = yield* measure(many, operation)
    yield* Fiber.interruptAll(fibers)
    return micros
  })

/** Arms and cancels a timer for each of many devices, as heartbeats do. */
const timerPair = (system: ActorSystemApi): Effect.Effect<number> => {
  const held: Array<Timer> = []
  const beat = () => undefined
  for (let device = 0; device < many; device++) held.push(system.after(25_000 + device, beat))
  return measure(
    many,
    Effect.sync(() => {
      for (let device = 0; device < many; device++) {
        held[device]?.cancel()
        held[device] = system.after(25_000 + device, beat)
      }
    })
  ).pipe(
    Effect.tap(() => {
      for (const timer of held) timer.cancel()
    })
  )
}

const program = Effect.gen(function* () {
  const system = yield* ActorSystem
  const bytes = yield* idleBytes(system)
  const oneMicros = yield* measure(many, tellEach(system, Array(many).fill(spawnAll(system, 1, synchronous)[0])))
  const syncMicros = yield* measure(many, tellEach(system, spawnAll(system, many, synchronous)))
  const effectMicros = yield* measure(many, tellEach(system, spawnAll(system, many, effectful)))
  const suspendMicros = yield* measure(many, tellEach(system, spawnAll(system, many, suspending)))
  const lone = tellEach(system, spawnAll(system, 1, synchronous))
  const loneMicros = yield* measure(1000, Effect.repeatN(lone, 999))
  const timerMicros = yield* timerPair(system)
  const queueMicros = yield* wakeEach(Queue.bounded<number>(1024), Queue.take, (queue) => queue.unsafeOffer(1))
  const mailboxMicros = yield* wakeEach(
    Mailbox.make<number>(1024),
    (mailbox) => mailbox.take,
    (mailbox) => mailbox.unsafeOffer(1)
  )
  const ratio = Math.min(queueMicros, mailboxMicros) / syncMicros

  const row = (what: string, value: number, unit: string, bound = "") =>
    console.log(`${what.padEnd(66)}${value.toFixed(2).padStart(9)} ${unit}${bound}`)
  row("idle actor", bytes, "bytes", `  (at most ${bounds.idleBytes})`)
  row("synchronous message, one actor", oneMicros, "µs")
  row(`synchronous message, ${many} actors in turn`, syncMicros, "µs")
  row("message whose Effect ends at once", effectMicros, "µs", `     (at most ${bounds.effectMicros})`)
  row("message whose Effect suspends once", suspendMicros, "µs")
  row("a lone message to an idle system, until it is known to be handled", loneMicros, "µs")
  row(`cancel a timer and arm another, among ${many}`, timerMicros, "µs")
  row("reference: wake a fiber parked on Queue.take", queueMicros, "µs")
  row("reference: wake a fiber parked on Mailbox.take", mailboxMicros, "µs")
  row("a synchronous message is cheaper than the cheaper wake by", ratio, "times", `  (at least ${bounds.wakeRatio})`)
  return bytes <= bounds.idleBytes && ratio >= bounds.wakeRatio && effectMicros <= bounds.effectMicros
})

const kept = await Effect.runPromise(program.pipe(Effect.provide(ActorSystem.layer)))
if (!kept) {
  console.error("A bound is missed.")
  process.exitCode = 1
}
