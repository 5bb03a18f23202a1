/**
 * The state of an own message in one word, for its mark and for what is said of its row; undefined while it is not
 * known.
 */
import type { PendingPost } from "@hibiki/core/client/feed/FeedView"
import type { UserId } from "@hibiki/core/domain/Ids"
import type { Marks } from "../../../model/App.ts"
import type { ChatWords } from "../chatWords.en.ts"
import { markOf } from "../timeline/marksOf.ts"
import type { PostItem } from "../timeline/timelineItems.ts"

/** Still to be sent, and gone with the page, as this browser refused to save it. */
export const isUnkeptPost = ({ state, unkept }: PendingPost): boolean =>
  unkept === "refused" && (state === "queued" || state === "sent")

export const postState = (
  item: PostItem,
  peer: UserId | undefined,
  marks: Marks | undefined
): keyof ChatWords["state"] | undefined => {
  const { changing, pending, row } = item
  if (row !== undefined) return changing === true ? "changing" : markOf(row.seq, peer, marks)
  // Before it is saved nothing is promised.
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
