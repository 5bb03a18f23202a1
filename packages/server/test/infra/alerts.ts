/**
 * The signs worth waking somebody. The manual's table of alerts, Prometheus' rules and their tests are made from this
 * list; a sign without a rule is one that Prometheus does not see in the processes' metrics.
 */

import { healthRules, type Series } from "@hibiki/core/protocol/healthRules"

export interface AlertRule {
  readonly name: string
  /** When it holds, in PromQL. */
  readonly expr: string
  /** How long it must hold. */
  readonly for?: string
  /** Series, by the minute, that raise the alert. While they stand still at their first values, it stays silent. */
  readonly raisedBy: Readonly<Record<string, string>>
}

export interface Alert {
  readonly rule?: AlertRule
  /** In Markdown, as all of these. */
  readonly sign: string
  readonly means: string
  readonly action: string
}

/** Higher than five minutes ago, in a process. */
const rises = (series: string): string => `sum by (instance) (increase(${series}[5m])) > 0`
const rise = (...all: ReadonlyArray<Series>): string => all.map((one) => rises(selectorOf(one))).join(" or ")

const [failedRequests, gatewayFaults, backgroundFaults, actorFailures] = healthRules.errors.series
const [rejected, unread, poison] = healthRules.deadLetters.series
const [redisUp] = healthRules.redis.series
const [mailboxMax] = healthRules.mailbox.series

export const selectorOf = ({ labels, metric }: Series): string =>
  labels === undefined
    ? metric
    : `${metric}{${Object.entries(labels)
        .map(([label, value]) => `${label}="${value}"`)
        .join(",")}}`

