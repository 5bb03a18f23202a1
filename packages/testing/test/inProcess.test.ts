import { assert, describe, it, layer } from "@effect/vitest"
import { ConversationId, DeviceId, Epoch, NodeId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { DeliveriesInProcess } from "@hibiki/core/inprocess/DeliveriesInProcess"
import { DeviceCursorsInProcess, deviceCursorsInProcess } from "@hibiki/core/inprocess/DeviceCursorsInProcess"
import { IngressInProcess, ingressInProcess } from "@hibiki/core/inprocess/IngressInProcess"
import { InspectionInProcess } from "@hibiki/core/inprocess/InspectionInProcess"
import { NodeActsInProcess } from "@hibiki/core/inprocess/NodeActsInProcess"
import { PushQueueInProcess } from "@hibiki/core/inprocess/PushQueueInProcess"
import { QueueReadingsInProcess } from "@hibiki/core/inprocess/QueueReadingsInProcess"
import { RateLimitsLocal } from "@hibiki/core/inprocess/RateLimitsLocal"
import { SocketPlacesInProcess } from "@hibiki/core/inprocess/SocketPlacesInProcess"
import { TicketsInProcess, ticketsInProcess } from "@hibiki/core/inprocess/TicketsInProcess"
import { Deliveries } from "@hibiki/core/ports/Deliveries"
import { DeviceCursors } from "@hibiki/core/ports/DeviceCursors"
import { Ingress, IngressConsumer } from "@hibiki/core/ports/Ingress"
import { PushConsumer, PushQueue } from "@hibiki/core/ports/PushQueue"
import { QueueReadings } from "@hibiki/core/ports/QueueReadings"
import { Routes, routesLeaseMs } from "@hibiki/core/ports/Routes"
import type { Submission } from "@hibiki/core/ports/Submission"
import { Tickets } from "@hibiki/core/ports/Tickets"
import { Duration, Effect, Fiber, Layer, TestClock } from "effect"
import { SecretsMemory } from "../src/accounts/SecretsMemory.ts"
import { deliveriesContract } from "../src/contracts/DeliveriesContract.ts"
import { deviceCursorsContract } from "../src/contracts/DeviceCursorsContract.ts"
import { ingressContract } from "../src/contracts/IngressContract.ts"
import { inspectionContract } from "../src/contracts/InspectionContract.ts"
import { nodeActsContract } from "../src/contracts/NodeActsContract.ts"
import { pushQueueContract } from "../src/contracts/PushQueueContract.ts"
import { rateLimitsContract } from "../src/contracts/RateLimitsContract.ts"
import { routesContract } from "../src/contracts/RoutesContract.ts"
import { socketPlacesContract } from "../src/contracts/SocketPlacesContract.ts"
import { ticketsContract } from "../src/contracts/TicketsContract.ts"
import { RoutesFlush, routesMemory } from "../src/index.ts"

const uuid = Effect.map(makeUuidV7, (text) => text)
const log = Effect.map(uuid, (text) => ConversationId.make(text))
const device = Effect.map(uuid, (text) => DeviceId.make(text))
const node = Effect.map(uuid, (text) => NodeId.make(text))

layer(routesMemory())("Routes in process", (it) =>
  routesContract({
    it,
    assert,
    leaseMs: routesLeaseMs,
    pass: (ms) => TestClock.adjust(ms),
    flush: Effect.flatMap(RoutesFlush, ({ flush }) => flush)
  })
)
layer(DeviceCursorsInProcess)("DeviceCursors in process", (it) => deviceCursorsContract({ it, assert }))
layer(SocketPlacesInProcess)("SocketPlaces in process", (it) => socketPlacesContract({ it, assert }))
layer(Layer.provide(TicketsInProcess, SecretsMemory))("Tickets in process", (it) =>
  ticketsContract({ it, assert, pass: (time) => TestClock.adjust(time) })
)
layer(RateLimitsLocal)("RateLimits in process", (it) =>
  rateLimitsContract({ it, assert, pass: (time) => TestClock.adjust(time), slackMs: 0 })
)
layer(DeliveriesInProcess)("Deliveries in process", (it) => deliveriesContract({ it, assert }))
layer(IngressInProcess)("Ingress in process", (it) => ingressContract({ it, assert }))
layer(NodeActsInProcess)("NodeActs in process", (it) => nodeActsContract({ it, assert }))
layer(InspectionInProcess)("Inspection in process", (it) => inspectionContract({ it, assert }))
layer(PushQueueInProcess)("PushQueue in process", (it) => pushQueueContract({ it, assert }))

describe("the depth of queues in process", () => {
  const queues = QueueReadingsInProcess.pipe(
    Layer.provideMerge(
      Layer.merge(ingressInProcess({ partitions: 2, messagesMax: 10, bytesMax: 10_000 }), PushQueueInProcess)
    )
  )
  it.scoped("is what nobody has taken yet, with who takes it", () =>
    Effect.gen(function* () {
      const { read } = yield* QueueReadings
      yield* (yield* Ingress).publish(1, [])
      yield* (yield* Ingress).publish(1, [])
      yield* (yield* PushQueue).offer([yield* log])
      const partition = { queue: "partition", depth: 0, consumers: 0 } as const
      assert.deepStrictEqual(yield* read, [
        { ...partition, partition: 0 },
        { ...partition, partition: 1, depth: 2 },
        { queue: "push", depth: 1, consumers: 0 }
      ])
      const [commands, pushes] = [yield* (yield* IngressConsumer).consume, yield* (yield* PushConsumer).consume]
      commands.take()
      pushes.take()
      assert.deepStrictEqual(
        (yield* read).map(({ consumers, depth }) => [depth, consumers]),
        [
          [0, 1],
          [0, 1],
          [0, 1]
        ]
      )
    }).pipe(Effect.provide(queues))
  )
})

describe("bounds in process", () => {
  it.effect("routes forget the head raised longest ago, and interest never", () =>
    Effect.gen(function* () {
      const routes = yield* Routes
      const [one, two, three] = [yield* log, yield* log, yield* log]
      const gateway = { node: yield* node, incarnation: 1 }
      const { generation } = yield* routes.renew(gateway, undefined)
      yield* routes.renew(gateway, generation)
      yield* routes.register(gateway, [one])
      yield* routes.raise([[one, 1]])
      yield* routes.raise([[two, 2]])
      yield* routes.raise([[one, 1]])
      const raised = yield* routes.raise([[three, 3]])
      assert.strictEqual(raised._tag, "Nodes")
      assert.deepStrictEqual(yield* routes.heads([one, two, three]), [1, 0, 3])
      yield* routes.raise([[two, 2]])
      const again = yield* routes.raise([[one, 1]])
      assert.deepStrictEqual(again._tag === "Nodes" ? again.of.get(one) : [], [gateway.node])
    }).pipe(Effect.provide(routesMemory({ headsMax: 2 })))
  )

  it.effect("cursors forget the device raised longest ago, and in a device the log raised longest ago", () =>
    Effect.gen(function* () {
      const cursors = yield* DeviceCursors
      const [first, second, third] = [yield* device, yield* device, yield* device]
      const [tea, coffee, water] = [yield* log, yield* log, yield* log]
      yield* cursors.raise(first, [
        [tea, 1],
        [coffee, 2],
        [tea, 3],
        [water, 4]
      ])
      assert.deepStrictEqual(yield* cursors.of(first, [tea, coffee, water]), [3, 0, 4])
      yield* cursors.raise(second, [[tea, 5]])
      yield* cursors.raise(first, [])
      yield* cursors.raise(third, [[tea, 6]])
      assert.deepStrictEqual(
        [yield* cursors.of(first, [tea]), yield* cursors.of(second, [tea]), yield* cursors.of(third, [tea])],
        [[3], [0], [6]]
      )
    }).pipe(Effect.provide(deviceCursorsInProcess({ devicesMax: 2, logsPerDeviceMax: 2 })))
  )

  it.effect("a full ticket book drops expired tickets first, then the oldest", () =>
    Effect.gen(function* () {
      const tickets = yield* Tickets
      const owner = { userId: UserId.make(yield* uuid), deviceId: yield* device, sessionVersion: 1 }
      const issue = (ms: number) => tickets.issue(owner, "", Duration.millis(ms), "open")
      const isGood = (ticket: string) => Effect.map(tickets.redeem(ticket, ""), (found) => found !== undefined)
      const [oldest, short, newer] = [yield* issue(1_000), yield* issue(10), yield* issue(1_000)]
      yield* TestClock.adjust(20)
      const next = yield* issue(1_000)
      assert.deepStrictEqual([yield* isGood(short), yield* isGood(oldest)], [false, true])
      const [later, last] = [yield* issue(1_000), yield* issue(1_000)]
      assert.deepStrictEqual(yield* Effect.all([newer, next, later, last].map(isGood)), [false, true, true, true])
    }).pipe(Effect.provide(Layer.provide(ticketsInProcess({ ticketsMax: 3 }), SecretsMemory)))
  )

  it.effect("a receiver that throws keeps nobody else from its envelopes, and the publisher from nothing", () =>
    Effect.gen(function* () {
      const deliveries = yield* Deliveries
      const [bad, good] = [yield* node, yield* node]
      const epoch = Epoch.make(yield* uuid)
      const received: Array<number> = []
      yield* deliveries.subscribe(bad, "gateway", () => {
        throw new Error("no")
      })
      yield* deliveries.subscribe(good, "gateway", ({ number }) => void received.push(number))
      yield* deliveries.publish(
        [1, 2].map((number) => ({
          to: "gateways" as const,
          envelope: { v: 1, worker: "w", number, after: number - 1, headsRaised: true, epoch, changes: [], answers: [] }
        }))
      )
      assert.deepStrictEqual(received, [1, 2])
    }).pipe(Effect.scoped, Effect.provide(DeliveriesInProcess))
  )
})

describe("the ingress in process", () => {
  const submit = (text: string) =>
    Effect.gen(function* () {
      const [ingress, conversation, id] = [yield* Ingress, yield* log, yield* uuid]
      const submission: Submission = {
        v: 1,
        to: NodeId.make(id),
        key: "k",
        log: conversation,
        commands: [
          {
            log: conversation,
            id: id as never,
            by: UserId.make(id),
            device: null,
            epoch: Epoch.make(id),
            body: { kind: "post", text }
          }
        ]
      }
      return yield* Effect.match(ingress.publish(0, [submission]), {
        onFailure: ({ code }) => code,
        onSuccess: () => "taken"
      })
    })

  it.effect("when full answers busy by count, until something is acknowledged", () =>
    Effect.gen(function* () {
      const { ready, take } = yield* (yield* IngressConsumer).consume
      assert.deepStrictEqual([yield* submit("a"), yield* submit("b"), yield* submit("c")], ["taken", "taken", "busy"])
      yield* ready
      const messages = take()
      assert.strictEqual(messages.length, 2)
      assert.strictEqual(yield* submit("d"), "busy")
      yield* messages[0]?.ack ?? Effect.void
      yield* messages[0]?.ack ?? Effect.void
      assert.deepStrictEqual([yield* submit("e"), yield* submit("f")], ["taken", "busy"])
    }).pipe(Effect.scoped, Effect.provide(ingressInProcess({ partitions: 1, messagesMax: 2, bytesMax: 1_000_000 })))
  )

  it.effect("when full answers busy by bytes, but takes a lone batch of any size", () =>
    Effect.gen(function* () {
      const { take } = yield* (yield* IngressConsumer).consume
      assert.deepStrictEqual([yield* submit("x".repeat(4_000)), yield* submit("a")], ["taken", "busy"])
      yield* take()[0]?.ack ?? Effect.void
      assert.deepStrictEqual([yield* submit("a"), yield* submit("x".repeat(4_000))], ["taken", "busy"])
    }).pipe(Effect.scoped, Effect.provide(ingressInProcess({ partitions: 1, messagesMax: 10, bytesMax: 2_000 })))
  )

  it.effect("is not ready again for what was taken and not acknowledged", () =>
    Effect.gen(function* () {
      const { ready, take } = yield* (yield* IngressConsumer).consume
      yield* submit("a")
      yield* ready
      assert.strictEqual(take().length, 1)
      const waiting = yield* Effect.fork(ready)
      yield* Effect.yieldNow()
      assert.strictEqual(waiting.unsafePoll(), null)
      assert.deepStrictEqual(take(), [])
      yield* submit("b")
      yield* Fiber.join(waiting)
      assert.strictEqual(take().length, 1)
    }).pipe(Effect.scoped, Effect.provide(IngressInProcess))
  )

  it.effect("lets a second consumer stand by, who takes nothing until the first has ended", () =>
    Effect.gen(function* () {
      const consumer = yield* IngressConsumer
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* consumer.consume
          const second = yield* Effect.scoped(consumer.consume)
          yield* submit("a")
          assert.deepStrictEqual(second.take(), [])
        })
      )
      const third = yield* consumer.consume
      yield* third.ready
      assert.strictEqual(third.take().length, 1)
    }).pipe(Effect.scoped, Effect.provide(IngressInProcess))
  )
})
