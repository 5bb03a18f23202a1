/** The one table of who may call what. A call without a row does not compile. */
import type { RpcGroup } from "@effect/rpc"
import type { HibikiRpcs } from "./HibikiRpcs.ts"

/** What the caller must be to the thing it touches. All but `anyone` are signed in. */
export type Relation =
  | "anyone"
  | "signedIn"
  | "admin"
  /** Of the conversation named. */
  | "member"
  /** A role in the conversation named: admin or owner, or owner alone. */
  | "conversationAdmin"
  | "conversationOwner"
  /** Touches only what is the caller's own: its account, devices, personal log. */
  | "self"

export type RpcTag = RpcGroup.Rpcs<typeof HibikiRpcs>["_tag"]

/**
 * `anyone`, `signedIn` and `admin` are checked by middleware before the handler; the relations to a conversation are checked by the
 * store, in the same statement as the effect.
 */
export const Authorization: Readonly<Record<RpcTag, Relation>> = {
  "auth.policy": "anyone",
  "auth.register": "anyone",
  "auth.signIn": "anyone",
  "auth.refresh": "anyone",
  "auth.signOut": "self",
  "auth.changePassword": "self",
  "ticket.issue": "self",
  "invite.create": "admin",
  "invite.list": "admin",
  "invite.end": "admin",
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
  "conversation.channels": "signedIn",
  "conversation.openDirect": "signedIn",
  "conversation.create": "signedIn",
  /** Whoever is signed in may join a channel; a group looks absent. */
  "conversation.join": "signedIn",
  "conversation.add": "member",
  "conversation.remove": "conversationAdmin",
  "conversation.leave": "member",
  "conversation.rename": "conversationAdmin",
  "conversation.setRole": "conversationOwner",
  "conversation.markUnread": "member",
  "conversation.mute": "member",
  "conversation.favourite": "member",
  "conversation.receipts": "member",
  /** Of a conversation as a member; of named users only those who share one with the caller. */
  "presence.watch": "member",
  "push.key": "signedIn",
  "push.subscribe": "self",
  "push.unsubscribe": "self",
  "history.page": "member",
  "history.changedSince": "member",
  "history.reactors": "member",
  /** In conversations named of which the caller is no member, nothing is found. */
  "history.search": "member"
}
