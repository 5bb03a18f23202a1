import { assert, describe, it } from "@effect/vitest"
import { CommandId, ConversationId, Epoch, NodeId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { DeliveriesInProcess } from "@hibiki/core/inprocess/DeliveriesInProcess"
import { IngressInProcess } from "@hibiki/core/inprocess/IngressInProcess"
import { Deliveries } from "@hibiki/core/ports/Deliveries"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Ingress, IngressConsumer } from "@hibiki/core/ports/Ingress"
import { Routes } from "@hibiki/core/ports/Routes"
import { Effect, Fiber, Layer, TestClock } from "effect"
import { addMemoryUser } from "../src/ChatMemory.ts"
import {
  ChatMemory,
  EventStoreMemory,
  everyNth,
  Fault,
  onlyNth,
  routesMemory,
  whenever,
  withDeliveriesFaults,
  withEventStoreFaults,
  withIngressFaults,
  withRoutesFaults
} from "../src/index.ts"

const node = Effect.map(makeUuidV7, (uuid) => NodeId.make(uuid))

describe("failing deliveries", () => {
  const received = Effect.gen(function* () {
    const [deliveries, one, epoch] = [yield* Deliveries, yield* node, Epoch.make(yield* makeUuidV7)]
    const numbers: Array<number> = []
    yield* deliveries.subscribe(one, "gateway", ({ number }) => void numbers.push(number))
    const outcomes: Array<string> = []
    for (const number of [1, 2, 3, 4, 5, 6]) {
      const envelope = {
        v: 1,
        worker: "w",
        number,
        after: number - 1,
        headsRaised: true,
        epoch,
        changes: [],
        answers: []
      } as const
      const outcome = yield* Effect.match(deliveries.publish([{ to: one, envelope }]), {
        onFailure: ({ _tag }) => _tag,
        onSuccess: () => "confirmed"
      })
      outcomes.push(outcome)
    }
    return { numbers, outcomes }
  })

  it.effect("drop and duplicate what they are told to, confirm all of it, and count it", () => {
    const [drop, duplicate] = [everyNth(3), onlyNth(2)]
    return Effect.gen(function* () {
      const { numbers, outcomes } = yield* received
      assert.deepStrictEqual(numbers, [1, 2, 2, 4, 5])
      assert.deepStrictEqual(new Set(outcomes), new Set(["confirmed"]))
      assert.deepStrictEqual([drop.hits, duplicate.hits], [2, 1])
    }).pipe(Effect.scoped, Effect.provide(withDeliveriesFaults({ drop, duplicate })(DeliveriesInProcess)))
  })

  it.effect("fail a publish that then delivers nothing", () =>
    Effect.gen(function* () {
      const { numbers, outcomes } = yield* received
      assert.deepStrictEqual(numbers, [1, 2, 3, 5, 6])
      assert.deepStrictEqual(outcomes.indexOf("DeliveriesUnavailable"), 3)
    }).pipe(
      Effect.scoped,
      Effect.provide(withDeliveriesFaults({ fail: new Fault((call) => call === 4) })(DeliveriesInProcess))
    )
  )
})

