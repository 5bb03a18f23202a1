/** The one table of who may call what. A call that is no command and has no row does not compile. */
import type { RpcGroup } from "@effect/rpc"
import type { ConversationRelation } from "../../commands/CommandKind.ts"
import { ofCommandCalls } from "./ConversationRpcs.ts"
import type { HibikiRpcs } from "./HibikiRpcs.ts"

/** What the caller must be to the thing it touches, or to the conversation named. All but `anyone` are signed in. */
export type Relation =
  | ConversationRelation
  | "anyone"
  | "admin"
  /** Touches only what is the caller's own: its account, devices, personal log. */
  | "self"

export type RpcTag = RpcGroup.Rpcs<typeof HibikiRpcs>["_tag"]

/**
 * `anyone`, `signedIn` and `admin` are checked by middleware before the handler; the relations to a conversation are
 * checked by the store, in the same statement as the effect.
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
  ...ofCommandCalls(({ relation }) => relation),
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
