/** Messages between roles: commands to a worker, answers and new events back. Plain JSON; `v` is the version. */
import type { Command } from "../commands/Command.ts"
import type { LogChange } from "../commands/Decision.ts"
import type { CommandId, ConversationId, Epoch, NodeId } from "../domain/Ids.ts"
import type { RefusalCode } from "../domain/Refusal.ts"
import type { BusyCode } from "../protocol/ServerFrame.ts"
import type { EnvelopeNumber } from "./EnvelopeNumbers.ts"

/** The commands of one frame or call, all of one log. A worker takes or refuses (as busy) them as a whole. */
export interface Submission {
  readonly v: 1
  /** The node that sent the submission, and its own key for the sender: the answer goes there. */
  readonly to: NodeId
  readonly key: string
  readonly log: ConversationId
  readonly commands: ReadonlyArray<Command>
}

/** A submission that this version can't read: another version wrote it. */
export interface UnreadSubmission {
  /** In its original form. */
  readonly content: unknown
  /** Sender and commands, as far as they can be read all the same; undefined if not even that. */
  readonly asked: Asked | undefined
}

export interface Asked extends Pick<Submission, "to" | "key" | "log"> {
  readonly commands: ReadonlyArray<Pick<Command, "log" | "id"> & { readonly kind: string }>
}

export interface Outcome {
  readonly id: CommandId
  readonly result:
    | { readonly _tag: "Accepted"; readonly seq: number; readonly at: number }
    | { readonly _tag: "Refused"; readonly code: RefusalCode; readonly retryAfterMs?: number }
}

/** The answer to one submission. */
export interface Answer {
  readonly key: string
  readonly log: ConversationId
  /** One outcome per command, in order; or the refusal of the whole. */
  readonly result:
    | { readonly _tag: "Decided"; readonly outcomes: ReadonlyArray<Outcome> }
    | {
        readonly _tag: "Busy"
        readonly code: BusyCode
        readonly retryAfterMs: number
        readonly ids: ReadonlyArray<CommandId>
      }
}

/** A worker's message to one node, or to every gateway, after a commit. */
export interface Envelope extends EnvelopeNumber {
  readonly v: 1
  /** One life of a worker: its numbers begin with it. */
  readonly worker: string
  /**
   * Whether the routes know every head that this worker has published; if not, gateways look for lost events in the
   * store.
   */
  readonly headsRaised: boolean
  readonly epoch: Epoch
  readonly changes: ReadonlyArray<LogChange>
  readonly answers: ReadonlyArray<Answer>
}
