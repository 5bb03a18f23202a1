/** What happened to an account and its sign-ins, as its owner is shown it. */
import { Schema } from "effect"
import { DeviceId } from "./Ids.ts"
import { orNewer } from "./orNewer.ts"

export const activityKinds = [
  "signedIn",
  /** Wrong passwords of one hour, as one entry. */
  "signInFailed",
  /** A refresh token came twice, so its device was signed out. */
  "refreshReused",
  "deviceEnded",
  "passwordChanged",
  "madeAdmin",
  "adminTaken",
  "disabled",
  "enabled"
] as const
export type ActivityKind = (typeof activityKinds)[number]

const fields = {
  /** Greater than that of every entry before it. */
  id: Schema.Int,
  /** When, by the store's clock (ms); of several the first. */
  at: Schema.Int,
  /** Of what happened to one device: which, and what it was called. */
  deviceId: Schema.optional(DeviceId),
  deviceName: Schema.optional(Schema.String),
  /** How often; once when left out. */
  count: Schema.optional(Schema.Int)
}
export const Activity = Schema.Struct({ ...fields, kind: Schema.Literal(...activityKinds) })
export type Activity = typeof Activity.Type

/** As an answer tells of it. */
export const ListedActivity = Schema.Struct({ ...fields, kind: orNewer(Schema.Literal(...activityKinds)) })
export type ListedActivity = typeof ListedActivity.Type
