/**
 * Port: the pushes that are due, and their devices, as rows that outlive every process. Several push processes may
 * share them: each skips rows that another has claimed. Due times go by the store's clock, which the processes share,
 * and the store returns how long until then. The processes' own clocks may differ by more than a lease, or be set back.
 */
import { Context, type Effect } from "effect"
import type { ConversationId, DeviceId, UserId } from "../domain/Ids.ts"
import { type DuePush, unsent } from "../domain/PushPolicy.ts"
import type { StoreUnavailable } from "./EventStore.ts"

/** A log whose check ("look") is due. */
export interface LookDue {
  readonly log: ConversationId
  readonly looks: number
  /** Whether its head has moved, or it was noted, since the previous look. */
  readonly isNew: boolean
  /** A personal log: its owner has read something, or left a conversation. Any other log: someone has posted. */
  readonly isPersonal: boolean
  /** The head that was examined; return it with the next look. */
  readonly head: number
}

/** A member who has not muted the log, with something unread and a device for which no push is due. */
export interface Unread {
  readonly log: ConversationId
  readonly userId: UserId
  /** The newest unread message. */
  readonly seq: number
}

export interface Owed extends Unread {
  readonly reason: string
}

/** A due push with the current state of its recipient, except whether the user is active. */
export interface Claimed extends Omit<DuePush, "isActive"> {
  readonly log: ConversationId
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly seq: number
  readonly reason: string
}

/** The outcome of a push. `unreachable`: it had no destination; it counts as sent. */
export const pushOutcomes = ["sent", "cancelled", "unreachable", ...unsent] as const
/** `cancel`: the device has to remove the notification that it shows. */
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

/** All known facts about why a user did or did not get a push for a conversation. */
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
    /** Undefined: it is not due, but sent. */
    readonly dueAt: number | undefined
    readonly tries: number
  }>
  /** Newest first, of the last days. */
  readonly records: ReadonlyArray<PushRecord>
}

/**
 * The address of a device's browser: the subscription that its push service issued (RFC 8030), with keys to encrypt for
 * it (RFC 8291), in base64url.
 */
export interface PushAddress {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

/** Due work that nobody has claimed. */
export interface PushesPending {
  /** Looks at logs, `pendingMax` at most. */
  readonly looks: number
  /** For how long the first of them has been due (ms); 0 if none is. */
  readonly looksLateMs: number
  /** Pushes to devices, `pendingMax` at most. */
  readonly pushes: number
  readonly pushesLateMs: number
}

/** The most rows that `pending` counts of each kind. */
export const pendingMax = 100_000

export class PushStore extends Context.Tag("@hibiki/core/ports/PushStore")<
  PushStore,
  {
    /**
     * Notes these logs for a look: in `firstMs` if none was due, otherwise within `againMs`. Returns how long until
     * each look (ms). At most 500.
     */
    readonly note: (
      logs: ReadonlyArray<ConversationId>,
      firstMs: number,
      againMs: number
    ) => Effect.Effect<ReadonlyMap<ConversationId, number>, StoreUnavailable>
    /**
     * Claims at most `limit` logs whose look is due, for `leaseMs`. In a personal log, it marks sent pushes whose
     * messages are read by now, or whose conversation the owner has left, for cancelling.
     */
    readonly look: (leaseMs: number, limit: number) => Effect.Effect<ReadonlyArray<LookDue>, StoreUnavailable>
    /**
     * The members with something unread in these logs: of each log up to `limit` members, ordered by id, after the id
     * `after`.
     */
    readonly unread: (
      logs: ReadonlyArray<{ readonly log: ConversationId; readonly after: UserId | undefined }>,
      limit: number
    ) => Effect.Effect<ReadonlyArray<Unread>, StoreUnavailable>
    /**
     * Makes a push due for each device of each member, except bots. Nothing changes if one is already due, or was sent
     * and not read since.
     */
    readonly owe: (owed: ReadonlyArray<Owed>) => Effect.Effect<void, StoreUnavailable>
    /**
     * Ends looks: the next one is in `afterMs`, or there is none. If the head has moved, or the log was noted, in the
     * meantime, the next one comes within `againMs`.
     */
    readonly looked: (
      looked: ReadonlyArray<{ readonly due: LookDue; readonly looks: number; readonly afterMs: number | undefined }>,
      againMs: number
    ) => Effect.Effect<void, StoreUnavailable>
    /** Claims at most `limit` due pushes, for `leaseMs`. */
    readonly claim: (leaseMs: number, limit: number) => Effect.Effect<ReadonlyArray<Claimed>, StoreUnavailable>
    /**
     * Records the outcomes of claimed pushes. A sent push stays recorded until its message is read. If that was read in
     * the meantime, or the user left the conversation, the push is marked for cancelling.
     */
    readonly settle: (settled: ReadonlyArray<Settled>) => Effect.Effect<void, StoreUnavailable>
    /**
     * Replaces the device's previous address. Another device with the same endpoint loses it: it was the same browser.
     */
    readonly setAddress: (
      deviceId: DeviceId,
      address: PushAddress,
      now: number
    ) => Effect.Effect<void, StoreUnavailable>
    /** Deletes the address; with `endpoint`, only if it is still this one. */
    readonly removeAddress: (deviceId: DeviceId, endpoint?: string) => Effect.Effect<void, StoreUnavailable>
    readonly addressOf: (deviceId: DeviceId) => Effect.Effect<PushAddress | undefined, StoreUnavailable>
    readonly facts: (log: ConversationId, userId: UserId) => Effect.Effect<PushFacts, StoreUnavailable>
    /** For operators. */
    readonly pending: Effect.Effect<PushesPending, StoreUnavailable>
    /**
     * Deletes sent pushes that were never read, and records, if they are older than `before`, and the addresses of
     * signed-out devices.
     */
    readonly forget: (before: number) => Effect.Effect<void, StoreUnavailable>
  }
>() {}
