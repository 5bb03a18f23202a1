/** What an operator can do to one process. */
import { Schema } from "effect"

const Name = Schema.String.pipe(Schema.maxLength(200))

export const NodeAct = Schema.Union(
  /** The process ends in order: its sockets go to others, and whatever supervises it may start it anew. */
  Schema.TaggedStruct("Drain", {}),
  /** `path`: as the console shows it, with pseudonyms. `drain`: it handles its waiting messages first. */
  Schema.TaggedStruct("StopActor", { path: Name, how: Schema.Literal("drain", "now") }),
  /** The socket's client connects again. */
  Schema.TaggedStruct("Disconnect", { socket: Name })
)
export type NodeAct = typeof NodeAct.Type
