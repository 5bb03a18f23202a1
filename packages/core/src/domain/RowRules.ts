/**
 * How rows follow from events: the one rule for stores, pages and clients, in plain code so that a web client's first
 * paint can use it.
 */
import type { LogEvent, RowEvent } from "./Event.ts"
import type { UserId } from "./Ids.ts"
import type { MessageRow, Reaction } from "./MessageRow.ts"

/**
 * Returns the row that an event makes, or undefined for an event that only changes another row or belongs to a personal
 * log.
 */
export const rowOf = (event: LogEvent): MessageRow | undefined => {
  const base = { seq: event.seq, rev: event.seq, id: event.id, by: event.by, at: event.at }
  switch (event.kind) {
    case "posted":
      // Spread last: V8 takes a microsecond for each member that is added to a spread object.
      return {
        kind: "posted",
        text: event.text,
        ...base,
        ...(event.replyTo === undefined ? {} : { replyTo: event.replyTo }),
        ...(event.blanked ? { deleted: true as const } : {})
      }
    case "created":
      return {
        ...base,
        kind: "created",
        conversationKind: event.conversationKind,
        title: event.title,
        userIds: event.members
      }
    case "joined":
      return { ...base, kind: "joined", userIds: event.userIds }
    case "left":
      // A ban is one sentence, whether or not it ended a membership.
      return { ...base, kind: event.banned ? "banned" : "left", userIds: [event.userId] }
    case "banned":
    case "unbanned":
      return { ...base, kind: event.kind, userIds: [event.userId] }
    case "rulesChanged": {
      const { add, post, slowSeconds } = event
      return { ...base, kind: "rulesChanged", rules: { post, add, slowSeconds } }
    }
    case "closed":
    case "reopened":
      return { ...base, kind: event.kind, ...(event.operator ? { operator: true as const } : {}) }
    case "renamed":
      return { ...base, kind: "renamed", title: event.title }
    case "roleChanged":
      return { ...base, kind: "roleChanged", userIds: [event.userId], role: event.role }
    case "pinned":
      return { ...base, kind: "pinned", replyTo: event.target }
    default:
      // Each kind that is a row has its case above.
      void (event satisfies Exclude<LogEvent, RowEvent>)
      return undefined
  }
}

/**
 * Returns the row after a change event, as `viewer` sees it; the same row if the event has another target or is already
 * applied. Rule: an event applies only to a row with a smaller `rev`, so a page and the live stream may overlap in any
 * order.
 */
export const applyChange = (row: MessageRow, event: LogEvent, viewer: UserId): MessageRow => {
  if (!("target" in event) || event.target !== row.seq || event.seq <= row.rev) return row
  const changed = { ...row, rev: event.seq }
  switch (event.kind) {
    case "edited":
      return row.deleted ? changed : { ...changed, text: event.text, editedAt: event.at }
    case "deleted":
      return {
        seq: row.seq,
        rev: event.seq,
        id: row.id,
        by: row.by,
        at: row.at,
        kind: row.kind,
        text: "",
        deleted: true
      }
    case "reacted":
      return withReactions(changed, addReaction(row.reactions ?? [], event.emoji, event.by === viewer))
    case "pinned":
      return { ...changed, pinned: true }
    case "unpinned": {
      const { pinned: _, ...rest } = changed
      return rest
    }
    case "unreacted":
      return withReactions(changed, dropReaction(row.reactions ?? [], event.emoji, event.by === viewer))
  }
}

/** The lowest seq of a message that one of these events gives a new text; infinite if there is none. */
export const lowestEdited = (events: ReadonlyArray<LogEvent>): number => {
  let lowest = Number.POSITIVE_INFINITY
  for (const event of events) if (event.kind === "edited" && event.target < lowest) lowest = event.target
  return lowest
}

/**
 * How many of these events give a new text to a message below `visibleFrom`. Two readers with the same number read the
 * same.
 */
export const editsBelow = (visibleFrom: number, events: ReadonlyArray<LogEvent>): number => {
  let below = 0
  for (const event of events) if (event.kind === "edited" && event.target < visibleFrom) below++
  return below
}

/** The events for a reader who may read messages from `visibleFrom` on: an edit of an earlier message has no text. */
export const readableFrom = (visibleFrom: number, events: ReadonlyArray<LogEvent>): ReadonlyArray<LogEvent> =>
  visibleFrom <= 1 || lowestEdited(events) >= visibleFrom
    ? events
    : events.map((event) =>
        event.kind === "edited" && event.target < visibleFrom ? { ...event, text: "", blanked: true } : event
      )

const withReactions = (row: MessageRow, reactions: ReadonlyArray<Reaction>): MessageRow => {
  const { reactions: _, ...rest } = row
  return reactions.length === 0 ? rest : { ...rest, reactions }
}

const addReaction = (reactions: ReadonlyArray<Reaction>, emoji: string, mine: boolean): ReadonlyArray<Reaction> =>
  reactions.some((r) => r.emoji === emoji)
    ? reactions.map((r) => (r.emoji === emoji ? { emoji, count: r.count + 1, mine: r.mine || mine } : r))
    : [...reactions, { emoji, count: 1, mine }].sort((a, b) => compareCodePoints(a.emoji, b.emoji))

const dropReaction = (reactions: ReadonlyArray<Reaction>, emoji: string, mine: boolean): ReadonlyArray<Reaction> =>
  reactions
    .map((r) => (r.emoji === emoji ? { emoji, count: r.count - 1, mine: r.mine && !mine } : r))
    .filter((r) => r.count > 0)

/** Orders by code points (as UTF-8 bytes and Postgres' "C" collation do), where `<` would order by UTF-16 units. */
export const compareCodePoints = (a: string, b: string): number => {
  const [left, right] = [[...a], [...b]]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
