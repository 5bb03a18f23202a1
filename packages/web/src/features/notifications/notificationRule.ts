/**
 * Decides which notifications to show and to close when the list has changed. Pure: takes the time and whether a page
 * has attention.
 */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { isMentioned } from "@hibiki/core/domain/Mentions"
import type { Person } from "@hibiki/core/domain/Person"

/**
 * Maximum notifications within a minute, replaced ones included, so that a busy group does not disturb all the time.
 */
export const notificationsMax = 12
const withinMs = 60_000

interface Told {
  /** The end of the log at that time. */
  readonly head: number
  /** The newest row that the rule has seen. */
  readonly seq: number
  readonly unread: number
  /** Whether a notification is shown. */
  readonly shown: boolean
}

export interface NotificationState {
  readonly told: ReadonlyMap<ConversationId, Told>
  /** When the last notifications were shown, the oldest first. */
  readonly at: ReadonlyArray<number>
}

export interface NotificationStep {
  readonly state: NotificationState
  /** Each replaces its conversation's earlier notification. */
  readonly show: ReadonlyArray<ConversationSummary>
  readonly close: ReadonlyArray<ConversationId>
}

type Line = Pick<ConversationSummary, "conversationId" | "head" | "last" | "muted" | "unread">

export interface NotificationScene {
  readonly me: UserId | undefined
  /** Whether the person looks at a page of this browser. */
  readonly attended: boolean
  readonly now: number
  /** The users that the person blocks. */
  readonly blocked: ReadonlySet<UserId | undefined>
}

/** `before` undefined: the first list, in which nothing is news. */
export const notificationStep = <L extends Line>(
  before: NotificationState | undefined,
  list: ReadonlyArray<L>,
  { attended, blocked, me, now }: NotificationScene
): Omit<NotificationStep, "show"> & { readonly show: ReadonlyArray<L> } => {
  const at = (before?.at ?? []).filter((time) => now - time < withinMs)
  const told = new Map<ConversationId, Told>()
  const show: Array<L> = []
  const close: Array<ConversationId> = []
  for (const line of list) {
    const former = before?.told.get(line.conversationId)
    const seq = line.last?.seq ?? 0
    const stands = former?.shown === true
    // A log goes back only after a restore of the store. It is then another one, seen for the first time.
    const isAnew = line.head < (former?.head ?? 0)
    const isQuiet = line.muted === true || line.unread === 0
    if (isQuiet && stands) close.push(line.conversationId)
    const tells =
      before !== undefined &&
      !isAnew &&
      !isQuiet &&
      !attended &&
      isNews(line, former, me, blocked) &&
      at.length < notificationsMax
    if (tells) {
      at.push(now)
      show.push(line)
    }
    told.set(line.conversationId, {
      head: line.head,
      seq: isAnew ? seq : Math.max(seq, former?.seq ?? 0),
      unread: line.unread,
      shown: !isQuiet && (stands || tells)
    })
  }
  for (const [id, { shown }] of before?.told ?? []) if (shown && !told.has(id)) close.push(id)
  return { state: { told, at }, show, close }
}

/** Whether a message of another user arrived, alone or together with other rows. Edits and reactions add no row. */
const isNews = (
  { last, unread }: Line,
  former: Told | undefined,
  me: UserId | undefined,
  blocked: ReadonlySet<UserId | undefined>
): boolean => {
  if (last === undefined || last.seq <= (former?.seq ?? 0) || blocked.has(last.by)) return false
  return unread > (former?.unread ?? 0) || (last.kind === "posted" && last.by !== me && !("deleted" in last))
}

/**
 * Whether the newest message is another user's and mentions `me`. False in direct conversations, where every message is
 * for that person.
 */
export const lastMentions = (
  { kind, last }: Pick<ConversationSummary, "kind" | "last">,
  me: Person | undefined
): boolean => {
  if (kind === "direct" || me === undefined || last === undefined || last.by === me.userId) return false
  return "text" in last && isMentioned(last.text ?? "", me.handle)
}
