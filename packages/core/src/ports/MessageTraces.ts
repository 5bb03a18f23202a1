/**
 * Port: where messages were, and when. Each station of a message leaves a record in its process, for some of the
 * messages. Every process chooses the same ones, by their ids, so that nothing is added to what travels.
 */
import { Context } from "effect"
import type { Command } from "../commands/Command.ts"
import type { Decision } from "../commands/Decision.ts"
import type { CommandId, ConversationId, DeviceId, UserId } from "../domain/Ids.ts"

/**
 * - `received`: a gateway took it from a socket. `submitted`: the broker confirmed it.
 * - `taken`: a worker took it. `stored` and `refused`: decided, and committed. `published`: its envelopes are
 *   confirmed.
 * - `deadLettered`: no worker could store or read it.
 * - `arrived`: its envelope came to a gateway. `sent`: written to a device's socket, or `caughtUp`: read from the log
 *   for it. `acknowledged`: the device has it.
 */
export type Station =
  | "received"
  | "submitted"
  | "taken"
  | "stored"
  | "refused"
  | "published"
  | "deadLettered"
  | "arrived"
  | "sent"
  | "caughtUp"
  | "acknowledged"

export interface TraceRecord {
  readonly id: CommandId
  readonly log: ConversationId
  readonly station: Station
  readonly seq?: number | undefined
  readonly userId?: UserId | undefined
  readonly deviceId?: DeviceId | undefined
  /** Why it was refused or dead-lettered. */
  readonly code?: string | undefined
}

/** A record with its time: wall clock of its process (ms, with fractions). */
export interface TimedRecord extends TraceRecord {
  readonly at: number
}

export interface MessageTracesApi {
  /** False: nothing is traced, and nothing below needs to be called. */
  readonly isOn: boolean
  /** Whether this message is traced. Costs less than a microsecond. */
  readonly includes: (id: CommandId) => boolean
  readonly add: (record: TraceRecord) => void
  /** The records of a message in this process, the oldest first. */
  readonly of: (id: CommandId) => ReadonlyArray<TimedRecord>
  /** From now on `acknowledge` records who has this traced event. */
  readonly await: (log: ConversationId, seq: number, id: CommandId) => void
  /** Records that a device has everything of a log up to a seq: once for each awaited event. */
  readonly acknowledge: (log: ConversationId, upTo: number, userId: UserId, deviceId: DeviceId) => void
}

const nothing: ReadonlyArray<never> = []

/** Traces nothing, until a process provides its buffer. */
export const noTraces: MessageTracesApi = {
  isOn: false,
  includes: () => false,
  add: () => undefined,
  of: () => nothing,
  await: () => undefined,
  acknowledge: () => undefined
}

export class MessageTraces extends Context.Reference<MessageTraces>()("@hibiki/core/ports/MessageTraces", {
  defaultValue: (): MessageTracesApi => noTraces
}) {}

/** Records that these commands are at a station. */
export const traceCommands = (
  traces: MessageTracesApi,
  station: Station,
  commands: ReadonlyArray<Pick<Command, "id" | "log"> & Partial<Pick<Command, "by" | "device">>>,
  code?: string
): void => {
  if (!traces.isOn) return
  for (const { by, device, id, log } of commands)
    if (traces.includes(id)) traces.add({ id, log, station, userId: by, deviceId: device ?? undefined, code })
}

/** Records what a committed batch decided, in the order of its commands. */
export const traceDecisions = (
  traces: MessageTracesApi,
  commands: ReadonlyArray<Command>,
  decisions: ReadonlyArray<Decision>
): void => {
  if (!traces.isOn) return
  for (const [at, { id, log }] of commands.entries()) {
    const decision = decisions[at]
    if (decision === undefined || !traces.includes(id)) continue
    if (decision._tag === "Appended") traces.add({ id, log, station: "stored", seq: decision.seq })
    else if (decision._tag === "Repeated")
      traces.add({ id, log, station: "stored", seq: decision.seq, code: "repeated" })
    else if (decision._tag === "Refused") traces.add({ id, log, station: "refused", code: decision.code })
  }
}
