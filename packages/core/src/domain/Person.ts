/** A user as others may see them. In a file of its own, so that a presence board loads no types of conversations. */
import { Schema } from "effect"
import { UserId } from "./Ids.ts"

export const Person = Schema.Struct({ userId: UserId, handle: Schema.String, displayName: Schema.String })
export type Person = typeof Person.Type
