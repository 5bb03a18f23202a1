/**
 * The services of a cluster as the ports that roles need: Postgres by pools of one purpose each, Redis under the
 * store's epoch, RabbitMQ.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Tickets } from "@hibiki/core/ports/Tickets"
import { pushQueueOrRows } from "@hibiki/core/push/PushQueueOrRows"
import { Effect, Layer, type Redacted } from "effect"
import { secretsNode } from "../accounts/SecretsNode.ts"
import { deliveriesRabbit } from "../rabbit/DeliveriesRabbit.ts"
import { ingressConsumerRabbit, ingressRabbit } from "../rabbit/IngressRabbit.ts"
import { pushConsumerRabbit, pushQueueRabbit } from "../rabbit/PushQueueRabbit.ts"
import { queueReadingsRabbit } from "../rabbit/QueueReadingsRabbit.ts"
import { DeviceCursorsRedis } from "../redis/DeviceCursorsRedis.ts"
import { HintsRedis } from "../redis/HintsRedis.ts"
import { InspectionRedis } from "../redis/InspectionRedis.ts"
import { NodeActsRedis } from "../redis/NodeActsRedis.ts"
import { PresenceRedis } from "../redis/PresenceRedis.ts"
import { RateLimitsRedis } from "../redis/RateLimitsRedis.ts"
import { redisClients } from "../redis/RedisClients.ts"
import { RoutesRedis } from "../redis/RoutesRedis.ts"
import { SocketPlacesRedis } from "../redis/SocketPlacesRedis.ts"
import { TicketsRedis } from "../redis/TicketsRedis.ts"
import { WorkerPlacesRedis } from "../redis/WorkerPlacesRedis.ts"
import { ActivitiesSql } from "../sql/ActivitiesSql.ts"
import { AdminDirectorySql } from "../sql/AdminDirectorySql.ts"
import { AppendBackend } from "../sql/AppendBackend.ts"
import { AuditLogSql } from "../sql/AuditLogSql.ts"
import { appendInTransaction } from "../sql/appendInTransaction.ts"
import { ConversationsSql } from "../sql/ConversationsSql.ts"
import { DevicesSql } from "../sql/DevicesSql.ts"
import { EventStoreSql } from "../sql/EventStoreSql.ts"
import { HousekeepingSql } from "../sql/HousekeepingSql.ts"
import { InvitesSql } from "../sql/InvitesSql.ts"
import { KnownNetworksSql } from "../sql/KnownNetworksSql.ts"
import { PresenceCountsSql } from "../sql/PresenceCountsSql.ts"
import { PushStoreSql } from "../sql/PushStoreSql.ts"
import { SessionsSql } from "../sql/SessionsSql.ts"
import { sqlPostgres } from "../sql/SqlPostgres.ts"
import { StoreClock } from "../sql/StoreClock.ts"
import { StoreReadingsSql } from "../sql/StoreReadingsSql.ts"
import { TicketsSql } from "../sql/TicketsSql.ts"
import { TimelineWatch } from "../sql/TimelineWatch.ts"
import { UsersSql } from "../sql/UsersSql.ts"
import { HotTickets, StoredTickets, TicketsCluster } from "./TicketsCluster.ts"

export interface ClusterServices {
  readonly databaseUrl: Redacted.Redacted
  readonly amqpUrl: Redacted.Redacted
  readonly redisUrl: Redacted.Redacted
  /** Shared by all api processes. */
  readonly secretKey: Redacted.Redacted
  /** The number that the broker was set up with. */
  readonly partitions: number
}

/** Connections of one process by purpose, so that slow statements of one purpose do not delay another. */
const pools = { append: 4, log: 8, conversation: 8, account: 4, push: 2 } as const

/**
 * All stores, and their clock for all layers above them. pg_stat_activity shows `role`. Each pool connects on first
 * use, except that a process begins by reading the store's epoch and time. `connect` creates the pools.
 */
