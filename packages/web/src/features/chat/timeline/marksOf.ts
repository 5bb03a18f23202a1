/** What has become of an own message, as far as others' marks tell. */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { Marks } from "../../../model/App.ts"

export type OwnMark = "sent" | "delivered" | "read"

/**
 * Of direct conversations: the peer's marks, or undefined before they are known. Elsewhere a stored message is `sent`;
 * who has read it is asked for.
 */
export const markOf = (seq: number, peer: UserId | undefined, marks: Marks | undefined): OwnMark | undefined => {
  if (peer === undefined) return "sent"
  if (marks === undefined) return undefined
  if ((marks.read.get(peer) ?? 0) >= seq) return "read"
  return (marks.delivered.get(peer) ?? 0) >= seq ? "delivered" : "sent"
}
