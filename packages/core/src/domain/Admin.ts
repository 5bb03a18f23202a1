/** People and conversations as administrators see them: no texts, no secrets. */
import { Schema } from "effect"
import { ConversationKind, Role } from "./Event.ts"
import { ConversationId, Millis, UserId } from "./Ids.ts"
import { orNewer } from "./orNewer.ts"

const person = { userId: UserId, handle: Schema.String, displayName: Schema.String }

export const AdminPerson = Schema.Struct({
  ...person,
  createdAt: Millis,
  admin: Schema.Boolean,
  disabled: Schema.Boolean,
  /** Has no password and signs in by tokens alone. */
  bot: Schema.Boolean,
  /** Devices that are signed in. */
  devices: Schema.Int
})
export type AdminPerson = typeof AdminPerson.Type

export const AdminOwner = Schema.Struct({ ...person, disabled: Schema.Boolean })

/** Most owners that are named of one conversation. */
export const ownersListed = 20

export const AdminConversation = Schema.Struct({
  conversationId: ConversationId,
  kind: orNewer(ConversationKind),
  title: Schema.String,
  members: Schema.Int,
  /** The time of the last event. */
  lastAt: Millis,
  /** By handle, at most 20. Where all are disabled, `admin.giveOwner` can make a member an owner. */
  owners: Schema.Array(AdminOwner)
})
export type AdminConversation = typeof AdminConversation.Type

export const AdminMember = Schema.Struct({ ...person, role: orNewer(Role), disabled: Schema.Boolean })
export type AdminMember = typeof AdminMember.Type
