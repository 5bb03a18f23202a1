/**
 * The table of the right that each call requires, the only one. A call that is no command and has no row does not
 * compile.
 */
import type { RpcGroup } from "@effect/rpc"
import type { ConversationRelation } from "../../commands/CommandKind.ts"
import { ofCommandCalls } from "./ConversationRpcs.ts"
import type { HibikiRpcs } from "./HibikiRpcs.ts"

/**
 * The caller's required relation to the object of the call, or to the conversation named. All but `anyone` are signed
 * in.
 */
export type Relation =
  | ConversationRelation
  | "anyone"
  | "admin"
  /** The call touches only the caller's own account, devices and personal log. */
  | "self"

export type RpcTag = RpcGroup.Rpcs<typeof HibikiRpcs>["_tag"]

/**
 * Middleware checks `anyone`, `signedIn` and `admin` before the handler. The store checks the relations to a
 * conversation, in the same statement as the effect.
 */
export const Authorization: Readonly<Record<RpcTag, Relation>> = {
  "auth.policy": "anyone",
  "auth.register": "anyone",
  "auth.signIn": "anyone",
  "auth.refresh": "anyone",
  "auth.resetPassword": "anyone",
  "auth.signOut": "self",
  "auth.changePassword": "self",
  "ticket.issue": "self",
  "invite.create": "admin",
  "invite.list": "admin",
  "invite.end": "admin",
  "admin.people": "admin",
  "admin.devices": "admin",
  "admin.signOutDevice": "admin",
  "admin.disable": "admin",
  "admin.enable": "admin",
  "admin.resetLink": "admin",
  "admin.promote": "admin",
  "admin.demote": "admin",
  "admin.conversations": "admin",
  "admin.members": "admin",
  "admin.giveOwner": "admin",
  "admin.trace": "admin",
  "admin.act": "admin",
  "admin.audit": "admin",
  "admin.auditExport": "admin",
  "device.list": "self",
  "me.activity": "self",
  "device.revoke": "self",
  "device.revokeOthers": "self",
  "user.me": "self",
  "user.updateProfile": "self",
  "user.updateSettings": "self",
  "user.block": "self",
  "user.find": "signedIn",
  "user.byIds": "signedIn",
  "me.snapshot": "self",
  "conversation.get": "member",
  "conversation.members": "member",
  "conversation.bans": "conversationAdmin",
  "conversation.channels": "signedIn",
  ...ofCommandCalls(({ relation }) => relation),
  "conversation.receipts": "member",
  /** For a conversation: as a member. For named users: only those who share a conversation with the caller. */
  "presence.watch": "member",
  "presence.count": "member",
  /** Of a conversation: as a member, or as an administrator, who sees rounded counts. Of the server: administrators. */
  "presence.history": "member",
  "operate.watch": "admin",
  "push.key": "signedIn",
  "push.subscribe": "self",
  "push.unsubscribe": "self",
  "history.page": "member",
  "history.changedSince": "member",
  "history.reactors": "member",
  /** In named conversations of which the caller is no member, the search finds nothing. */
  "history.search": "member"
}
