/** Pin and unpin: keep a message easy to find for all members. Deleting the message removes its pin. */
import { Schema } from "effect"
import type { ConversationKind } from "../domain/Event.ts"
import { Seq } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { type CommandOf, commandKind, type Facts } from "./CommandKind.ts"

interface Body {
  readonly target: number
}

const onMessages = {
  log: "conversation",
  relation: "member",
  possibleIn: ["direct", "group", "channel"] as ReadonlyArray<ConversationKind>,
  namesSeq: () => true,
  needs: ({ body: { target } }: CommandOf<Body>) => ({ rows: [target], pins: true })
} as const

/** In a channel only owners and admins may pin; in a group or direct conversation every member may. */
const refusal = ({ log }: Facts, { body: { target }, by }: CommandOf<Body>) => {
  if (log.kind === "channel" && log.member(by)?.role === "member") return "forbidden"
  return log.livePost(by, target) === undefined ? "invalid_target" : undefined
}

export const pin = commandKind({
  ...onMessages,
  kind: "pin",
  about: "Pins a message. In a channel only admins and owners may pin, elsewhere every member.",
  body: Schema.Struct({ kind: Schema.Literal("pin"), target: Seq }),
  causes: ["pinned"],
  effects: { pinned: ({ log }, { seq, target }) => log.setPinned(target, true, seq) },
  addsContent: true,
  decide: (facts, command) => {
    const { target } = command.body
    const refused = refusal(facts, command)
    if (refused !== undefined) return refused
    if (facts.log.pins.has(target)) return "no_change"
    return facts.log.pins.size >= Limits.pinsMax ? "too_many" : { event: { kind: "pinned", target } }
  }
})

export const unpin = commandKind({
  ...onMessages,
  kind: "unpin",
  about: "Unpins a message, by the same rights as pinning.",
  body: Schema.Struct({ kind: Schema.Literal("unpin"), target: Seq }),
  causes: ["unpinned"],
  effects: { unpinned: ({ log }, { seq, target }) => log.setPinned(target, false, seq) },
  decide: (facts, command) => {
    const { target } = command.body
    return (
      refusal(facts, command) ?? (facts.log.pins.has(target) ? { event: { kind: "unpinned", target } } : "no_change")
    )
  }
})
