/** A scene for one case about readers' views: a log scene, with the conversations beside the store. */

import type { ConversationSummary, HistoryPage, PersonalSnapshot } from "@hibiki/core/domain/Conversation"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import type { Person } from "@hibiki/core/domain/Person"
import type { Conversations, PageFrom } from "@hibiki/core/ports/Conversations"
import type { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { Effect } from "effect"
import type { LogScene } from "../log/LogScene.ts"

type Read<A> = Effect.Effect<A, StoreUnavailable>

export interface ViewScene extends LogScene {
  readonly conversations: Conversations["Type"]
  /** The reader's line of the conversation, which must exist. */
  readonly line: (userId: UserId, log: ConversationId) => Read<ConversationSummary>
  readonly page: (userId: UserId, log: ConversationId, from: PageFrom, limit?: number) => Read<HistoryPage>
  /** The whole state of the personal log, which must exist. */
  readonly whole: (userId: UserId) => Read<PersonalSnapshot>
  readonly person: (userId: UserId) => Read<Person>
  /** From now on the user wants to look offline. */
  readonly hide: (userId: UserId) => Effect.Effect<unknown, unknown>
}

export const makeViewScene = (
  scene: LogScene,
  conversations: Conversations["Type"],
  hide: ViewScene["hide"]
): ViewScene => ({
  ...scene,
  conversations,
  hide,
  line: (userId, log) => Effect.flatMap(conversations.summary(userId, log), there),
  page: (userId, log, from, limit = 200) => Effect.flatMap(conversations.page(userId, log, from, limit), there),
  whole: (userId) => Effect.flatMap(conversations.snapshot(userId), there),
  person: (userId) =>
    Effect.map(Effect.flatMap(conversations.snapshot(userId), there), ({ me: { displayName, handle } }) => ({
      userId,
      handle,
      displayName
    }))
})

const there = <A>(found: A | undefined): Effect.Effect<A> =>
  found === undefined ? Effect.die("absent, where it must be there") : Effect.succeed(found)
