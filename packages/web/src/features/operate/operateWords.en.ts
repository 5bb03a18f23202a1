/** The operator's console's words in English. */

import { type HealthRuleName, healthRules } from "@hibiki/core/protocol/healthRules"
import type { ActorRow } from "@hibiki/core/protocol/Inspection"
import type { PanelSource, QueuesRow } from "@hibiki/core/protocol/rpc/OperateRpcs"
import type { Finding } from "./health.ts"
import type { FigureName } from "./nowFigures.ts"
import type { Pulse } from "./panelState.ts"

type FindingOf<Rule extends Finding["rule"]> = Extract<Finding, { readonly rule: Rule }>
/** A finding, and the remedy. */
export interface Advice {
  readonly text: string
  readonly advice: string
}

/** The store's figures that are shown by themselves. */
export type StoreFigure = "databaseBytes" | "eventsPerSecond" | "connections" | "oldestTransactionMs" | "idsUsed"

/** Each kind's name; a partition's by its number. */
type QueueNames = Record<QueuesRow["queue"], (partition?: number) => string>

const actionOf = (rule: HealthRuleName): string => healthRules[rule].action

const list = (names: ReadonlyArray<string>) => names.join(", ")
const many = (count: number, one: string, more: string) =>
  `${count.toLocaleString("en-GB")} ${count === 1 ? one : more}`

