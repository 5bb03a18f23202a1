/** What is counted about presence boards. */
import { Metric } from "effect"

export const presenceBoards = Metric.gauge("hibiki_presence_boards", {
  description: "Presence boards that somebody looks at"
})
