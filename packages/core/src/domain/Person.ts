/**
 * A person as others may see one. By itself: a presence board tells of people, and loads nothing that tells of
 * conversations.
 */
import { Schema } from "effect"
import { UserId } from "./Ids.ts"

export const Person = Schema.Struct({ userId: UserId, handle: Schema.String, displayName: Schema.String })
export type Person = typeof Person.Type
