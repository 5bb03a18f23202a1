/**
 * What each call does, in a sentence for those who read the OpenAPI description. A command's is that of its kind;
 * another call without one does not compile.
 */
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import { ofCommandCalls } from "@hibiki/core/protocol/rpc/ConversationRpcs"

export const rpcDocs: Readonly<Record<RpcTag, string>> = {
  "auth.policy": "Says whether one can register here, and how people are found.",
  "auth.register": "Makes an account and signs this device in.",
  "auth.signIn": "Signs a new device in with handle and password.",
  "auth.refresh":
    "Trades a refresh token, which is for one use, for new tokens. Unauthenticated: the device is signed out for good.",
  "auth.signOut": "Ends this device's sign-in.",
  "auth.changePassword": "Sets a new password, and on request signs all other devices out.",
  "ticket.issue":
    "Makes a secret that opens one socket at /ws within its time to live; it is sent in the first frame, never in a URL.",
  "invite.create": "Makes a code for one registration, or for several, shown once. For admins.",
  "invite.list":
    "Lists invites that still let somebody in: for how many, how many have used each, and until when. For admins.",
  "invite.end": "Ends an invite: nobody registers by it any more. For admins.",
  "device.list": "Lists one's own signed-in devices, the last used first.",
  "me.activity": "Says what happened to one's own account and sign-ins in the last 90 days, the newest first.",
  "device.revoke": "Signs one of one's own devices out. Asks for the password again.",
  "device.revokeOthers": "Signs all of one's own devices out but this one. Asks for the password again.",
  "user.me": "Says who is signed in.",
  "user.updateProfile": "Changes one's own display name.",
  "user.updateSettings": "Changes one's own settings: whether one looks offline to others.",
  "user.block": "Blocks a person, or ends that: who is blocked can't write to one directly. Idempotent.",
  "user.byIds": "Names people by their ids; ids that nobody has are left out.",
  "user.find":
    "Finds people by the beginning of their handle or name, or by their exact handle where the directory is closed.",
  "me.snapshot":
    "Everything a fresh client needs at once: oneself, one's conversations with heads and unread counts, as of one place in the personal log.",
  "conversation.get": "One line of the conversation list.",
  "conversation.members": "Members of a conversation, ordered by handle, after the given one.",
  "conversation.channels": "Channels whose title begins with a text, for anyone signed in.",
  ...ofCommandCalls(({ about }) => about),
  "conversation.receipts": "How far others have read, without those who are invisible.",
  "presence.watch":
    "A stream, at /rpc/ws only: who is there, among the members of a conversation or among named people.",
  "push.key":
    "The public key by which a browser lets its push service take pushes of this server. NotFound: it sends none.",
  "push.subscribe": "Where this device is woken while its user has none in use, in place of where it was before.",
  "push.unsubscribe": "This device is not woken any more.",
  "history.page": "Rows around a place: give one of before, after and around, or none for the newest.",
  "history.changedSince": "What changed in cached rows since they were read.",
  "history.reactors": "Who reacted to a message with an emoji, ordered by id, 200 at most.",
  "history.search":
    "Messages in which all words of a text stand, in the conversations named, one after the other, of each the newest first; next says where to go on."
}
