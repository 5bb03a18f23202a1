/**
 * A text in pieces, by the people whom it mentions, of those that the page knows. Pure; each sign is looked at once.
 */
import { mentionsOf } from "@hibiki/core/domain/Mentions"
import type { Person } from "@hibiki/core/domain/Person"

/** By their handles, in the one spelling. */
export type PeopleByHandle = Pick<ReadonlyMap<string, Person>, "get">

export interface MentionPiece {
  readonly text: string
  /** Who is mentioned: the text is a sign and this person's handle. Undefined: the text between. */
  readonly person: Person | undefined
}

/** A sign, and as much behind it as may be a handle: none has more code points. */
const candidates = /[@＠]([\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{0,31})/gu

/**
 * The pieces in order, which together are the text. Where several handles begin alike that are all in `known`, it is
 * `mine` that is mentioned, as it is counted, else the longest.
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

/** Those whom it mentions, of these and oneself, who need not be among them. */
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
 * The rule for texts looks at one unit before the sign, and at two behind the handle: no more is read, however long the
 * text is.
 */
const isMentionedAt = (text: string, at: number, handle: string): boolean => {
  const from = Math.max(at - 1, 0)
  return mentionsOf(text.slice(from, at + handle.length + 3), handle).some((range) => from + range.from === at)
}