describe("a failing store", () => {
  const Memory = Layer.provideMerge(EventStoreMemory, ChatMemory.layer)
  const create = Effect.gen(function* () {
    const store = yield* EventStore
    const [by, log, id] = [
      yield* addMemoryUser("ann"),
      ConversationId.make(yield* makeUuidV7),
      CommandId.make(yield* makeUuidV7)
    ]
    const body = { kind: "create", conversationKind: "group", title: "Tea", history: "all", members: [] } as const
    return { log, run: store.append([{ log, id, by, device: null, epoch: store.epoch, body }]) }
  })
  const tag = (run: Effect.Effect.Success<typeof create>["run"]) =>
    Effect.match(run, { onFailure: ({ _tag }) => _tag, onSuccess: ({ decisions }) => decisions[0]?._tag })

  it.effect("fails an append and stores nothing of it, or stores it and says that it failed", () =>
    Effect.gen(function* () {
      const { run } = yield* create
      assert.deepStrictEqual(
        [yield* tag(run), yield* tag(run), yield* tag(run)],
        ["StoreUnavailable", "StoreUnavailable", "Repeated"]
      )
    }).pipe(Effect.provide(withEventStoreFaults({ failAppend: onlyNth(1), loseAnswer: onlyNth(1) })(Memory)))
  )

  it.effect("fails reads for as long as it is switched on", () => {
    let away = true
    return Effect.gen(function* () {
      const store = yield* EventStore
      const { log } = yield* create
      const reads = Effect.all([store.after(log, 0, 1), store.slices([]), store.heads([]), store.readEpoch]).pipe(
        Effect.isSuccess
      )
      assert.strictEqual(yield* reads, false)
      away = false
      assert.strictEqual(yield* reads, true)
    }).pipe(Effect.provide(withEventStoreFaults({ failRead: whenever(() => away) })(Memory)))
  })

  it.effect("answers late, by the clock", () =>
    Effect.gen(function* () {
      const { log, run } = yield* create
      const store = yield* EventStore
      const running = yield* Effect.fork(run)
      yield* TestClock.adjust("999 millis")
      assert.strictEqual((yield* store.after(log, 0, 1)).head, 0)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(running)).decisions[0]?._tag, "Appended")
    }).pipe(Effect.provide(withEventStoreFaults({ delay: { fault: onlyNth(1), by: "1 second" } })(Memory)))
  )
})

describe("failing routes", () => {
  const away = { gateway: false, worker: false }
  const faults = withRoutesFaults({ failGateway: whenever(() => away.gateway), failRaise: whenever(() => away.worker) })

  it.effect("are away for gateways, for workers, or for both, and do nothing then", () =>
    Effect.gen(function* () {
      const routes = yield* Routes
      const [lease, log] = [{ node: yield* node, incarnation: 1 }, ConversationId.make(yield* makeUuidV7)]
      const calls = [
        routes.renew(lease, undefined),
        routes.register(lease, [log]),
        routes.withdraw(lease, []),
        routes.release({ ...lease, incarnation: 2 }),
        routes.heads([log])
      ]
      const succeed = (some: ReadonlyArray<Effect.Effect<unknown, unknown>>) =>
        Effect.forEach(some, (one) => Effect.isSuccess(one))
      away.gateway = true
      assert.deepStrictEqual(new Set(yield* succeed(calls)), new Set([false]))
      assert.strictEqual((yield* routes.raise([[log, 3]]))._tag, "Everywhere")
      away.gateway = false
      away.worker = true
      assert.deepStrictEqual(new Set(yield* succeed(calls)), new Set([true]))
      assert.strictEqual((yield* Effect.flip(routes.raise([[log, 4]])))._tag, "RoutesUnavailable")
      assert.deepStrictEqual(yield* routes.heads([log]), [3])
    }).pipe(Effect.provide(faults(routesMemory())))
  )
})

describe("a failing ingress", () => {
  it.effect("refuses, duplicates, or loses its confirm after handing over", () =>
    Effect.gen(function* () {
      const ingress = yield* Ingress
      const consumer = yield* (yield* IngressConsumer).consume
      const publish = (partition: number) =>
        Effect.match(ingress.publish(partition, []), { onFailure: ({ code }) => code, onSuccess: () => "taken" })
      assert.deepStrictEqual(
        [yield* publish(1), yield* publish(2), yield* publish(3), yield* publish(4)],
        ["busy", "taken", "taken", "unknown"]
      )
      assert.deepStrictEqual(
        consumer.take().map(({ partition }) => partition),
        [2, 3, 3, 4]
      )
    }).pipe(
      Effect.scoped,
      Effect.provide(
        withIngressFaults({ refuse: onlyNth(1), duplicate: onlyNth(2), loseConfirm: onlyNth(3) })(IngressInProcess)
      )
    )
  )
})
