/** The activity of an account and its sign-ins, as shown to its owner. */
import { Schema } from "effect"
import { DeviceId } from "./Ids.ts"
import { orNewer } from "./orNewer.ts"

export const activityKinds = [
  "signedIn",
  /** Wrong passwords of one hour, as one entry. */
  "signInFailed",
  /** A refresh token was used twice, so its device was signed out. */
  "refreshReused",
  "deviceEnded",
  "passwordChanged",
  "madeAdmin",
  "adminTaken",
  "disabled",
  "enabled",
  /** An administrator made a link with which the person can set a new password. */
  "resetLinkMade",
  /** An administrator looked where a message to or from the person was, and at their devices for that. */
  "messageTraced"
] as const
export type ActivityKind = (typeof activityKinds)[number]

const fields = {
  /** Greater than the id of every earlier entry. */
  id: Schema.Int,
  /** The time by the store's clock (ms); the first one if the entry counts several. */
  at: Schema.Int,
  /** For entries about one device: its id, and its name at the time. */
  deviceId: Schema.optional(DeviceId),
  deviceName: Schema.optional(Schema.String),
  /** The number of times; absent: once. */
  count: Schema.optional(Schema.Int)
}
export const Activity = Schema.Struct({ ...fields, kind: Schema.Literal(...activityKinds) })
export type Activity = typeof Activity.Type

/** The form in answers. */
export const ListedActivity = Schema.Struct({ ...fields, kind: orNewer(Schema.Literal(...activityKinds)) })
export type ListedActivity = typeof ListedActivity.Type
