/** What a recorded run is made of: commands as events, and the history as data that a test may spoil. */
import type { CommandBody } from "@hibiki/core/commands/Command"
import type { LogEvent } from "@hibiki/core/domain/Event"
import type { History } from "../../src/index.ts"

export type Content = LogEvent extends infer E
  ? E extends LogEvent
    ? Omit<E, "seq" | "id" | "by" | "at">
    : never
  : never
export type DeviceBody = Extract<CommandBody, { kind: "post" | "edit" | "delete" | "react" | "unreact" | "withdraw" }>

/** A copy that a test may spoil. */
type Spoilable<T> = T extends string | number | boolean | undefined
  ? T
  : T extends ReadonlySet<infer A>
    ? Set<A>
    : { -readonly [K in keyof T]: Spoilable<T[K]> }
export type SpoilableHistory = Spoilable<History>

export const contentOf = (body: DeviceBody): Content => {
  switch (body.kind) {
    case "post":
      return { kind: "posted", text: body.text, ...(body.replyTo === undefined ? {} : { replyTo: body.replyTo }) }
    case "edit":
      return { kind: "edited", target: body.target, text: body.text }
    case "delete":
      return { kind: "deleted", target: body.target }
    case "react":
      return { kind: "reacted", target: body.target, emoji: body.emoji }
    case "unreact":
      return { kind: "unreacted", target: body.target, emoji: body.emoji }
    case "withdraw":
      throw new Error("A withdrawal makes an event of its own only where its post is stored")
  }
}

/** The event as it is once the post at `target` is deleted. */
export const blanked = (event: LogEvent, target: number): LogEvent => {
  const { at, by, id, seq } = event
  if (event.kind === "posted" && seq === target) return { seq, id, by, at, kind: "posted", text: "", blanked: true }
  return event.kind === "edited" && event.target === target ? { ...event, text: "", blanked: true } : event
}
