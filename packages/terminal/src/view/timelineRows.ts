/** Turns a conversation of the client into the rows that are shown. */

import type { FeedView, PendingPost, ShownEntry } from "@hibiki/core/client/feed/FeedView"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { withHonestHosts } from "@hibiki/core/domain/Addresses"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { UserId } from "@hibiki/core/domain/Ids"
import { isMentioned } from "@hibiki/core/domain/Mentions"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { shownName } from "@hibiki/core/domain/NameRules"
import type { RowKind } from "@hibiki/core/domain/RowKinds"
import { refusalText } from "../session/callProblem.ts"
import type { TimelineRow } from "./ScreenModel.ts"

export interface TimelineContext {
  readonly handle: (userId: UserId) => string
  readonly me: UserId
  readonly myHandle: string
  /** Users whose messages are hidden. */
  readonly blocked: ReadonlySet<UserId>
  /** Others' messages above it were unread when the conversation was opened; undefined: none were. */
  readonly unreadAfter: number | undefined
}

export const timelineRows = (view: FeedView, context: TimelineContext): ReadonlyArray<TimelineRow> => {
  const rows: Array<TimelineRow> = []
  let divided = context.unreadAfter === undefined
  for (const entry of view.entries) {
    if (!divided && isUnread(entry, context)) {
      divided = true
      rows.push({ _tag: "Unread" })
    }
    rows.push(entry._tag === "gap" ? gapRow(entry, rows.length === 0) : shownRow(entry.row, context))
  }
  return [
    ...rows,
    ...view.pending.map((post) => pendingRow(post, context)),
    ...view.failed.map((row) => failedRow(row, context))
  ]
}

/** The name of a conversation in lists. */
export const titleOf = ({ kind, peer, title }: ConversationSummary, me: UserId): string => {
  if (kind === "direct") return peer === undefined || peer.userId === me ? "notes" : `@${shownName(peer.handle)}`
  return kind === "channel" ? `#${shownName(title)}` : shownName(title)
}

export const pendingMark = ({
  code,
  state,
  unanswered
}: Pick<PendingPost, "state" | "code" | "unanswered">): string => {
  switch (state) {
    case "queued":
      return "not sent yet"
    case "sent":
      return unanswered ? "sent, no answer yet: trying again" : "sending"
    case "withdrawn":
      return "taking back"
    case "stored":
      return "sent"
    case "failed":
      return `failed: ${refusalText(code ?? "unknown")} · /retry or /withdraw`
  }
}

const isUnread = (entry: ShownEntry, { me, unreadAfter = 0 }: TimelineContext): boolean =>
  entry._tag === "gap"
    ? entry.to > unreadAfter
    : entry.row.seq > unreadAfter && entry.row.by !== me && entry.row.kind === "posted"

const gapRow = (gap: { readonly from: number; readonly to: number }, first: boolean): TimelineRow => ({
  _tag: "Gap",
  key: `${gap.to}`,
  text: first ? "older messages: PageUp or /older" : "not loaded: /older"
})

const shownRow = (row: MessageRow, context: TimelineContext): TimelineRow =>
  row.kind === "posted"
    ? {
        _tag: "Message",
        seq: row.seq,
        at: row.at,
        authorId: row.by,
        author: context.handle(row.by),
        text: shownText(row, context.blocked),
        edited: row.editedAt !== undefined,
        deleted: row.deleted === true,
        forMe: row.by !== context.me && !context.blocked.has(row.by) && isMentioned(row.text ?? "", context.myHandle),
        reactions: row.reactions ?? [],
        replyTo: row.replyTo
      }
    : { _tag: "Event", seq: row.seq, at: row.at, text: eventText(row, context) }

/** The text in place of a message from a blocked user, also in search results. */
export const shownText = (
  { by, text = "" }: Pick<MessageRow, "by" | "text">,
  blocked: TimelineContext["blocked"]
): string => (blocked.has(by) ? "(a message of somebody you blocked)" : withHonestHosts(text))

/** One sentence for a row that is no message. */
const eventText = (row: MessageRow, { handle }: Pick<TimelineContext, "handle">): string => {
  const { by, kind, role = "member", text = "", title = "", userIds = [] } = row
  if (kind === "posted") return `${handle(by)}: ${text}`
  const people = userIds.filter((userId) => userId !== by).map(handle)
  return sentences[kind]({
    by: handle(by),
    people: people.join(", "),
    person: handle(userIds[0] ?? by),
    role,
    title: shownName(title),
    operator: row.operator === true,
    what: row.conversationKind ?? "group"
  })
}

interface EventParts {
  readonly by: string
  /** People other than `by`. Empty: there are none. */
  readonly people: string
  /** The first person named in the row, `by` included. */
  readonly person: string
  readonly role: NonNullable<MessageRow["role"]>
  readonly title: string
  /** An administrator of the server did it in the name of `by`. */
  readonly operator: boolean
  readonly what: NonNullable<MessageRow["conversationKind"]>
}

const sentences: Readonly<Record<Exclude<RowKind, "posted">, (parts: EventParts) => string>> = {
  created: ({ by, people, title, what }) =>
    `${by} made the ${what} "${title}"${people === "" ? "" : ` with ${people}`}`,
  joined: ({ by, people }) => (people === "" ? `${by} joined` : `${by} added ${people}`),
  left: ({ by, people }) => (people === "" ? `${by} left` : `${by} removed ${people}`),
  pinned: ({ by }) => `${by} pinned a message`,
  renamed: ({ by, title }) => `${by} renamed it to "${title}"`,
  roleChanged: ({ by, person, role }) => `${by} made ${person} ${role === "member" ? "a member" : `an ${role}`}`,
  banned: ({ by, person }) => `${by} banned ${person}`,
  unbanned: ({ by, person }) => `${by} lifted the ban on ${person}`,
  rulesChanged: ({ by }) => `${by} changed the rules here: /rules shows them`,
  closed: ({ by, operator }) => `${operator ? "an administrator" : by} closed the conversation`,
  reopened: ({ by, operator }) => `${operator ? "an administrator" : by} opened the conversation again`
}

const pendingRow = (post: PendingPost, { handle, me }: TimelineContext): TimelineRow => ({
  _tag: "Pending",
  id: post.id,
  author: handle(me),
  text: post.text,
  mark: pendingMark(post),
  failed: post.state === "failed"
})

const failedRow = (row: OutboxRow, { handle, me }: TimelineContext): TimelineRow => ({
  _tag: "Pending",
  id: row.id,
  author: handle(me),
  text: changeText(row),
  mark: pendingMark({ state: row.state, code: row.code, unanswered: false }),
  failed: true
})

/** A command of the outbox in words. */
export const changeText = ({ body }: OutboxRow): string => {
  switch (body.kind) {
    case "post":
      return body.text
    case "edit":
      return `/edit ${body.target} ${body.text}`
    case "delete":
      return `/delete ${body.target}`
    case "react":
      return `${body.on ? "/react" : "/unreact"} ${body.target} ${body.emoji}`
  }
}
