/** How much of presence is being watched. */
import { Metric } from "effect"

export const watchedUsers = Metric.gauge("hibiki_presence_watched_users", {
  description: "Users whose presence at least one socket of this gateway watches"
})

export const watchers = Metric.gauge("hibiki_presence_watchers", {
  description: "Sockets of this gateway that watch anybody's presence"
})