export const postgresStores = ({ databaseUrl, secretKey }: ClusterServices, role: string, connect = sqlPostgres) => {
  const pool = (purpose: keyof typeof pools): Layer.Layer<SqlClient.SqlClient> =>
    connect({
      url: databaseUrl,
      connections: pools[purpose],
      application: `hibiki ${role} ${purpose}`,
      pipelined: purpose === "append"
    })
  const account = pool("account")
  // Connections that only appends use, so that no read delays an append.
  const appends = Layer.effect(
    AppendBackend,
    Effect.map(SqlClient.SqlClient, (sql) => ({ append: appendInTransaction(sql) }))
  ).pipe(Layer.provide(pool("append")))
  return Layer.mergeAll(
    EventStoreSql.pipe(Layer.provide(appends), Layer.provide(pool("log"))),
    ConversationsSql.pipe(Layer.provide(pool("conversation"))),
    Layer.mergeAll(
      ...([UsersSql, DevicesSql, SessionsSql, InvitesSql, ActivitiesSql] as const),
      ...([KnownNetworksSql, storedTickets, AuditLogSql, AdminDirectorySql, PresenceCountsSql] as const)
    ).pipe(Layer.provide(account)),
    PushStoreSql.pipe(Layer.provide(pool("push")))
  ).pipe(Layer.provideMerge(secretsNode(secretKey)), Layer.provideMerge(Layer.provide(StoreClock, account)))
}

/**
 * Deletes old data, and logs a promotion of the database. Each worker does it, in steps that skip rows locked by
 * another.
 */
export const housekeeping = ({ databaseUrl }: ClusterServices, role: string, connect = sqlPostgres) =>
  Layer.merge(HousekeepingSql, TimelineWatch).pipe(
    Layer.provide(connect({ url: databaseUrl, connections: 1, application: `hibiki ${role} housekeeping` }))
  )

/** The queue to the push role; uses the store's rows while the broker takes nothing. */
export const pushQueue = ({ amqpUrl }: ClusterServices) =>
  pushQueueOrRows.pipe(Layer.provide(pushQueueRabbit({ url: amqpUrl })))

export const pushConsumer = ({ amqpUrl }: ClusterServices) => pushConsumerRabbit({ url: amqpUrl })

const storedTickets = Layer.effect(StoredTickets, Tickets).pipe(Layer.provide(TicketsSql))

const tickets = TicketsCluster.pipe(Layer.provide(Layer.effect(HotTickets, Tickets).pipe(Layer.provide(TicketsRedis))))

/**
 * State that may be lost at any moment. Its keys carry the store's epoch, so that a restored store begins with an empty
 * one.
 */
export const hotRedis = ({ redisUrl }: ClusterServices) =>
  Layer.unwrapEffect(
    Effect.map(EventStore, ({ epoch }) =>
      Layer.mergeAll(
        RoutesRedis,
        PresenceRedis,
        HintsRedis,
        tickets,
        RateLimitsRedis,
        DeviceCursorsRedis,
        SocketPlacesRedis,
        InspectionRedis,
        NodeActsRedis
      ).pipe(Layer.provideMerge(redisClients({ url: redisUrl, epoch })))
    )
  )

/** The routes only, without the rest of the volatile state. */
export const routes = ({ redisUrl }: ClusterServices) =>
  Layer.unwrapEffect(
    Effect.map(EventStore, ({ epoch }) => RoutesRedis.pipe(Layer.provide(redisClients({ url: redisUrl, epoch }))))
  )

export const deliveries = ({ amqpUrl }: ClusterServices) => deliveriesRabbit({ url: amqpUrl })

export const ingress = ({ amqpUrl, partitions }: ClusterServices) => ingressRabbit({ url: amqpUrl, partitions })

/** The depth of queues, for operators. Connects while somebody looks. */
export const queueReadings = ({ amqpUrl, partitions }: ClusterServices) =>
  queueReadingsRabbit({ url: amqpUrl, partitions })

const readingTimeoutMs = 2_000

/** How the database is doing, for operators. Connects while somebody looks. */
export const storeReadings = ({ databaseUrl }: ClusterServices, role: string, connect = sqlPostgres) =>
  StoreReadingsSql.pipe(
    Layer.provide(
      connect({
        url: databaseUrl,
        connections: 1,
        application: `hibiki ${role} readings`,
        statementTimeoutMs: readingTimeoutMs
      })
    )
  )

/** One worker's part in all partitions, under a new name in each life. */
export const ingressConsumer = ({ amqpUrl, partitions }: ClusterServices) =>
  Layer.unwrapEffect(
    Effect.map(makeUuidV7, (worker) => ingressConsumerRabbit({ url: amqpUrl, partitions, worker }))
  ).pipe(Layer.provide(WorkerPlacesRedis))
