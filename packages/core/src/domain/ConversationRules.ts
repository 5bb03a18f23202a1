/**
 * What plain members may do in a group or channel, and whether it is closed. While it is open, owners and admins may
 * always post and add.
 */
import { Schema } from "effect"
import { orNewer } from "./orNewer.ts"
import { slowChoices } from "./SlowMode.ts"

/** `all`: every member; `admins`: owners and admins. */
export const Whose = Schema.Literal("all", "admins")
export type Whose = typeof Whose.Type

export const ConversationRules = Schema.Struct({
  /** Who may post and edit. With `admins` it is an announcement channel. */
  post: Whose,
  /** Who may add members. */
  add: Whose,
  /** Slow mode: the seconds between two posts of a plain member; 0: off. */
  slowSeconds: Schema.Literal(...slowChoices)
})
export type ConversationRules = typeof ConversationRules.Type

/** The rules of a new conversation. */
export const openRules: ConversationRules = { post: "all", add: "all", slowSeconds: 0 }

export const isSameRules = (a: ConversationRules, b: ConversationRules): boolean =>
  a.post === b.post && a.add === b.add && a.slowSeconds === b.slowSeconds

/** Who closed the conversation, so that it is read-only. Owners can't reopen what an administrator closed. */
export const Closed = Schema.Literal("owners", "operator")
export type Closed = typeof Closed.Type

/** The rules in an answer. A newer server may have further values. */
export const ShownRules = Schema.Struct({ post: orNewer(Whose), add: orNewer(Whose), slowSeconds: Schema.Int })
export type ShownRules = typeof ShownRules.Type
