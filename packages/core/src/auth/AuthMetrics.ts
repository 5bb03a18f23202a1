/** What is counted about sign-ins. */
import { Metric } from "effect"

export const signIns = Metric.counter("hibiki_sign_ins_total", { description: "Sign-ins by result", incremental: true })
export const dummyHashes = Metric.counter("hibiki_dummy_hashes_total", {
  description: "Password checks for users that do not exist",
  incremental: true
})
export const refreshReuses = Metric.counter("hibiki_refresh_reuses_total", {
  description: "Devices ended because a refresh token was used twice",
  incremental: true
})
export const revocationPolls = Metric.counter("hibiki_revocation_polls_total", {
  description: "Questions for revoked devices by result",
  incremental: true
})
export const rateLimitEvictions = Metric.counter("hibiki_rate_limit_evictions_total", {
  description: "Buckets dropped at the bound of their map",
  incremental: true
})
