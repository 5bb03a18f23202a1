/**
 * Port: what is owed to whom, as rows that outlive every process. Several who push may share them: what one has in
 * hand, others pass by. When something is due is by the store's clock, which they share, and they say how long until
 * then: their own may differ by more than a lease, or be set back.
 */
import { Context, type Effect } from "effect"
import type { ConversationId, DeviceId, UserId } from "../domain/Ids.ts"
import { type DuePush, unsent } from "../domain/PushPolicy.ts"
import type { StoreUnavailable } from "./EventStore.ts"

/** A log whose look is due. */
export interface LookDue {
  readonly log: ConversationId
  readonly looks: number
  /** Whether its head has moved, or it was noted, since the look before. */
  readonly isNew: boolean
  /**
   * In a personal log somebody has read something, or is a member of a conversation no more; in all others somebody has
   * posted.
   */
  readonly isPersonal: boolean
  /** As it was looked at: handed back with the next look. */
  readonly head: number
}

/** A member who did not mute the log, with something unread and a device that no push is owed to. */
export interface Unread {
  readonly log: ConversationId
  readonly userId: UserId
  /** The newest message that is unread. */
  readonly seq: number
}

export interface Owed extends Unread {
  readonly reason: string
}

/** One that is due, with how things stand; who is active is not known here. */
export interface Claimed extends Omit<DuePush, "isActive"> {
  readonly log: ConversationId
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly seq: number
  readonly reason: string
}

/** What a push came to. `unreachable`: sent nowhere, as good as sent. */
export const pushOutcomes = ["sent", "cancelled", "unreachable", ...unsent] as const
/** `cancel`: to be taken back where it is shown. */
export const pushStates = ["due", "sent", "cancel"] as const
export type PushState = (typeof pushStates)[number]

export interface Settled {
  readonly claimed: Claimed
  /** `again`: due once more `afterMs` later. */
  readonly outcome: (typeof pushOutcomes)[number] | "again"
  readonly afterMs: number
}

export interface PushRecord {
  readonly deviceId: DeviceId
  readonly at: number
  readonly seq: number
  readonly what: string
}

/** All that is known of why somebody was woken for a conversation, or was not. */
export interface PushFacts {
  readonly isMember: boolean
  readonly isMuted: boolean
  readonly readUpTo: number
  readonly head: number
  /** Undefined: no look is due. */
  readonly lookAt: number | undefined
  readonly owed: ReadonlyArray<{
    readonly deviceId: DeviceId
    readonly state: PushState
    readonly seq: number
    readonly owedAt: number
    /** Undefined: nothing is due, it was sent. */
    readonly dueAt: number | undefined
    readonly tries: number
  }>
  /** Newest first, of the last days. */
  readonly records: ReadonlyArray<PushRecord>
}

/**
 * Where a device's browser is reached: the subscription that its push service gave out (RFC 8030), with keys to encrypt
 * for it (RFC 8291), in base64url.
 */
export interface PushAddress {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

export class PushStore extends Context.Tag("@hibiki/core/ports/PushStore")<
  PushStore,
  {
    /**
     * These logs are looked at, in `firstMs` where none was due, and in no more than `againMs`. Gives in how long each
     * will be (ms). At most 500.
     */
    readonly note: (
      logs: ReadonlyArray<ConversationId>,
      firstMs: number,
      againMs: number
    ) => Effect.Effect<ReadonlyMap<ConversationId, number>, StoreUnavailable>
    /**
     * Takes in hand, for `leaseMs`, the logs whose look is due, at most `limit`. Of a personal log it turns what was
     * sent and is read now, or is of a conversation that was left, into what is to be taken back.
     */
    readonly look: (leaseMs: number, limit: number) => Effect.Effect<ReadonlyArray<LookDue>, StoreUnavailable>
    /**
     * Who has something unread in these logs: of each up to `limit` members in the order of their ids, those after
     * `after`.
     */
    readonly unread: (
      logs: ReadonlyArray<{ readonly log: ConversationId; readonly after: UserId | undefined }>,
      limit: number
    ) => Effect.Effect<ReadonlyArray<Unread>, StoreUnavailable>
    /**
     * Owes a push to each device of each, but for bots. Where one is owed, or was sent and not read since, nothing
     * changes.
     */
    readonly owe: (owed: ReadonlyArray<Owed>) => Effect.Effect<void, StoreUnavailable>
    /**
     * Ends looks: the next is in `afterMs`, or there is none; where the head has moved, or it was noted, meanwhile
     * there is one, in no more than `againMs`.
     */
    readonly looked: (
      looked: ReadonlyArray<{ readonly due: LookDue; readonly looks: number; readonly afterMs: number | undefined }>,
      againMs: number
    ) => Effect.Effect<void, StoreUnavailable>
    /** Takes in hand, for `leaseMs`, what is due, at most `limit`. */
    readonly claim: (leaseMs: number, limit: number) => Effect.Effect<ReadonlyArray<Claimed>, StoreUnavailable>
    /**
     * What became of those. What was sent stays on record until it is read; if it was read meanwhile, or its
     * conversation left, it is to be taken back.
     */
    readonly settle: (settled: ReadonlyArray<Settled>) => Effect.Effect<void, StoreUnavailable>
    /**
     * In place of the one that the device had. Another device that had this endpoint has none now: it was the same
     * browser.
     */
    readonly setAddress: (
      deviceId: DeviceId,
      address: PushAddress,
      now: number
    ) => Effect.Effect<void, StoreUnavailable>
    /** Forgets it; with `endpoint`, only if it is still this one. */
    readonly removeAddress: (deviceId: DeviceId, endpoint?: string) => Effect.Effect<void, StoreUnavailable>
    readonly addressOf: (deviceId: DeviceId) => Effect.Effect<PushAddress | undefined, StoreUnavailable>
    readonly facts: (log: ConversationId, userId: UserId) => Effect.Effect<PushFacts, StoreUnavailable>
    /**
     * Forgets what was sent and never read, and what is on record, before `before`, and the addresses of devices that
     * are signed out.
     */
    readonly forget: (before: number) => Effect.Effect<void, StoreUnavailable>
  }
>() {}
