/**
 * What an answer may have of a list that grows: one of ours, or what only a newer server has, which the whole answer
 * must not fail at. What clients send stays closed.
 */
import { Schema } from "effect"

const Newer = Schema.String.pipe(Schema.brand("Newer"))

export const orNewer = <A extends string, I>(known: Schema.Schema<A, I>) => Schema.Union(known, Newer)

/** What of it is ours. */
export type Known<A> = Exclude<A, typeof Newer.Type>
