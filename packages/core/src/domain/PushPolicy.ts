/**
 * When a user gets a push for unread messages, and when it is cancelled. Pure.
 *
 * A message schedules three checks ("looks") of its conversation: soon; again after an apparently active user had the
 * time to read; and a last time when a user who walked away from an open window is known to be idle. A look makes a
 * push due for each device of each member who has something unread there, has not muted it, and has no device in use. A
 * due push is checked again when it is sent. One push covers everything unread in a conversation; the next becomes due
 * only after that was read.
 */
import type { ConversationId } from "./Ids.ts"

/** The time from a message, or from the previous look, to each look (ms). A user counts as idle after five minutes. */
export const looksAfterMs = [3_000, 30_000, 330_000] as const

/**
 * After a worker's offer, messages within this time (ms) need no offer of their own. Either the offer's own look is
 * still to come, or it has run and counted as new, and then the next one follows half a minute later.
 */
export const offerCoversMs = 20_000

export interface Look {
  /** The number of earlier looks in this chain. */
  readonly looks: number
  /** Whether something arrived since the previous look. */
  readonly isNew: boolean
}

/**
 * The delay before the next check of a conversation (ms), and the number of that check. Undefined: no check until the
 * next message.
 */
export const nextLook = ({ isNew, looks }: Look): { readonly looks: number; readonly afterMs: number } | undefined => {
  const next = isNew ? 1 : looks + 1
  const afterMs = looksAfterMs[next]
  return afterMs === undefined ? undefined : { looks: next, afterMs }
}

/** The state of a due push. */
export interface DuePush {
  readonly state: "due" | "cancel"
  /** Sends so far, this one included. */
  readonly tries: number
  /** The device is signed in, and its user is not disabled. */
  readonly isSignedIn: boolean
  readonly isMember: boolean
  readonly isRead: boolean
  readonly isMuted: boolean
  /** The user blocks the author. */
  readonly isBlocked: boolean
  /** The user has a device in use. */
  readonly isActive: boolean
}

/** `cancel` removes a sent notification, as far as its provider can. */
export type Verdict = "send" | "cancel" | Unsent
/** Why a due push is not sent. */
export const unsent = ["revoked", "left", "read", "muted", "blocked", "active", "failed"] as const
export type Unsent = (typeof unsent)[number]

export const verdictOf = (due: DuePush): Verdict => {
  const verdict = wishOf(due)
  const most = verdict === "send" ? wakesMax : verdict === "cancel" ? cancelsMax : due.tries
  return due.tries > most ? "failed" : verdict
}

/** What to do, regardless of the number of tries. */
const wishOf = ({ isActive, isBlocked, isMember, isMuted, isRead, isSignedIn, state, tries }: DuePush): Verdict => {
  if (!isSignedIn) return "revoked"
  if (state === "cancel") return "cancel"
  const unwanted = !isMember
    ? "left"
    : isRead
      ? "read"
      : isMuted
        ? "muted"
        : isBlocked
          ? "blocked"
          : isActive
            ? "active"
            : undefined
  if (unwanted === undefined) return "send"
  // A process that claimed it before may have sent it, and ended before it could record that.
  return tries > 1 && tries <= cancelsMax ? "cancel" : unwanted
}

/** How long a claim keeps other processes away (ms): longer than a running process holds it. */
export const leaseMs = 30_000

/**
 * How long a push is useful (ms): a push service stores it this long for a device that is off, and the server retries
 * this long while no service takes it.
 */
export const wakeForMs = 172_800_000

const againMaxMs = 1_800_000

/**
 * The delay of the next try after a failed send (ms): 10 s, doubling to half an hour, or earlier if the provider says
 * so.
 */
export const sendAgainMs = (tries: number, asked = 0): number =>
  Math.min(againMaxMs, Math.max(Math.ceil(asked), 10_000 * 2 ** Math.max(0, tries - 1)))

/**
 * The number of sends within this time. A push that crashes every process that claims it can do so at most this often,
 * because sends are counted.
 */
const sendsWithin = (ms: number): number => {
  let sends = 1
  for (let atMs = sendAgainMs(1); atMs <= ms; atMs += sendAgainMs(sends)) sends++
  return sends
}
const wakesMax = sendsWithin(wakeForMs)
/** A sent notification is cancelled soon or not at all: the user may have seen it. */
const cancelsMax = 8

/** A later push with the same key replaces the earlier one on its device. */
export const collapseKeyOf = (conversation: ConversationId): string => conversation.replaceAll("-", "")
