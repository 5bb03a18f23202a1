/** Splits a text at its mentions of people that the page knows. Pure; visits each sign once. */
import { mentionsOf } from "@hibiki/core/domain/Mentions"
import type { Person } from "@hibiki/core/domain/Person"

/** By normalized handle. */
export type PeopleByHandle = Pick<ReadonlyMap<string, Person>, "get">

export interface MentionPiece {
  readonly text: string
  /** The mentioned person: the text is a sign and their handle. Undefined: the text between. */
  readonly person: Person | undefined
}

/** A sign and the text after it that may be a handle; no handle has more code points. */
const candidates = /[@＠]([\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{0,31})/gu

/**
 * Returns the pieces in order; joined, they are the text. If several handles in `known` fit at one sign, `mine` wins,
 * as in the mention count, else the longest.
 */
export const mentionPieces = (text: string, known: PeopleByHandle, mine: string): ReadonlyArray<MentionPiece> => {
  const pieces: Array<MentionPiece> = []
  let from = 0
  const put = (to: number, person?: Person) => {
    if (to > from) pieces.push({ text: text.slice(from, to), person })
    from = to
  }
  for (const { 1: typed = "", index } of text.matchAll(candidates)) {
    const person = personAt(text, index, typed, known, mine)
    if (person === undefined) continue
    put(index)
    put(index + 1 + person.handle.length, person)
  }
  put(text.length)
  return pieces
}

/** Returns the people that the text mentions, among `others` and the user, who need not be among them. */
export const mentionedIn = (text: string, others: PeopleByHandle, me: Person): ReadonlyMap<string, Person> => {
  const known = { get: (handle: string) => (handle === me.handle ? me : others.get(handle)) }
  const pieces = mentionPieces(text, known, me.handle)
  return new Map(pieces.flatMap(({ person }) => (person === undefined ? [] : [[person.handle, person] as const])))
}

const personAt = (text: string, at: number, typed: string, known: PeopleByHandle, mine: string): Person | undefined => {
  const begins = typed.toLowerCase()
  const found = (handle: string) => {
    const person = known.get(handle)
    return person !== undefined && isMentionedAt(text, at, handle) ? person : undefined
  }
  const me = begins.startsWith(mine) ? found(mine) : undefined
  if (me !== undefined) return me
  for (let length = begins.length; length > 0; length--) {
    const person = found(begins.slice(0, length))
    if (person !== undefined) return person
  }
  return undefined
}

/**
 * The mention rule looks at one UTF-16 unit before the sign and at two after the handle, so read no more of a long
 * text.
 */
const isMentionedAt = (text: string, at: number, handle: string): boolean => {
  const from = Math.max(at - 1, 0)
  return mentionsOf(text.slice(from, at + handle.length + 3), handle).some((range) => from + range.from === at)
}
