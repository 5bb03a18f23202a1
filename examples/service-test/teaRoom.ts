/**
 * What the two tests beside share: a worker and an api's command client over ports in memory, and a group with one
 * member.
 */

import type { CommandBody } from "@hibiki/core/commands/Command"
import { RoutesInProcess } from "@hibiki/core/conversations/RoutesInProcess"
import { CommandId, ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Announcer } from "@hibiki/core/messages/Announcer"
import { CommandClient, CommandClientLive } from "@hibiki/core/messages/CommandClient"
import type { Deliveries } from "@hibiki/core/messages/Deliveries"
import { IngressInProcess } from "@hibiki/core/messages/IngressInProcess"
import { WorkerLayer } from "@hibiki/core/messages/Worker"
import { PushQueueInProcess } from "@hibiki/core/push/PushQueueInProcess"
import { ChatMemory, EventStoreMemory } from "@hibiki/core/testing"
import { Effect, Layer } from "effect"

/** Everything but the deliveries, which a test may want to fail. */
export const chatOver = (deliveries: Layer.Layer<Deliveries>) =>
  Layer.mergeAll(CommandClientLive, WorkerLayer).pipe(
    Layer.provide(Announcer.Default),
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
