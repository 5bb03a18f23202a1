/**
 * What a person may do with a message that is not stored yet. Whatever was handed over may be stored: it is only sent
 * again or taken back.
 */
import type { PendingPost } from "@hibiki/core/client/feed/FeedView"
import { mayBeStored, type OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"

export type PendingAct =
  /** Under a fresh place at the end. */
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
      // What is stored as something else is taken back before it is written anew.
      if (code === "conflict") return ["edit", "takeBack"]
      return mayBeStored(code) ? ["sendAgain", "takeBack"] : ["sendAgain", "edit", "discard"]
    case "withdrawn":
    case "stored":
      return []
  }
}

/** Of a refused edit, delete or reaction. */
export const changeActs = ({ body, code }: Pick<OutboxRow, "body" | "code">): ReadonlyArray<PendingAct> => {
  const again: ReadonlyArray<PendingAct> = mayBeStored(code) ? [] : ["sendAgain"]
  return [...again, ...(body.kind === "edit" ? (["edit"] as const) : []), "discard"]
}
