/** The state of the user's own message in one word, for its mark and for screen readers; undefined while not known. */
import type { PendingPost } from "@hibiki/core/client/feed/FeedView"
import { mayBeStored, type OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { UserId } from "@hibiki/core/domain/Ids"
import type { ChatWords } from "../../../i18n/chatWords.en.ts"
import type { Marks } from "../../../model/App.ts"
import { problemText } from "../problemText.ts"
import { replyPreview } from "../text/grammar.ts"
import type { PostItem } from "../timeline/timelineItems.ts"

/** Whether the post is unsent and will be lost with the page, because this browser refused to save it. */
export const isUnkeptPost = ({ state, unkept }: PendingPost): boolean =>
  unkept === "refused" && (state === "queued" || state === "sent")

export const postState = (
  item: PostItem,
  peer: UserId | undefined,
  marks: Marks | undefined
): keyof ChatWords["state"] | undefined => {
  const { changing, pending, row } = item
  if (row !== undefined) return changing === true ? "changing" : markOf(row.seq, peer, marks)
  // Show no state before it is saved.
  if (pending?.unkept === "writing") return undefined
  if (pending !== undefined && isUnkeptPost(pending)) return "unkept"
  switch (pending?.state) {
    case "queued":
      return "queued"
    case "withdrawn":
      return "withdrawing"
    case "failed":
      return "failed"
    case "stored":
      return "stored"
    default:
      return pending?.unanswered === true ? "unanswered" : "sending"
  }
}

/** The state of the user's own message, as far as other members' marks show it. */
type OwnMark = "sent" | "delivered" | "read"

/**
 * In direct conversations: from the peer's marks, or undefined before they are known. Elsewhere a stored message is
 * `sent`, and the readers are requested separately.
 */
export const markOf = (seq: number, peer: UserId | undefined, marks: Marks | undefined): OwnMark | undefined => {
  if (peer === undefined) return "sent"
  if (marks === undefined) return undefined
  if ((marks.read.get(peer) ?? 0) >= seq) return "read"
  return (marks.delivered.get(peer) ?? 0) >= seq ? "delivered" : "sent"
}

/**
 * The actions on a message that is not stored yet. A message that was handed over may be stored, so it can only be sent
 * again or taken back.
 */
export type PendingAct =
  /** Sends it as a new message at the end. */
  | "sendAgain"
  | "edit"
  | "discard"
  /** Connect now or, when connected, send it once more now. */
  | "tryNow"
  | "takeBack"

export const pendingActs = ({
  code,
  state,
  unanswered
}: Pick<PendingPost, "state" | "code" | "unanswered">): ReadonlyArray<PendingAct> => {
  switch (state) {
    case "queued":
      return ["edit", "discard"]
    case "sent":
      return unanswered ? ["tryNow", "takeBack"] : []
    case "failed":
      // The server stored something else under this id: take it back before it is written anew.
      if (code === "conflict") return ["edit", "takeBack"]
      return mayBeStored(code) ? ["sendAgain", "takeBack"] : ["sendAgain", "edit", "discard"]
    case "withdrawn":
    case "stored":
      return []
  }
}

/** The actions on a rejected edit, delete or reaction. */
export const changeActs = ({ body, code }: Pick<OutboxRow, "body" | "code">): ReadonlyArray<PendingAct> => {
  const again: ReadonlyArray<PendingAct> = mayBeStored(code) ? [] : ["sendAgain"]
  return [...again, ...(body.kind === "edit" ? (["edit"] as const) : []), "discard"]
}

/** Returns the rejected change and the reason, in one line. */
export const failedChangeText = (change: OutboxRow, words: ChatWords): string => {
  const { body, code } = change
  const what =
    body.kind === "edit"
      ? words.failed.edit(replyPreview(body.text))
      : body.kind === "react"
        ? words.failed.react(body.emoji, body.on)
        : words.failed.delete
  return `${what} — ${words.state.failed}: ${problemText(words, code)}`
}
