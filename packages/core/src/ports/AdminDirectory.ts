/** Port: what administrators see of people and conversations. It reads no text of a message. */
import { Context, type Effect } from "effect"
import type { AdminConversation, AdminMember, AdminPerson } from "../domain/Admin.ts"
import type { CommandId, ConversationId } from "../domain/Ids.ts"
import type { MessageRecord } from "../domain/MessageTrace.ts"
import type { StoreUnavailable } from "./EventStore.ts"

export class AdminDirectory extends Context.Tag("@hibiki/core/ports/AdminDirectory")<
  AdminDirectory,
  {
    /**
     * Accounts whose handle or name begins with `prefix`, disabled ones too, ordered by the handle's code points, after
     * a handle. `searchKey` of Handle.ts normalizes the prefix.
     */
    readonly people: (
      prefix: string,
      afterHandle: string,
      limit: number,
      now: number
    ) => Effect.Effect<ReadonlyArray<AdminPerson>, StoreUnavailable>
    /** Groups and channels whose title begins with `prefix`, ordered by id, after an id. */
    readonly conversations: (
      prefix: string,
      after: ConversationId | undefined,
      limit: number
    ) => Effect.Effect<ReadonlyArray<AdminConversation>, StoreUnavailable>
    /** A group, channel or direct conversation. Undefined: there is none of this id. */
    readonly conversation: (
      conversationId: ConversationId
    ) => Effect.Effect<AdminConversation | undefined, StoreUnavailable>
    /** What the logs have of a command: its event, or why it was refused. Undefined: nothing. */
    readonly message: (messageId: CommandId) => Effect.Effect<MessageRecord | undefined, StoreUnavailable>
    /** Members ordered by the handle's code points, after a handle. */
    readonly members: (
      conversationId: ConversationId,
      afterHandle: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<AdminMember>, StoreUnavailable>
  }
>() {}
