/** Commands: what people and their devices ask of a log. Each names one log, whose worker decides it under that log's lock. */

import type { HistoryRule, Role } from "./Event.ts"
import { type FlagCommandKind, flagSetBy } from "./Flags.ts"
import type { CommandId, ConversationId, DeviceId, Epoch, UserId } from "./Ids.ts"
import { directConversationId } from "./Uuid.ts"
import { isUuidV7 } from "./UuidText.ts"

/** What is asked. Those of PersonalBody go to the asker's personal log; all others to the conversation they change. */
export type CommandBody =
  | { readonly kind: "post"; readonly text: string; readonly replyTo?: number | undefined }
  | { readonly kind: "edit"; readonly target: number; readonly text: string }
  | { readonly kind: "delete"; readonly target: number }
  | { readonly kind: "react"; readonly target: number; readonly emoji: string }
  | { readonly kind: "unreact"; readonly target: number; readonly emoji: string }
  /** Takes back the post whose id the command carries: before it is stored it never will be, after that it is deleted. */
  | { readonly kind: "withdraw" }
  /** The new conversation's id is the command's `log`; `members` need not name the creator. */
  | {
      readonly kind: "create"
      readonly conversationKind: "group" | "channel"
      readonly title: string
      readonly history: HistoryRule
      readonly members: ReadonlyArray<UserId>
    }
  /** `log` is `directConversationId(by, peer)`. Leaves no event in it. */
  | { readonly kind: "openDirect"; readonly peer: UserId }
  | { readonly kind: "join" }
  | { readonly kind: "add"; readonly userIds: ReadonlyArray<UserId> }
  | { readonly kind: "remove"; readonly userId: UserId }
  | { readonly kind: "leave" }
  | { readonly kind: "rename"; readonly title: string }
  | { readonly kind: "setRole"; readonly userId: UserId; readonly role: Role }
  | { readonly kind: "read"; readonly conversationId: ConversationId; readonly upTo: number }
  | { readonly kind: "markUnread"; readonly conversationId: ConversationId; readonly upTo: number }
  | { readonly kind: FlagCommandKind; readonly conversationId: ConversationId; readonly on: boolean }

export type PersonalBody = Extract<CommandBody, { readonly kind: "read" | "markUnread" | FlagCommandKind }>

/** One command as the append takes it. `epoch` is the store's as the client knew it; a command that names a seq of another epoch is refused. */
export interface Command {
  readonly log: ConversationId
  readonly id: CommandId
  readonly by: UserId
  readonly device: DeviceId | null
  readonly epoch: Epoch
  readonly body: CommandBody
}

/** Whether it is asked of the asker's own personal log. */
export const isPersonal = (body: CommandBody): body is PersonalBody =>
  body.kind === "read" || body.kind === "markUnread" || body.kind in flagSetBy

/**
 * Whether the command can be meant for its log: the id of a direct conversation is made of its two alone, so nobody else opens
 * it, and nothing is created in its place, which would also show whether it is there.
 */
export const fitsLog = ({ body, by, log }: Command): boolean => {
  if (body.kind === "openDirect") return log === directConversationId(by, body.peer)
  return body.kind !== "create" || isUuidV7(log)
}

/** Whether the command names a seq, which means nothing in another epoch. */
export const namesSeq = (body: CommandBody): boolean => {
  switch (body.kind) {
    case "post":
      return body.replyTo !== undefined
    case "edit":
    case "delete":
    case "react":
    case "unreact":
    case "read":
    case "markUnread":
      return true
    default:
      return false
  }
}

/** The other users whose personal logs the command writes, and which are therefore locked with it. */
export const usersTouched = (command: Command): ReadonlyArray<UserId> => {
  const body = command.body
  switch (body.kind) {
    case "create":
      return body.members.includes(command.by) ? body.members : [command.by, ...body.members]
    case "openDirect":
      return body.peer === command.by ? [command.by] : [command.by, body.peer]
    case "join":
    case "leave":
      return [command.by]
    case "add":
      return body.userIds
    case "remove":
      return [body.userId]
    default:
      return []
  }
}
