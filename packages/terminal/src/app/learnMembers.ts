/** Names for the people of a conversation. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { Effect } from "effect"
import type { CallError } from "../session/callProblem.ts"
import type { ChatContext } from "./ChatContext.ts"

/** Reads members once more if somebody's handle is not known yet. Called by the views that show names. */
export const learnMembers = (
  { calls, people, session }: ChatContext,
  conversationId: ConversationId
): Effect.Effect<void, CallError> =>
  Effect.gen(function* () {
    let afterHandle = ""
    for (let page = 0; page * Limits.pageMax < Limits.membersMax; page++) {
      const members = yield* session.call((options) =>
        calls("conversation.members", { conversationId, afterHandle, limit: Limits.pageMax }, options)
      )
      people.learn(members)
      const last = members.at(-1)
      if (last === undefined || members.length < Limits.pageMax) return
      afterHandle = last.handle
    }
  })
