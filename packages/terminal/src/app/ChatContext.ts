/** The context of every command of the chat. */
import type { HibikiClient } from "@hibiki/core/client/HibikiClient"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import type { Problem } from "@hibiki/node/Problem"
import { Effect } from "effect"
import type { Calls } from "../session/Calls.ts"
import type { Session } from "../session/Session.ts"
import type { ChatState } from "./ChatState.ts"
import type { ChatUi } from "./ChatUi.ts"
import type { People } from "./People.ts"

export interface ChatContext {
  readonly client: HibikiClient
  readonly calls: Calls["Type"]
  readonly session: Session
  readonly people: People
  readonly state: ChatState
  /** Called after signing out: the profile's credentials are useless then. */
  readonly forget: Effect.Effect<void, Problem>
  readonly ui: ChatUi
}

/** The open conversation, as far as it is known. */
export const openSummary = ({ client, state }: ChatContext): ConversationSummary | undefined =>
  client.conversations().find(({ conversationId }) => conversationId === state.opened?.conversationId)

/** Shows a conversation from now on, and reloads its newest rows until another one is shown. */
export const openConversation = ({ client, state }: ChatContext, conversationId: ConversationId): Effect.Effect<void> =>
  Effect.sync(() => {
    const summary = client.conversations().find((each) => each.conversationId === conversationId)
    state.opened?.close()
    state.opened = {
      conversationId,
      unreadAfter: summary !== undefined && summary.unread > 0 ? summary.readUpTo : undefined,
      listed: summary !== undefined,
      close: client.open(conversationId)
    }
  })

export const closeConversation = ({ state }: ChatContext): Effect.Effect<void> =>
  Effect.sync(() => {
    state.opened?.close()
    state.opened = undefined
  })
