/** Commands about the rules of the open group or channel: who posts, who adds, slow mode, and whether it is closed. */
import type { ConversationRules } from "@hibiki/core/domain/ConversationRules"
import { CommandId, type ConversationId } from "@hibiki/core/domain/Ids"
import { slowChoices } from "@hibiki/core/domain/SlowMode"
import { knownRules } from "@hibiki/core/domain/shownRules"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { failed } from "@hibiki/node/Problem"
import { Effect } from "effect"
import type { CallError } from "../session/callProblem.ts"
import { type Arguments, chatCommand, inOpen, nothing } from "./ChatCommand.ts"
import { type ChatContext, openSummary } from "./ChatContext.ts"

const whose: Arguments<ConversationRules["post"]> = (rest) => (rest === "all" || rest === "admins" ? rest : undefined)

const seconds: Arguments<{ readonly slowSeconds: ConversationRules["slowSeconds"] }> = (rest) => {
  const slowSeconds = slowChoices.find((choice) => `${choice}` === rest)
  return slowSeconds === undefined ? undefined : { slowSeconds }
}

const freshId = Effect.map(makeUuidV7, (id) => CommandId.make(id))

/** Sets some of the rules. The others stay as they are known here. */
const change = (
  context: ChatContext,
  conversationId: ConversationId,
  changed: Partial<ConversationRules>
): Effect.Effect<void, CallError> =>
  Effect.gen(function* () {
    const { calls, session } = context
    const rules = knownRules(openSummary(context) ?? {})
    if (rules === undefined) return yield* failed("The rules here have a value that only a newer client can keep.")
    const id = yield* freshId
    yield* session.call((options) =>
      calls("conversation.setRules", { id, conversationId, ...rules, ...changed }, options)
    )
  })

const setClosed = (on: boolean) =>
  inOpen(({ calls, session }, conversationId) =>
    Effect.flatMap(freshId, (id) =>
      session.call((options) =>
        on
          ? calls("conversation.close", { id, conversationId }, options)
          : calls("conversation.reopen", { id, conversationId }, options)
      )
    )
  )

const showRules = (context: ChatContext): void => {
  const { closed, rules } = openSummary(context) ?? {}
  const { add = "all", post = "all", slowSeconds = 0 } = rules ?? {}
  context.ui.lines("Rules", [
    post === "all" ? "All members post." : "Only owners and admins post.",
    add === "all" ? "All members add people." : "Only owners and admins add people.",
    slowSeconds === 0 ? "No slow mode." : `Slow mode: members wait ${slowSeconds} seconds between two messages.`,
    ...(closed === undefined ? [] : ["It is closed: it can only be read."])
  ])
}

export const ruleCommands = {
  rules: chatCommand({
    usage: "",
    meaning: "show the rules of the open group or channel",
    args: nothing,
    run: inOpen((context) => Effect.sync(() => showRules(context)))
  }),
  whoposts: chatCommand({
    usage: "all|admins",
    meaning: "say who may post in the open group or channel",
    args: whose,
    run: inOpen((context, conversationId, post) => change(context, conversationId, { post }))
  }),
  whoadds: chatCommand({
    usage: "all|admins",
    meaning: "say who may add people to it",
    args: whose,
    run: inOpen((context, conversationId, add) => change(context, conversationId, { add }))
  }),
  slow: chatCommand({
    usage: slowChoices.join("|"),
    meaning: "set the seconds that a member waits between two messages; 0 ends slow mode",
    args: seconds,
    run: inOpen((context, conversationId, changed) => change(context, conversationId, changed))
  }),
  shut: chatCommand({
    usage: "",
    meaning: "close the open group or channel for all: it can only be read then",
    args: nothing,
    run: setClosed(true)
  }),
  reopen: chatCommand({ usage: "", meaning: "end that", args: nothing, run: setClosed(false) })
}
