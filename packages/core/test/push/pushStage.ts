/** A push server over stores in memory, people in a group, and a provider that writes down what it is given. */

import { addMemoryUser, ChatMemory } from "@hibiki/testing/ChatMemory"
import { EventStoreMemory } from "@hibiki/testing/EventStoreMemory"
import { overService } from "@hibiki/testing/overService"
import { PresenceMemory } from "@hibiki/testing/PresenceMemory"
import { PushStoreMemory } from "@hibiki/testing/PushStoreMemory"
import { Effect, Exit, Layer, Scope } from "effect"
import type { CommandBody } from "../../src/commands/Command.ts"
import {
  CommandId,
  ConversationId,
  DeviceId,
  InstanceId,
  NodeId,
  personalLog,
  type UserId
} from "../../src/domain/Ids.ts"
import type { PresenceState } from "../../src/domain/Presence.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { monotonicMs } from "../../src/fibers/Time.ts"
import { PushQueueInProcess } from "../../src/inprocess/PushQueueInProcess.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { Presence } from "../../src/ports/Presence.ts"
import { type Push, type PushFailed, PushProvider } from "../../src/ports/PushProvider.ts"
import { PushQueue } from "../../src/ports/PushQueue.ts"
import { PushStore } from "../../src/ports/PushStore.ts"
import { PushServer } from "../../src/push/PushServer.ts"
import { PushOffers } from "../../src/worker/PushOffering.ts"

export interface StageOptions {
  /** What the provider does, after it has written down what it was given. */
  readonly send?: (push: Push, nth: number) => Effect.Effect<"sent" | "unreachable", PushFailed>
  /** The push service by which a device is reached; else all are by one. */
  readonly serviceOf?: (push: Push) => string
  readonly presence?: (own: Presence["Type"]) => Partial<Presence["Type"]>
  readonly store?: (own: PushStore["Type"]) => Partial<PushStore["Type"]>
}

const ports = Layer.mergeAll(EventStoreMemory, PushStoreMemory).pipe(
  Layer.provideMerge(Layer.mergeAll(ChatMemory.layer, PresenceMemory, PushQueueInProcess))
)

export const pushStage = ({
  presence,
  send = () => Effect.succeed("sent"),
  serviceOf = () => "push",
  store
}: StageOptions = {}) =>
  Effect.gen(function* () {
    const sent: Array<Push> = []
    const provider = Layer.succeed(PushProvider, {
      name: "recording",
      prepare: (push) =>
        Effect.succeed({ service: serviceOf(push), send: Effect.suspend(() => send(push, sent.push(push))) })
    })
    const context = yield* Layer.build(
      overService(PushStore, (own: PushStore["Type"]) => ({ ...own, ...store?.(own) }))(ports)
    )
    const provide = Effect.provide(context)
    const [events, memory, pushes, own] = yield* provide(Effect.all([EventStore, ChatMemory, PushQueue, Presence]))
    const seen = Layer.succeed(Presence, { ...own, ...presence?.(own) })
    /** Another push server, until the scope it gives is closed. */
    const start = Effect.gen(function* () {
      const scope = yield* Scope.make()
      yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
      yield* Layer.buildWithScope(
        PushServer.pipe(Layer.provide([Layer.succeedContext(context), provider, seen])),
        scope
      )
      return scope
    })
    const offers = new PushOffers()
    const run = (by: UserId, log: ConversationId, body: CommandBody) =>
      Effect.gen(function* () {
        const id = CommandId.make(yield* makeUuidV7)
        const { changes, decisions } = yield* events.append([{ log, id, by, device: null, epoch: events.epoch, body }])
        const sinceMs = yield* monotonicMs
        const due = offers.due(changes, sinceMs)
        if (due.length > 0) yield* pushes.offer(due)
        offers.taken(due, sinceMs)
        const [decision] = decisions
        return decision !== undefined && "seq" in decision ? decision.seq : yield* Effect.dieMessage("not stored")
      })
    const device = (user: UserId) =>
      Effect.gen(function* () {
        const id = DeviceId.make(yield* makeUuidV7)
        yield* memory.addDevice(user, id, 1)
        return id
      })
    const node = NodeId.make(yield* makeUuidV7)
    const is = (userId: UserId, deviceId: DeviceId, state: PresenceState, invisible = false) =>
      Effect.flatMap(
        Effect.clockWith((clock) => clock.currentTimeMillis),
        (at) =>
          own.report(node, [
            { userId, deviceId, instance: InstanceId.make(deviceId as string), kind: "browser", state, invisible, at }
          ])
      )
    const [ann, bob] = [yield* provide(addMemoryUser("ann")), yield* provide(addMemoryUser("bob"))]
    const phone = yield* device(bob)
    const log = ConversationId.make(yield* makeUuidV7)
    yield* run(ann, log, { kind: "create", conversationKind: "group", title: "tea", members: [bob], history: "all" })
    return {
      ann,
      bob,
      phone,
      log,
      sent,
      start,
      device,
      is,
      revoke: memory.revokeDevice,
      facts: provide(Effect.flatMap(PushStore, (store) => store.facts(log, bob))),
      post: run(ann, log, { kind: "post", text: "hello" }),
      leave: run(bob, log, { kind: "leave" }),
      read: (upTo: number) => run(bob, personalLog(bob), { kind: "read", conversationId: log, upTo }),
      pass: (seconds: number) => Effect.sleep(seconds * 1_000)
    }
  })
