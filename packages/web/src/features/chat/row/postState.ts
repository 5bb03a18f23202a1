/** The state of an own message in one word, for its mark and for what is said of its row; undefined while it is not known. */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { Marks } from "../../../app/App.ts"
import type { ChatWords } from "../chatWords.ts"
import { markOf } from "../timeline/marksOf.ts"
import type { PostItem } from "../timeline/timelineItems.ts"

export const postState = (item: PostItem, peer: UserId | undefined, marks: Marks | undefined): keyof ChatWords["state"] | undefined => {
  const { changing, pending, row } = item
  if (row !== undefined) return changing === true ? "changing" : markOf(row.seq, peer, marks)
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
