/** The scene of the cases of the PushStore's contract. */

import type { CommandBody } from "@hibiki/core/commands/Command"
import type { ConversationId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import type { Claimed, PushStore, Settled } from "@hibiki/core/ports/PushStore"
import type { Effect } from "effect"
import type { ContractAssert } from "../Contract.ts"

export interface PushKit {
  readonly assert: ContractAssert
  readonly store: PushStore["Type"]
  /** Sets the store's clock. */
  readonly at: (now: number) => Effect.Effect<void, unknown>
  /** A user of this name and its first device. */
  readonly person: (name: string) => Effect.Effect<{ readonly user: UserId; readonly device: DeviceId }, unknown>
  readonly device: (user: UserId) => Effect.Effect<DeviceId, unknown>
  /** From now on the first blocks the other, or no longer does. */
  readonly block: (user: UserId, blocked: UserId, on?: boolean) => Effect.Effect<unknown, unknown>
  readonly revoke: (device: DeviceId) => Effect.Effect<void, unknown>
  /** A group in which the first is owner. */
  readonly group: (owner: UserId, ...others: ReadonlyArray<UserId>) => Effect.Effect<ConversationId, unknown>
  /** Runs a command and returns its seq. */
  readonly run: (by: UserId, log: ConversationId, body: CommandBody) => Effect.Effect<number, unknown>
  readonly post: (by: UserId, log: ConversationId) => Effect.Effect<number, unknown>
  readonly read: (by: UserId, conversationId: ConversationId, upTo: number) => Effect.Effect<number, unknown>
  /** Looks at everything due at a time by the store's clock, and returns the entries of this log. */
  readonly lookAt: (
    log: ConversationId,
    now: number
  ) => Effect.Effect<ReadonlyArray<{ looks: number; isNew: boolean; isPersonal: boolean; head: number }>, unknown>
  /** All unread messages of this log. */
  readonly unread: (log: ConversationId) => Effect.Effect<ReadonlyArray<readonly [UserId, number]>, unknown>
  /** Creates pending notifications for its unread messages. */
  readonly owe: (log: ConversationId, now: number) => Effect.Effect<void, unknown>
  /** Claims everything due at a time by the store's clock, and returns the entries of this log. */
  readonly claim: (log: ConversationId, now: number) => Effect.Effect<ReadonlyArray<Claimed>, unknown>
  readonly settle: (
    claimed: ReadonlyArray<Claimed>,
    outcome: Settled["outcome"],
    now: number,
    afterMs?: number
  ) => Effect.Effect<void, unknown>
}

/** Delays before the first check of a conversation and before the next; how long others skip a claimed entry (ms). */
export const [first, again, lease] = [3_000, 30_000, 20_000]
/** When most of it happens (ms). */
export const t = 1_700_000_000_000
