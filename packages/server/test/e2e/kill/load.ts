/** What the processes of a kill run tell each other. */
import type { Account } from "./api.ts"

export interface Populated {
  readonly accounts: ReadonlyArray<Account>
  readonly conversations: ReadonlyArray<{ readonly conversationId: string; readonly members: ReadonlyArray<string> }>
  readonly devices: ReadonlyArray<Account>
}

/** In the order in which the device wrote it in its conversation. */
export interface SentRow {
  readonly id: string
  readonly deviceId: string
  readonly conversationId: string
}

export interface WritersReport {
  readonly sent: ReadonlyArray<SentRow>
  /** Of each device, by conversation: [seq, id] of the posts that it shows. */
  readonly feeds: ReadonlyArray<Readonly<Record<string, ReadonlyArray<readonly [number, string]>>>>
  readonly violations: ReadonlyArray<string>
}

export interface ReaderReport {
  /** Of each reader, by conversation: [seq, id] of every event, in the order in which they came. */
  readonly logs: ReadonlyArray<Readonly<Record<string, ReadonlyArray<readonly [number, string]>>>>
  /** What must not happen, as sentences. */
  readonly violations: ReadonlyArray<string>
  readonly connects: number
}
