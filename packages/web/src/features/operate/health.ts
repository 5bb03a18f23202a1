/** The line of health: rules over what the panels show. Plain rules, the worst first. */

import { healthRules, type Severity } from "@hibiki/core/protocol/healthRules"
import type { NodeRow, NowRow } from "@hibiki/core/protocol/rpc/OperateRpcs"
import { errorsOf, lastSeconds } from "./nowFigures.ts"

export type Finding =
  /** No process but the one that serves this page could be asked. */
  | { readonly rule: "alone" }
  /** Processes that do not answer, as `role host`. */
  | { readonly rule: "silent"; readonly processes: ReadonlyArray<string> }
  /** Processes that do not reach Redis. */
  | { readonly rule: "redis"; readonly processes: ReadonlyArray<string> }
  | { readonly rule: "deadLetters" }
  | { readonly rule: "overflows" }
  | { readonly rule: "errors"; readonly count: number }
  /** Commands wait, and more and more of them. */
  | { readonly rule: "waiting"; readonly count: number }
  /** The deepest mailbox, and the process that has it. */
  | { readonly rule: "mailbox"; readonly depth: number; readonly process: string }
  /** A clock that is far from the others'. */
  | { readonly rule: "clock"; readonly process: string; readonly aheadMs: number }

export const severityOf = (rule: Finding["rule"]): Severity => healthRules[rule].severity

/** For how long the console speaks of an event (s), and how much more must wait within half a minute. */
const minuteSeconds = 60
const growth = 2

/** What is added up while the console is open: counters of processes come a second at a time. */
export interface Happened {
  /** When a mailbox last overflowed, and when a message last became a dead letter, by the server's clock. */
  readonly overflowAt: number | undefined
  readonly deadLetterAt: number | undefined
}

export const nothingHappened: Happened = { overflowAt: undefined, deadLetterAt: undefined }

/** Adds an update of the processes. */
export const afterNodes = (happened: Happened, nodes: ReadonlyArray<NodeRow>, at: number): Happened => {
  const counted = (name: string) => nodes.some(({ missed, values }) => missed === 0 && (values[name] ?? 0) > 0)
  return {
    overflowAt: counted("overflows") ? at : happened.overflowAt,
    deadLetterAt: counted("deadLetters") ? at : happened.deadLetterAt
  }
}

export interface Vitals {
  readonly alone: boolean
  readonly silent: ReadonlyArray<string>
  readonly nodes: ReadonlyArray<NodeRow>
  readonly seconds: ReadonlyArray<NowRow>
  readonly happened: Happened
  /** By the server's clock. */
  readonly at: number
}

export const processName = ({ host, role }: Pick<NodeRow, "role" | "host">): string => `${role} ${host}`

/** Returns what is wrong, the worst first; nothing when all is well. */
export const findingsOf = (vitals: Vitals): ReadonlyArray<Finding> => {
  const { alone, at, happened, nodes, seconds, silent } = vitals
  const lately = (time: number | undefined) => time !== undefined && at - time < minuteSeconds * 1_000
  const errors = errorsOf(seconds, minuteSeconds)
  const answering = nodes.filter(({ missed }) => missed === 0)
  const withoutRedis = answering
    .filter(usesRedis)
    .filter(({ values }) => (values["redisUp"] ?? 0) <= healthRules.redis.limit)
  const found: Array<Finding> = []
  if (alone) found.push({ rule: "alone" })
  if (silent.length > 0) found.push({ rule: "silent", processes: silent })
  if (withoutRedis.length > 0) found.push({ rule: "redis", processes: withoutRedis.map(processName) })
  if (lately(happened.deadLetterAt)) found.push({ rule: "deadLetters" })
  if (lately(happened.overflowAt)) found.push({ rule: "overflows" })
  if (errors > 0) found.push({ rule: "errors", count: errors })
  return [...found, ...growing(seconds), ...deepest(answering), ...clocks(answering)]
}

/** The one process of an embedded server has no Redis, and tells none from a broken one. */
const usesRedis = ({ role }: NodeRow): boolean => role !== "embedded"

const growing = (seconds: ReadonlyArray<NowRow>): ReadonlyArray<Finding> => {
  const waiting = (rows: ReadonlyArray<NowRow>) =>
    rows.reduce((all, row) => all + row.waiting, 0) / Math.max(1, rows.length)
  const last = lastSeconds(seconds, 10)
  const earlier = lastSeconds(seconds, 40).slice(0, 10)
  const count = Math.round(waiting(last))
  const grew = earlier.length === 10 && waiting(last) > growth * waiting(earlier)
  return count > healthRules.waiting.limit && grew ? [{ rule: "waiting", count }] : []
}

const deepest = (nodes: ReadonlyArray<NodeRow>): ReadonlyArray<Finding> => {
  const depthOf = (node: NodeRow | undefined) => node?.values["mailbox"] ?? 0
  const node = nodes.reduce<NodeRow | undefined>(
    (most, each) => (depthOf(each) > depthOf(most) ? each : most),
    undefined
  )
  return node !== undefined && depthOf(node) > healthRules.mailbox.limit
    ? [{ rule: "mailbox", depth: depthOf(node), process: processName(node) }]
    : []
}

const clocks = (nodes: ReadonlyArray<NodeRow>): ReadonlyArray<Finding> =>
  nodes.flatMap((node) =>
    Math.abs(node.clockAheadMs) > healthRules.clock.limit
      ? [{ rule: "clock", process: processName(node), aheadMs: node.clockAheadMs } as const]
      : []
  )
