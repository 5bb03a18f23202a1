/**
 * An element of an answer's list that grows over versions: a known one, or one that only a newer server has. An unknown
 * one must not fail the whole answer. The schemas of clients' requests stay closed.
 */
import { Schema } from "effect"

const Newer = Schema.String.pipe(Schema.brand("Newer"))

export const orNewer = <A extends string, I>(known: Schema.Schema<A, I>) => Schema.Union(known, Newer)

/** The known elements. */
export type Known<A> = Exclude<A, typeof Newer.Type>