export const operateWordsEn = {
  title: "Operations",
  tabs: "Screens of the console",
  screens: {
    now: "Now",
    nodes: "Processes",
    actors: "Actors",
    sockets: "Sockets",
    path: "Message path",
    message: "Message",
    queues: "Queues",
    store: "Store",
    presence: "Presence",
    people: "People",
    conversations: "Conversations",
    audit: "Audit"
  },
  /** Shown to an administrator who no longer is one. */
  gone: "This is for administrators, and you are no longer one of them.",
  pause: "Pause",
  resume: "Resume",
  pauseKeys: (label: string) => `${label} (P)`,
  pulses: {
    connecting: "Connecting",
    live: "Live",
    stale: "No news for more than 3 seconds",
    lost: "Connection lost, trying again",
    gone: "Not available",
    paused: "Paused"
  } satisfies Record<Pulse, string>,
  updated: (time: string) => `Updated ${time}`,
  health: {
    label: "Health",
    well: "All is well",
    unknown: "Waiting for the first answers",
    findings: {
      alone: () => ({
        text: "Only this process could be asked",
        advice: actionOf("alone")
      }),
      silent: ({ processes }) => ({
        text: `No answer from ${list(processes)}`,
        advice: actionOf("silent")
      }),
      redis: ({ processes }) => ({
        text: `Redis can’t be reached from ${list(processes)}`,
        advice: actionOf("redis")
      }),
      deadLetters: () => ({
        text: "A command became a dead letter within the last minute",
        advice: actionOf("deadLetters")
      }),
      overflows: () => ({
        text: "A mailbox overflowed within the last minute",
        advice: actionOf("overflows")
      }),
      errors: ({ count }) => ({
        text: `${many(count, "error", "errors")} within the last minute`,
        advice: actionOf("errors")
      }),
      waiting: ({ count }) => ({
        text: `${many(count, "command waits", "commands wait")}, and it grows`,
        advice: actionOf("waiting")
      }),
      mailbox: ({ depth, process }) => ({
        text: `A mailbox on ${process} holds ${many(depth, "message", "messages")}`,
        advice: actionOf("mailbox")
      }),
      clock: ({ aheadMs, process }) => ({
        text: `The clock of ${process} is ${(Math.abs(aheadMs) / 1_000).toFixed(1)} s ${aheadMs > 0 ? "ahead" : "behind"}`,
        advice: actionOf("clock")
      })
    } satisfies { readonly [Rule in Finding["rule"]]: (finding: FindingOf<Rule>) => Advice }
  },
  noAnswer: (processes: ReadonlyArray<string>) => `No answer: ${list(processes)}`,
  alone: "Only this process could be asked",
  waiting: "Waiting for the first answer",
  unread: {
    broker: "RabbitMQ can’t be reached. What it holds is shown as it last was.",
    store: "The database doesn’t answer. What it holds is shown as it last was."
  } satisfies Record<PanelSource, string>,
  now: {
    tiles: "Figures of now",
    plots: "The last minutes",
    window: "Time shown",
    windows: { 60: "1 min", 300: "5 min", 600: "10 min" },
    loading: "Plots are loading",
    names: {
      messages: "Messages",
      sockets: "Sockets",
      accepted: "Send to accepted",
      arrived: "Stored to gateway",
      errors: "Errors",
      waiting: "Waiting commands"
    } satisfies Record<FigureName, string>,
    units: {
      messages: "per second",
      sockets: "",
      accepted: "ms",
      arrived: "ms",
      errors: "per second",
      waiting: ""
    } satisfies Record<FigureName, string>,
    lines: { messages: "messages", requests: "calls", p50: "p50", p95: "p95", p99: "p99" },
    nothing: "nothing measured within a minute",
    none: "nothing measured",
    /** The curve of a tile. */
    spark: (most: string) => `at most ${most} within 10 minutes`,
    range: (now: string, most: string, least: string) => `${now} now, ${most} at most, ${least} at least`,
    /** For plots with several lines. */
    peak: (name: string, now: string, most: string) => `${name} ${now}, at most ${most}`,
    at: (time: string) => `at ${time}`
  },
  table: {
    shown: (count: string, total: string) => `${count} of ${total}`,
    limit: "Rows",
    unknown: "unknown"
  },
  nodes: {
    caption: "Processes",
    none: "No process answered.",
    process: "Process",
    state: "State",
    answers: "answers",
    missed: (count: number) => `no answer for ${many(count, "second", "seconds")}`,
    version: "Version",
    up: "Up for",
    since: (time: string) => `since ${time}`,
    cpu: "CPU",
    memory: "Memory",
    lag: "Lag (ms)",
    sockets: "Sockets",
    actors: "Actors",
    redis: "Redis (ms)",
    clock: "Clock (ms)"
  },
  actors: {
    caption: "Actors",
    none: "No actor fits.",
    all: "All",
    place: "Place in the tree",
    prefix: "Path begins with",
    kind: "Kind",
    state: "State",
    any: "Any",
    states: { idle: "idle", ready: "ready", running: "running", stopping: "stopping" } satisfies Record<
      ActorRow["state"],
      string
    >,
    path: "Path",
    filterBy: (path: string) => `Show ${path} and what is below`,
    depth: "Waiting",
    handled: "Handled",
    rate: "per second",
    restarts: "Restarts",
    failed: "Last failure",
    never: "none",
    process: "Process"
  },
  sockets: {
    caption: "Sockets",
    none: "No socket is open.",
    person: "Person",
    device: "Device",
    kind: "Kind",
    kinds: { browser: "browser", terminal: "terminal", bot: "bot" },
    process: "Process",
    unsent: "Unsent",
    state: "State",
    live: "live",
    lagging: "catching up",
    pending: "Unanswered",
    silent: "Silent for",
    conversations: "Conversations",
    toActors: (person: string) => `Show the actors of ${person}`
  },
  path: {
    caption: "The way of messages",
    about: "Of the last minute, or since you opened this screen. One observation a batch.",
    none: "No process answered.",
    step: "Step",
    steps: {
      lane: ["Lane", "waits at the gateway for the batch before it"],
      broker: ["Broker", "until RabbitMQ has the batch"],
      worker: ["Worker", "waits until the worker is free"],
      append: ["Append", "is decided and stored in one transaction"],
      routes: ["Routes", "which gateways want it, from Redis"],
      envelope: ["Envelope", "until RabbitMQ has the envelopes"],
      arrival: ["Arrival", "from storing to a gateway, by their clocks"],
      fanout: ["Fan-out", "to the sockets of one gateway"],
      whole: ["All of it", "from a gateway to the sender’s answer"]
    } satisfies Record<string, readonly [name: string, what: string]>,
    rate: "Batches/s",
    p50: "p50 (ms)",
    p99: "p99 (ms)",
    waiting: "Waiting"
  },
  queues: {
    caption: "Queues",
    none: "No queue could be read.",
    queue: "Queue",
    names: {
      partition: (partition = 0) => `Partition ${partition}`,
      push: () => "Push queue",
      deadLetters: () => "Dead letters",
      looks: () => "Due looks",
      pushes: () => "Due pushes"
    } satisfies QueueNames,
    /** The content of each. */
    units: {
      partition: "batches of commands",
      push: "notes of new messages",
      deadLetters: "batches no worker could take",
      looks: "conversations to check for pushes",
      pushes: "notifications to devices"
    } satisfies Record<QueuesRow["queue"], string>,
    depth: "Waiting",
    missing: "missing",
    consumers: "Takers",
    nobody: "nobody",
    late: "Due for"
  },
  store: {
    figures: "Figures of the store",
    unread: "Nothing could be read yet.",
    names: {
      databaseBytes: "Size",
      eventsPerSecond: "Events",
      connections: "Connections",
      oldestTransactionMs: "Oldest transaction",
      idsUsed: "Transaction ids used"
    } satisfies Record<StoreFigure, string>,
    more: {
      databaseBytes: "of the whole database",
      eventsPerSecond: "stored per second",
      connections: (most: string) => `of ${most}`,
      oldestTransactionMs: "open for so long",
      idsUsed: "until old rows must be frozen"
    },
    noTransaction: "none is open",
    alone: "one process, no other clients",
    tables: "Largest tables",
    noTables: "No table could be read.",
    table: "Table",
    size: "Size",
    rows: "Rows",
    deadRows: "Dead rows",
    vacuumed: "Last vacuum",
    never: "none yet",
    ago: (span: string) => `${span} ago`,
    replicas: "Replicas",
    noReplicas: "No replica is connected.",
    replica: "Replica",
    state: "State",
    hidden: "not allowed to see",
    lag: "Behind by",
    lagBytes: "Missing",
    conversations: "Largest conversations",
    noConversations: "No conversation has events yet.",
    conversation: "Conversation",
    kind: "Kind",
    kinds: { direct: "direct", group: "group", channel: "channel" },
    events: "Events, about"
  }
}

export type OperateWords = typeof operateWordsEn
