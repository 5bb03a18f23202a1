/**
 * What the two tests beside share: a worker and an api's command client over ports in memory, and a group with one
 * member.
 */

import type { CommandBody } from "@hibiki/core/commands/Command"
import { CommandId, ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { CommandClient, CommandClientLive } from "@hibiki/core/ingress/CommandClient"
import { IngressInProcess } from "@hibiki/core/inprocess/IngressInProcess"
import { PushQueueInProcess } from "@hibiki/core/inprocess/PushQueueInProcess"
import { RoutesInProcess } from "@hibiki/core/inprocess/RoutesInProcess"
import type { Deliveries } from "@hibiki/core/ports/Deliveries"
import { CommitPublisher } from "@hibiki/core/worker/CommitPublisher"
import { WorkerLayer } from "@hibiki/core/worker/Worker"
import { ChatMemory, EventStoreMemory } from "@hibiki/testing"
import { Effect, Layer } from "effect"

/** Everything but the deliveries, which a test may want to fail. */
export const chatOver = (deliveries: Layer.Layer<Deliveries>) =>
  Layer.mergeAll(CommandClientLive, WorkerLayer).pipe(
    Layer.provide(CommitPublisher.Default),
    Layer.provide([deliveries, RoutesInProcess, IngressInProcess, PushQueueInProcess]),
    Layer.provideMerge(EventStoreMemory),
    Layer.provideMerge(ChatMemory.layer)
  )

/** Ann, her group, and a command of hers in it: the same command each time it is run. */
export const teaRoom = Effect.gen(function* () {
  const [memory, client] = [yield* ChatMemory, yield* CommandClient]
  const ann = UserId.make(yield* makeUuidV7)
  yield* memory.addUser(ann, "ann")
  const log = ConversationId.make(yield* makeUuidV7)
  const command = (body: CommandBody) =>
    Effect.map(makeUuidV7, (uuid) => client.run({ log, id: CommandId.make(uuid), by: ann, device: null, body }))
  const create = yield* command({
    kind: "create",
    conversationKind: "group",
    title: "Tea",
    history: "all",
    members: []
  })
  yield* create
  return { log, post: yield* command({ kind: "post", text: "tea?" }) }
})
