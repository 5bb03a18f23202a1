/**
 * What travels between roles: commands towards a worker, answers and new events back. Plain JSON; `v` tells versions
 * apart.
 */
import type { Command } from "../commands/Command.ts"
import type { LogChange } from "../commands/Decision.ts"
import type { CommandId, ConversationId, Epoch, NodeId } from "../domain/Ids.ts"
import type { RefusalCode } from "../domain/Refusal.ts"
import type { BusyCode } from "../protocol/ServerFrame.ts"
import type { EnvelopeNumber } from "./EnvelopeNumbers.ts"

/** The commands of one frame or call, all of one log. They are taken or refused (as busy) as a whole. */
export interface Submission {
  readonly v: 1
  /** The node that asked, and its own name for the asker: the answer goes there. */
  readonly to: NodeId
  readonly key: string
  readonly log: ConversationId
  readonly commands: ReadonlyArray<Command>
}

/** A submission that this version can't read: another one wrote it. */
export interface UnreadSubmission {
  /** As it came. */
  readonly content: unknown
  /** What it says all the same of who asked for what; undefined where not even that can be read. */
  readonly asked: Asked | undefined
}

export interface Asked extends Pick<Submission, "to" | "key" | "log"> {
  readonly commands: ReadonlyArray<Pick<Command, "log" | "id"> & { readonly kind: string }>
}

export interface Outcome {
  readonly id: CommandId
  readonly result:
    | { readonly _tag: "Accepted"; readonly seq: number; readonly at: number }
    | { readonly _tag: "Refused"; readonly code: RefusalCode }
}

/** The answer to one submission. */
export interface Answer {
  readonly key: string
  readonly log: ConversationId
  /** One per command, in order; or the whole was not taken. */
  readonly result:
    | { readonly _tag: "Decided"; readonly outcomes: ReadonlyArray<Outcome> }
    | {
        readonly _tag: "Busy"
        readonly code: BusyCode
        readonly retryAfterMs: number
        readonly ids: ReadonlyArray<CommandId>
      }
}

/** What a worker tells one node, or every gateway, after a commit. */
export interface Envelope extends EnvelopeNumber {
  readonly v: 1
  /** One life of a worker: its numbers begin with it. */
  readonly worker: string
  /** Whether the routes know every head that this worker has told of; else what was lost is looked for in the store. */
  readonly headsRaised: boolean
  readonly epoch: Epoch
  readonly changes: ReadonlyArray<LogChange>
  readonly answers: ReadonlyArray<Answer>
}
