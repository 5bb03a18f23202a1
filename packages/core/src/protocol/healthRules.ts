/**
 * The signs of trouble that both the operator's console and Prometheus watch: which series, from which value on, how
 * bad it is, and what to do. The console's line of health, the columns that it is made of, and the alerts derive from
 * this table. Plain data: the page loads it.
 */

/** The series of a metric with these labels; all of its series without. */
export interface Series {
  readonly metric: string
  readonly labels?: Readonly<Record<string, string>>
}

/** `warning`: it may pass by itself. */
export type Severity = "bad" | "warning"

export interface HealthRule {
  readonly severity: Severity
  /** In plain English, for the console and for alerts. */
  readonly action: string
  /** The counters that rise, or the gauges that are added. */
  readonly series?: ReadonlyArray<Series>
  /** Trouble above this value. A counter without a limit means trouble when it rises. */
  readonly limit?: number
}

const series = (metric: string, labels?: Readonly<Record<string, string>>): Series =>
  labels === undefined ? { metric } : { metric, labels }

export const healthRules = {
  /** Only one process could be asked. */
  alone: {
    severity: "bad",
    action: "Redis can’t be reached from the api process. Check that Redis runs; chat goes on meanwhile."
  },
  /** A process does not answer, or is not ready. */
  silent: {
    severity: "bad",
    action: "Check that the process runs and reaches Redis, and read its log. People on it reconnect by themselves."
  },
  /** 0: Redis is unreachable. */
  redis: {
    severity: "bad",
    series: [series("hibiki_redis_up")],
    limit: 0,
    action:
      "Check that Redis runs and the network to it. After a failover, check that its address leads to the primary. You need not restore anything."
  },
  deadLetters: {
    severity: "bad",
    series: [
      series("hibiki_worker_rejected_total"),
      series("hibiki_worker_unread_total"),
      series("hibiki_ingress_poison_total")
    ],
    action: "Read the worker’s log for the reason. It stays in the dead-letter queue until you replay or drop it."
  },
  overflows: {
    severity: "bad",
    series: [
      series("hibiki_actor_untaken_total", { reason: "refused" }),
      series("hibiki_actor_untaken_total", { reason: "dropped" })
    ],
    action:
      "Open Actors in the console, ordered by waiting messages, to see which one can’t keep up. Check whether Postgres answers slowly. If there are many actors, add a gateway."
  },
  errors: {
    severity: "warning",
    series: [
      series("hibiki_http_requests_total", { status: "5xx" }),
      series("hibiki_gateway_faults_total"),
      series("hibiki_background_faults_total"),
      series("hibiki_actor_failures_total")
    ],
    action: "Open Processes in the console to see where, and read that process’s log: it gives the reason of each."
  },
  /** Commands on their way to workers. The console speaks when they also grow. */
  waiting: {
    severity: "warning",
    series: [series("hibiki_ingress_lane_commands"), series("hibiki_worker_waiting_commands")],
    limit: 100,
    action: "Workers can’t keep up. Check the database’s round trips, then add a worker."
  },
  /** The deepest mailbox of a process. */
  mailbox: {
    severity: "warning",
    series: [series("hibiki_actor_mailbox_max")],
    limit: 1_000,
    action: "Open Actors in the console to see whose it is. A socket that reads slowly is closed before it does harm."
  },
  /** How far a process's clock is from the others' (ms). Seen by the console alone. */
  clock: {
    severity: "warning",
    limit: 2_000,
    action: "Set up time synchronization on that machine. Times in logs can’t be compared until then."
  }
} as const satisfies Readonly<Record<string, HealthRule>>

export type HealthRuleName = keyof typeof healthRules
