/** Mute and favourite: flags that a member sets on a conversation for themselves, in their personal log. */
import { Schema } from "effect"
import type { LogEvent } from "../domain/Event.ts"
import { type Flag, flagSetBy } from "../domain/Flags.ts"
import { ConversationId } from "../domain/Ids.ts"
import { type CommandOf, commandKind, type Facts } from "./CommandKind.ts"

interface FlagBody {
  readonly kind: keyof typeof flagSetBy
  readonly conversationId: ConversationId
  readonly on: boolean
}

const body = <K extends FlagBody["kind"]>(kind: K) =>
  Schema.Struct({ kind: Schema.Literal(kind), conversationId: ConversationId, on: Schema.Boolean })

const setsFlag = {
  log: "personal",
  relation: "member",
  possibleIn: ["direct", "group", "channel"],
  needs: ({ body: { conversationId } }: CommandOf<FlagBody>) => ({ ownIn: conversationId }),
  decide: ({ batch }: Facts, { body: { conversationId, kind, on }, by }: CommandOf<FlagBody>) => {
    const flag = flagSetBy[kind]
    const isSet = batch.log(conversationId).cursor(by).flags.has(flag)
    return isSet === on ? ("no_change" as const) : { event: { kind: flag, conversationId, on } }
  }
} as const

const setFlag =
  (flag: Flag) =>
  ({ batch }: Facts, { by, conversationId, on }: Extract<LogEvent, { readonly kind: Flag }>) => {
    const log = batch.log(conversationId)
    const cursor = log.cursor(by)
    const others = [...cursor.flags].filter((one) => one !== flag)
    log.setCursor(by, { ...cursor, flags: new Set(on ? [...others, flag] : others) })
  }

export const mute = commandKind({
  ...setsFlag,
  kind: "mute",
  about: "Mutes or unmutes a conversation. A muted one sends its member no push notifications.",
  body: body("mute"),
  causes: ["muted"],
  effects: { muted: setFlag("muted") }
})

export const favourite = commandKind({
  ...setsFlag,
  kind: "favourite",
  about: "Adds a conversation to one's favourites, or removes it.",
  body: body("favourite"),
  causes: ["favourite"],
  effects: { favourite: setFlag("favourite") }
})
