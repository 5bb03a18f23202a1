/** The handlers of calls about conversations, with everything in memory and a real worker. */

import { RpcClient, RpcTest } from "@effect/rpc"
import { AccountPolicy, defaultAccountLimits } from "@hibiki/core/accounts/AccountPolicy"
import { CommandId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { CommandClientLive } from "@hibiki/core/ingress/CommandClient"
import { DeliveriesInProcess } from "@hibiki/core/inprocess/DeliveriesInProcess"
import { IngressInProcess } from "@hibiki/core/inprocess/IngressInProcess"
import { PushQueueInProcess } from "@hibiki/core/inprocess/PushQueueInProcess"
import { RateLimitsLocal } from "@hibiki/core/inprocess/RateLimitsLocal"
import { RoutesInProcess } from "@hibiki/core/inprocess/RoutesInProcess"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { AuthMiddleware } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { ConversationRpcs } from "@hibiki/core/protocol/rpc/ConversationRpcs"
import { Unauthenticated } from "@hibiki/core/protocol/rpc/RpcErrors"
import { CommitPublisher } from "@hibiki/core/worker/CommitPublisher"
import { WorkerLayer } from "@hibiki/core/worker/Worker"
import { addMemoryUser, ChatMemory } from "@hibiki/testing/ChatMemory"
import { ConversationsMemory } from "@hibiki/testing/ConversationsMemory"
import { EventStoreMemory } from "@hibiki/testing/EventStoreMemory"
import { Effect, Layer } from "effect"
import { ConversationHandlers } from "../../src/api/ConversationHandlers.ts"

export const deviceId = DeviceId.make("00000000-0000-7000-8000-00000000000d")
/** Whoever the token names is signed in. */
export const TokenIsUser = Layer.succeed(
  AuthMiddleware,
  AuthMiddleware.of(({ headers }) =>
    headers.authorization === undefined
      ? Effect.fail(new Unauthenticated())
      : Effect.succeed({
          userId: UserId.make(headers.authorization),
          deviceId,
          handle: "x",
          admin: false,
          sessionVersion: 1
        })
  )
)
export const Stores = Layer.mergeAll(EventStoreMemory, ConversationsMemory).pipe(Layer.provideMerge(ChatMemory.layer))
export const Way = Layer.mergeAll(CommandClientLive, WorkerLayer.pipe(Layer.provide(CommitPublisher.Default))).pipe(
  Layer.provide(Layer.mergeAll(IngressInProcess, DeliveriesInProcess, RoutesInProcess, PushQueueInProcess))
)
export const Limited = Layer.merge(AccountPolicy.with({}), RateLimitsLocal)
const Unlimited = ConversationHandlers.pipe(
  Layer.provideMerge(TokenIsUser),
  Layer.provideMerge(Way),
  Layer.provideMerge(Stores)
)
export const World = Unlimited.pipe(Layer.provide(Limited))
/** One KB flows in each second. */
export const fewKilobytes = { ...defaultAccountLimits.readKilobytesUser, burst: 2, perMinute: 60 }
export const kilobytesAtOnce = (burst: number) =>
  Layer.merge(
    AccountPolicy.with({ limits: { ...defaultAccountLimits, readKilobytesUser: { ...fewKilobytes, burst } } }),
    RateLimitsLocal
  )
export const fewKilobytesLimits = kilobytesAtOnce(fewKilobytes.burst)
export const FewKilobytes = Unlimited.pipe(Layer.provide(fewKilobytesLimits))

export const newId = Effect.map(makeUuidV7, (id) => CommandId.make(id))
export const as = (userId: UserId) => RpcClient.withHeaders({ authorization: userId })
export const setUp = Effect.gen(function* () {
  const client = yield* RpcTest.makeClient(ConversationRpcs)
  const [ada, grace, alan] = [yield* addMemoryUser("ada"), yield* addMemoryUser("grace"), yield* addMemoryUser("alan")]
  const makeGroup = (members: ReadonlyArray<UserId>) =>
    Effect.flatMap(newId, (id) => client.conversation.create({ id, kind: "group", title: "Tea", members })).pipe(
      as(ada)
    )
  return { ada, alan, client, grace, makeGroup }
})

/** The handlers over a store whose pages take a second each; `note` is told who begins and ends one. */
export const overSlowPages = (note: (what: "begins" | "ends", userId: UserId) => void = () => undefined) => {
  const slowPages = Layer.effect(
    Conversations,
    Effect.map(Conversations, (conversations) => ({
      ...conversations,
      page: (...asked) =>
        Effect.sync(() => note("begins", asked[0])).pipe(
          Effect.zipRight(Effect.delay(conversations.page(...asked), "1 second")),
          Effect.onExit(() => Effect.sync(() => note("ends", asked[0])))
        )
    }))
  )
  return ConversationHandlers.pipe(
    Layer.provide(slowPages),
    Layer.provideMerge(TokenIsUser),
    Layer.provideMerge(Way),
    Layer.provideMerge(Stores)
  )
}

/** Notes who begins a page. */
export const noteBegun =
  (begun: Array<UserId>) =>
  (what: "begins" | "ends", userId: UserId): void => {
    if (what === "begins") begun.push(userId)
  }
