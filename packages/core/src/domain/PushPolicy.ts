/**
 * When somebody is woken for what is unread, and when not any more. Pure.
 *
 * A message makes its conversation one that is looked at: soon, once more when whoever seemed to be there had the time
 * to read, and a last time when whoever walked away from an open window is known to be idle. A look owes a push to each
 * device of those who have something unread there, did not mute it, and have no device in use. What is owed is looked
 * at again when it goes out. One push stands for all that is unread of a conversation; the next is owed after it was
 * read.
 */
import type { ConversationId } from "./Ids.ts"

/** From a message, or from the look before it, to each look (ms). Idle is known after five minutes. */
export const looksAfterMs = [3_000, 30_000, 330_000] as const

/**
 * What comes so soon after a worker's offer need not be offered (ms): the offer's own look is still to come, or it has
 * been and counted as new, and then the next one is half a minute after it.
 */
export const offerCoversMs = 20_000

export interface Look {
  /** How many looks this chain had before. */
  readonly looks: number
  /** Whether something came since the look before. */
  readonly isNew: boolean
}

/** When a conversation is looked at again (ms from now), as which look; undefined: not before the next message. */
export const nextLook = ({ isNew, looks }: Look): { readonly looks: number; readonly afterMs: number } | undefined => {
  const next = isNew ? 1 : looks + 1
  const afterMs = looksAfterMs[next]
  return afterMs === undefined ? undefined : { looks: next, afterMs }
}

/** How things stand with a push that is due. */
export interface DuePush {
  readonly state: "due" | "cancel"
  /** Sends so far, this one included. */
  readonly tries: number
  /** The device is signed in, and its user not disabled. */
  readonly isSignedIn: boolean
  readonly isMember: boolean
  readonly isRead: boolean
  readonly isMuted: boolean
  /** The user blocks who wrote it. */
  readonly isBlocked: boolean
  /** The user has a device in use. */
  readonly isActive: boolean
}

/** `cancel` takes back what was sent, as far as its provider can. */
export type Verdict = "send" | "cancel" | Unsent
/** Why a push that was owed is not sent. */
export const unsent = ["revoked", "left", "read", "muted", "blocked", "active", "failed"] as const
export type Unsent = (typeof unsent)[number]

export const verdictOf = (due: DuePush): Verdict => {
  const verdict = wishOf(due)
  const most = verdict === "send" ? wakesMax : verdict === "cancel" ? cancelsMax : due.tries
  return due.tries > most ? "failed" : verdict
}

/** What is to be done, however often it was tried. */
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
  // Whoever had it in hand before may have sent it, and ended before he could say so.
  return tries > 1 && tries <= cancelsMax ? "cancel" : unwanted
}

/** How long what is in hand is passed by (ms): longer than it is in hand of one that lives. */
export const leaseMs = 30_000

/**
 * How long a wake is of use (ms): so long a push service keeps it for a device that is off, and so long it is tried
 * where none takes it.
 */
export const wakeForMs = 172_800_000

const againMaxMs = 1_800_000

/**
 * How long after a send that failed the next is tried (ms): 10 s doubling to half an hour, or within that when the
 * provider says so.
 */
export const sendAgainMs = (tries: number, asked = 0): number =>
  Math.min(againMaxMs, Math.max(Math.ceil(asked), 10_000 * 2 ** Math.max(0, tries - 1)))

/** Sends in so long a time. Counted, so that what ends each process that has it in hand does so that often at most. */
const sendsWithin = (ms: number): number => {
  let sends = 1
  for (let atMs = sendAgainMs(1); atMs <= ms; atMs += sendAgainMs(sends)) sends++
  return sends
}
const wakesMax = sendsWithin(wakeForMs)
/** What was sent is taken back soon or not at all: it may have been looked at. */
const cancelsMax = 8

/** A later push under the same key stands in the place of the earlier one on its device. */
export const collapseKeyOf = (conversation: ConversationId): string => conversation.replaceAll("-", "")
