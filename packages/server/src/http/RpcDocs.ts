/** What each call does, in a sentence for those who read the OpenAPI description. A call without one does not compile. */
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"

export const rpcDocs: Readonly<Record<RpcTag, string>> = {
  "auth.policy": "Says whether one can register here, and how people are found.",
  "auth.register": "Makes an account and signs this device in.",
  "auth.signIn": "Signs a new device in with handle and password.",
  "auth.refresh": "Trades a refresh token, which is for one use, for new tokens. Unauthenticated: the device is signed out for good.",
  "auth.signOut": "Ends this device's sign-in.",
  "auth.changePassword": "Sets a new password, and on request signs all other devices out.",
  "ticket.issue": "Makes a secret that opens one socket at /ws within its time to live; it is sent in the first frame, never in a URL.",
  "invite.create": "Makes a code for one registration, shown once. For admins.",
  "device.list": "Lists one's own signed-in devices, the last used first.",
  "device.revoke": "Signs one of one's own devices out. Asks for the password again.",
  "device.revokeOthers": "Signs all of one's own devices out but this one. Asks for the password again.",
  "user.me": "Says who is signed in.",
  "user.updateProfile": "Changes one's own display name.",
  "user.updateSettings": "Changes one's own settings: whether one looks offline to others.",
  "user.byIds": "Names people by their ids; ids that nobody has are left out.",
  "user.find": "Finds people by the beginning of their handle or name, or by their exact handle where the directory is closed.",
  "me.snapshot":
    "Everything a fresh client needs at once: oneself, one's conversations with heads and unread counts, as of one place in the personal log.",
  "conversation.get": "One line of the conversation list.",
  "conversation.members": "Members of a conversation, ordered by handle, after the given one.",
  "conversation.channels": "Channels whose title begins with a text, for anyone signed in.",
  "conversation.openDirect": "Opens the one direct conversation with a person; with oneself: notes. Idempotent by the pair.",
  "conversation.create": "Makes a group or channel whose id is the command's id.",
  "conversation.join": "Joins a channel.",
  "conversation.add": "Makes people members of a group or channel.",
  "conversation.remove": "Removes a member. For admins and owners.",
  "conversation.leave": "Leaves a group or channel. The last owner can't while others are there.",
  "conversation.rename": "Changes the title. For admins and owners.",
  "conversation.setRole": "Changes a member's role. For owners.",
  "conversation.markUnread": "Shows a conversation as unread from a place on, until it is read next.",
  "conversation.receipts": "How far others have read, without those who are invisible.",
  "presence.watch": "A stream, at /rpc/ws only: who is there, among the members of a conversation or among named people.",
  "history.page": "Rows around a place: give one of before, after and around, or none for the newest.",
  "history.changedSince": "What changed in cached rows since they were read."
}