export const alerts: ReadonlyArray<Alert> = [
  {
    rule: {
      name: "HibikiProcessDown",
      expr: 'up{job="hibiki"} == 0',
      for: "1m",
      raisedBy: { 'up{job="hibiki",instance="a"}': "1 0x20" }
    },
    sign: "A process is not ready for a minute.",
    means:
      "It does not reach Postgres, or Postgres is read-only (such as a standby). Or its event loop stops for more than half a second at a time.",
    action: "Read its log. Run `hibiki doctor` with the settings of that process."
  },
  {
    rule: {
      name: "HibikiStoreRetries",
      expr: rises("hibiki_worker_store_retries_total"),
      raisedBy: { hibiki_worker_store_retries_total: "0+0x5 1+1x20" }
    },
    sign: "`hibiki_worker_store_retries_total` rises",
    means:
      "Postgres is unreachable, is read-only, or did not finish a batch within 5 s. The worker keeps the batch and retries with smaller ones, down to one submission, which then waits apart from the others. Nothing is lost; the server asks senders to wait.",
    action: "Check Postgres."
  },
  {
    rule: {
      name: "HibikiBrokerLost",
      expr: `${rises("hibiki_amqp_connections_lost_total")} or ${rises("hibiki_amqp_blocked_total")}`,
      raisedBy: { 'hibiki_amqp_blocked_total{link="ingress"}': "0+0x5 1+1x20" }
    },
    sign: "`hibiki_amqp_connections_lost_total` or `hibiki_amqp_blocked_total` rises",
    means: "RabbitMQ closes connections, or lacks memory or disk and accepts no messages.",
    action: "`hibiki doctor` says which. `rabbitmq-diagnostics alarms` names the node. Read RabbitMQ's log."
  },
  {
    rule: {
      name: "HibikiRedisDown",
      expr: `${selectorOf(redisUp)} <= ${healthRules.redis.limit}`,
      for: "1m",
      raisedBy: { hibiki_redis_up: "1 0x20" }
    },
    sign: "`hibiki_redis_up` is 0",
    means:
      "Redis is unreachable, or is a read-only replica. Messages continue by broadcast. Presence and typing stop. A reconnecting client fetches a ticket first, also in the five minutes after a restart or failover. People get notifications even while they use a device.",
    action: healthRules.redis.action
  },
  {
    rule: {
      name: "HibikiRedisRefuses",
      expr: 'sum by (instance) (increase(hibiki_redis_commands_failed_total{reason="refused"}[5m])) > 0 and on (instance) hibiki_redis_up == 1',
      raisedBy: {
        'hibiki_redis_commands_failed_total{reason="refused",instance="a"}': "0+0x5 1+1x20",
        'hibiki_redis_up{instance="a"}': "1x30"
      }
    },
    sign: '`hibiki_redis_commands_failed_total{reason="refused"}` rises while `hibiki_redis_up` is 1',
    means: "Redis is full, or its user lacks permission.",
    action:
      "Raise `maxmemory`. Keep `maxmemory-policy noeviction`: Hibiki can create all data in Redis again, but Redis must not evict it."
  },
  {
    rule: {
      name: "HibikiPostgresLost",
      expr: `${rises("hibiki_postgres_unreached_total")} or ${rises("hibiki_postgres_broken_total")}`,
      raisedBy: { hibiki_postgres_broken_total: "0+0x5 1+1x20" }
    },
    sign: "`hibiki_postgres_unreached_total` or `hibiki_postgres_broken_total` rises",
    means:
      "A process got no connection to Postgres in time. Or a connection ended during a query, or led to a read-only server.",
    action:
      "Check `max_connections`, the network and Postgres' log. After a failover, check that the address leads to the primary."
  },
  {
    rule: {
      name: "HibikiPostgresPromoted",
      expr: rises("hibiki_postgres_promotions_total"),
      raisedBy: { hibiki_postgres_promotions_total: "0+0x5 1+1x20" }
    },
    sign: "`hibiki_postgres_promotions_total` rises",
    means:
      "Postgres continues on another timeline: a standby was promoted, or the database was recovered to an earlier moment.",
    action: "See [Failover](#failover)."
  },
  {
    rule: {
      name: "HibikiUnpublished",
      expr: rises("hibiki_amqp_unpublished_total"),
      raisedBy: { 'hibiki_amqp_unpublished_total{link="push",reason="late"}': "0+0x5 1+1x20" }
    },
    sign: "`hibiki_amqp_unpublished_total` rises",
    means: "RabbitMQ did not confirm published messages. The server asks senders to retry.",
    action: "Check RabbitMQ, and look for full queues."
  },
  {
    rule: {
      name: "HibikiFull",
      expr: rises('hibiki_http_refused_total{reason=~"full|connections"}'),
      raisedBy: { 'hibiki_http_refused_total{reason="full"}': "0+0x5 1+1x20" }
    },
    sign: '`hibiki_http_refused_total{reason="full"}` or `{reason="connections"}` rises',
    means: "A gateway or process is at its limit of connections or conversations.",
    action: "Add processes."
  },
  {
    rule: {
      name: "HibikiBrokenPartitions",
      expr: "hibiki_ingress_broken_partitions > 0",
      for: "1m",
      raisedBy: { 'hibiki_ingress_broken_partitions{side="send"}': "0 2x20" }
    },
    sign: "`hibiki_ingress_broken_partitions` is above 0",
    means: "Queues of RabbitMQ are missing or down. Their conversations accept no messages; all others work.",
    action: "See [Broken partitions](#broken-partitions)."
  },
  {
    rule: {
      name: "HibikiRequestsFail",
      expr: rise(failedRequests),
      raisedBy: { [selectorOf(failedRequests)]: "0+0x5 1+1x20" }
    },
    sign: '`hibiki_http_requests_total{status="5xx"}` rises',
    means: "A process answered calls with a fault of the server.",
    action: healthRules.errors.action
  },
  {
    rule: {
      name: "HibikiCommandsWait",
      expr: `${healthRules.waiting.series.map((one) => `sum(${selectorOf(one)})`).join(" + ")} > ${healthRules.waiting.limit}`,
      for: "2m",
      raisedBy: Object.fromEntries(healthRules.waiting.series.map((one) => [selectorOf(one), "0 90x20"]))
    },
    sign: `\`hibiki_ingress_lane_commands\` and \`hibiki_worker_waiting_commands\` together stay above ${healthRules.waiting.limit}`,
    means: "Commands wait in gateways and workers.",
    action: healthRules.waiting.action
  },
  {
    rule: {
      name: "HibikiMailboxDeep",
      expr: `${selectorOf(mailboxMax)} > ${healthRules.mailbox.limit}`,
      for: "1m",
      raisedBy: { [selectorOf(mailboxMax)]: "0 2000x20" }
    },
    sign: `\`hibiki_actor_mailbox_max\` is above ${healthRules.mailbox.limit}`,
    means: "An actor of that process can't keep up with its messages.",
    action: healthRules.mailbox.action
  },
  {
    sign: "Messages wait in `hibiki.ingress.*` for more than a minute.",
    means: "Workers are too slow, or none runs.",
    action: "Add workers, up to the number of partitions."
  },
  {
    sign: "Any message is in `hibiki.ingress.dead`.",
    means: "No worker could process it.",
    action: "See [Dead letters](#dead-letters)."
  },
  {
    rule: {
      name: "HibikiSubmissionsRejected",
      expr: rise(rejected),
      raisedBy: { hibiki_worker_rejected_total: "0+0x5 1+1x20" }
    },
    sign: "`hibiki_worker_rejected_total` rises",
    means:
      "The database refuses a worker's statement. Or it timed out five times for one submission alone while it stored others. Both are faults of Hibiki.",
    action:
      "Find the submission in the worker's log (`The store will not take a submission: it is parked`) and report it."
  },
  {
    rule: {
      name: "HibikiCommandsUnread",
      expr: rise(unread, poison),
      raisedBy: { hibiki_ingress_poison_total: "0+0x5 1+1x20" }
    },
    sign: "`hibiki_worker_unread_total` or `hibiki_ingress_poison_total` rises",
    means: "Workers receive commands that they cannot read. After a rollback, these are commands of the newer version.",
    action:
      "The worker's log names ids and kinds (`Submissions that this version can't read are parked`). Replace gateways and api processes too, or run newer workers."
  },
  {
    sign: "Messages wait in `hibiki.push` for more than a minute.",
    means: "No push server works.",
    action: "Start a push server."
  },
  {
    rule: {
      name: "HibikiPushServicesRefuse",
      expr: 'sum(increase(hibiki_push_settled_total{outcome="again"}[15m])) > 0 and sum(increase(hibiki_push_settled_total{outcome="sent"}[15m])) == 0',
      raisedBy: {
        'hibiki_push_settled_total{outcome="again"}': "0+0x5 1+1x20",
        'hibiki_push_settled_total{outcome="sent"}': "3x30"
      }
    },
    sign: '`hibiki_push_settled_total{outcome="again"}` rises and `"sent"` does not',
    means:
      'The push services accept nothing. Each push is retried for two days, at most half an hour apart, and then counts as `"failed"`.',
    action: "The push server's log names a service that does not answer (`A push service does not answer`)."
  },
  {
    rule: {
      name: "HibikiPushBehind",
      expr: "hibiki_push_behind_seconds > 60",
      raisedBy: { hibiki_push_behind_seconds: "0 90x20" }
    },
    sign: "`hibiki_push_behind_seconds` is above 60",
    means: "For that time, pushes have become due faster than push servers send them.",
    action: "Look for slow push services in the push server's log. Add a push server."
  },
  {
    rule: {
      name: "HibikiActorFailures",
      expr: rise(actorFailures),
      raisedBy: { hibiki_actor_failures_total: "0+0x5 1+1x20" }
    },
    sign: "`hibiki_actor_failures_total` rises",
    means:
      "An actor of a gateway, or its timer, failed: a fault of Hibiki. If it had a socket, the socket closes and the client reconnects. Other actors restart (`hibiki_actor_restarts_total`).",
    action: "The gateway's log names actor and cause (`Actor failed`). Report it."
  },
  {
    rule: {
      name: "HibikiMailboxesFull",
      expr: rise(...healthRules.overflows.series),
      for: "5m",
      raisedBy: { 'hibiki_actor_untaken_total{reason="dropped"}': "0+0x5 1+1x20" }
    },
    sign: '`hibiki_actor_untaken_total{reason="refused"}` or `{reason="dropped"}` rises all the time',
    means:
      "Actors are too slow for their mailboxes. Their sockets close and clients reconnect. A client that sends too fast causes this too. `discarded` is no sign: those messages waited when an actor ended.",
    action: healthRules.overflows.action
  },
  {
    rule: {
      name: "HibikiSocketsClosed",
      expr: rise(gatewayFaults),
      raisedBy: { 'hibiki_gateway_faults_total{fault="user_full"}': "0+0x5 1+1x20" }
    },
    sign: "`hibiki_gateway_faults_total` rises",
    means:
      "A gateway closes sockets with 4500, and clients reconnect. It logs `Sockets were closed with an internal fault` with counts, one line in 10 s.",
    action:
      "Read the log lines before it: Postgres or Redis is unreachable, or `Actor failed`, which is a fault of Hibiki. Report that."
  },
  {
    rule: {
      name: "HibikiEnvelopesLost",
      expr: rises("hibiki_gateway_holes_total"),
      for: "5m",
      raisedBy: { hibiki_gateway_holes_total: "0+0x5 1+1x20" }
    },
    sign: "`hibiki_gateway_holes_total` rises all the time",
    means: "Envelopes are lost between workers and gateways: RabbitMQ's node queues are full, or links break.",
    action: "Look for slow gateways, and check the network."
  },
  {
    rule: {
      name: "HibikiNodeTakesNothing",
      expr: rises("hibiki_deliveries_given_up_total"),
      for: "1m",
      raisedBy: { hibiki_deliveries_given_up_total: "0+0x5 1+1x20" }
    },
    sign: "`hibiki_deliveries_given_up_total` rises for more than a minute",
    means:
      "RabbitMQ's queue of a gateway or api process hangs, and the process stays connected to it. Its users get messages up to 5 s late and see pending sends.",
    action: "A worker's log names the node (`Queues of nodes take nothing`). Restart that process. Read RabbitMQ's log."
  },
  {
    rule: {
      name: "HibikiHousekeepingFails",
      expr: "sum by (instance) (increase(hibiki_housekeeping_failed_total[1h])) > 0 and sum by (instance) (increase(hibiki_housekeeping_failed_total[1h] offset 1h)) > 0",
      raisedBy: { hibiki_housekeeping_failed_total: "0+1x200" }
    },
    sign: "`hibiki_housekeeping_failed_total` rises each hour",
    means:
      "Some old data (command ids, personal logs) cannot be removed and is skipped. The tables grow until a later round succeeds.",
    action: "Read the log of a worker or the embedded server (`Old entries could not be removed`)."
  },
  {
    rule: {
      name: "HibikiRevocationsUnread",
      expr: 'sum by (instance) (increase(hibiki_revocation_polls_total{result="failed"}[5m])) > 0 and sum by (instance) (increase(hibiki_revocation_polls_total{result="ok"}[5m])) == 0',
      raisedBy: {
        'hibiki_revocation_polls_total{result="failed"}': "0+0x5 1+1x20",
        'hibiki_revocation_polls_total{result="ok"}': "7x30"
      }
    },
    sign: '`hibiki_revocation_polls_total{result="failed"}` rises while `{result="ok"}` does not',
    means: "A process does not learn which devices were signed out. Their sockets stay open until it does.",
    action: "Check Postgres, and read the process' log (`revoked devices could not be asked for`)."
  },
  {
    rule: {
      name: "HibikiFaults",
      expr: rise(backgroundFaults),
      raisedBy: { hibiki_background_faults_total: "0+0x5 1+1x20" }
    },
    sign: "`hibiki_background_faults_total` rises",
    means: "A background task met a fault of Hibiki and continued. Its current work may be unfinished.",
    action: "The process' log has an error of that moment with the details."
  },
  {
    sign: "The edge's log has lines whose `answered` contains 502 or 504.",
    means:
      "A process behind nginx is unreachable, closes connections or hangs. `to` names it; [the access log](#access-log) tells how.",
    action: "Check that process."
  },
  {
    rule: {
      name: "HibikiTokenReused",
      expr: rises("hibiki_refresh_reuses_total"),
      raisedBy: { hibiki_refresh_reuses_total: "0+0x5 1+1x20" }
    },
    sign: "`hibiki_refresh_reuses_total` rises",
    means:
      "Somebody used a replaced token: a stolen one, or one of a restored browser profile. The device was signed out.",
    action: "Ask its owner."
  },
  {
    rule: {
      name: "HibikiLimitsAlone",
      expr: rises("hibiki_rate_limits_alone_total"),
      raisedBy: { hibiki_rate_limits_alone_total: "0+0x5 1+1x20" }
    },
    sign: "`hibiki_rate_limits_alone_total` rises",
    means: "Redis does not answer, so each process counts sign-in limits alone.",
    action: "Check Redis."
  },
  {
    rule: {
      name: "HibikiRequestsRefused",
      expr: rises('hibiki_http_refused_total{reason!~"full|connections|draining"}'),
      raisedBy: { 'hibiki_http_refused_total{reason="malformed"}': "0+0x5 1+1x20" }
    },
    sign: "`hibiki_http_refused_total` rises with another reason",
    means: "Clients exceed a limit, or send no valid HTTP: see [the reasons](#reasons-of-refused-requests).",
    action: "The edge's log names the addresses."
  },
  {
    rule: {
      name: "HibikiSignInsFail",
      expr: 'sum(rate(hibiki_sign_ins_total{result="failed"}[5m])) > 1',
      raisedBy: { 'hibiki_sign_ins_total{result="failed"}': "0+0x5 100+100x20" }
    },
    sign: '`hibiki_sign_ins_total{result="failed"}` rises fast',
    means:
      "Somebody guesses passwords, or registers under taken handles. Each such registration counts as a sign-in, because it may repeat one whose answer was lost. Requests over the limits get 429 and are not counted here.",
    action:
      "Limits are per account and address, and of right passwords per account (`HIBIKI_LIMIT_SIGN_IN_PER_HOUR`). The edge's log names the addresses."
  }
]
