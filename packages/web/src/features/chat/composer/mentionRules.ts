/** Mention completion: the text typed after a mention sign, the people that it matches, and the replacement. Pure. */
import type { FeedView } from "@hibiki/core/client/feed/FeedView"
import type { UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { isMentioned, mayMention, mentionSigns } from "@hibiki/core/domain/Mentions"
import type { Person } from "@hibiki/core/domain/Person"
import { folded } from "@hibiki/core/domain/TextRules"
import type { KeyPress } from "./composerKeys.ts"

/** Maximum suggestions at once. */
export const linesAtMost = 8

/** No name is longer, in UTF-16 units. */
const typedMax = 2 * Limits.nameMax

/** The number of newest entries that are searched for recent writers. */
const writersWithin = 200

export interface MentionQuery {
  /** Position of the sign, in UTF-16 units. */
  readonly from: number
  /** The text after it, up to the caret. */
  readonly typed: string
}

const signs = mentionSigns.join("")
const lastSign = new RegExp(`[${signs}]([^\\s${signs}]*)$`, "u")

/** Returns the text typed between a mention sign and the caret; undefined elsewhere, such as after a space. */
export const mentionQuery = (text: string, caret: number): MentionQuery | undefined => {
  const typed = lastSign.exec(text.slice(Math.max(0, caret - typedMax - 1), caret))?.[1]
  if (typed === undefined) return undefined
  const from = caret - typed.length - 1
  return mayMention(text, from) ? { from, typed } : undefined
}

/** Returns the final part of a text in composition: letters at its end, after kana, will still become kana. */
export const chosenPart = (typed: string): string => typed.replace(/(?<=[ぁ-ゖァ-ヶー])[a-zａ-ｚ]{1,3}$/iu, "")

/** A person with the texts to compare with the typed text, which contains no space. */
export interface Mentionable {
  readonly person: Person
  readonly handle: string
  /** The name without its spaces, and the offset at which each of its words begins. */
  readonly name: string
  readonly starts: ReadonlyArray<number>
  readonly words: ReadonlyArray<string>
}

export const mentionable = (person: Person): Mentionable => {
  const name = folded(person.displayName).trim()
  const words = name.split(/\s+/u)
  const starts: Array<number> = []
  let before = 0
  for (const word of words) {
    for (const { index } of word.matchAll(/(?<![\p{L}\p{N}\p{M}])\S/gu)) starts.push(before + index)
    before += word.length
  }
  return { person, handle: folded(person.handle), name: words.join(""), starts, words }
}

/**
 * Returns the people that the typed text matches, at most linesAtMost. First an equal handle, then a handle, name or
 * word of the name that begins with it, then one that contains it. Among equals the people in `recent` come first, in
 * its order; the others stay in order.
 */
export const mentionLines = (
  people: ReadonlyArray<Mentionable>,
  typed: string,
  recent: ReadonlyArray<UserId>
): ReadonlyArray<Person> => {
  const wanted = folded(typed)
  const places = new Map(recent.map((userId, place) => [userId, place]))
  return people
    .flatMap((one) => {
      const rank = rankOf(one, wanted)
      return rank === undefined
        ? []
        : [{ person: one.person, rank, place: places.get(one.person.userId) ?? places.size }]
    })
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .slice(0, linesAtMost)
    .map(({ person }) => person)
}

const rankOf = ({ handle, name, starts, words }: Mentionable, wanted: string): number | undefined => {
  if (handle === wanted) return 0
  if (handle.startsWith(wanted) || starts.some((start) => name.startsWith(wanted, start))) return 1
  return handle.includes(wanted) || words.some((word) => word.includes(wanted)) ? 2 : undefined
}

/**
 * Whether nothing is left to choose: the typed text already mentions the only match. Enter then sends, as a person who
 * types handles by heart expects.
 */
export const isWhole = (lines: ReadonlyArray<Person>, typed: string): boolean =>
  lines.length === 1 && lines.every(({ handle }) => isMentioned(`@${typed}`, handle))

/** Replaces the text from `from` to `to`; the caret moves to its end. */
export interface Replacement {
  readonly from: number
  readonly to: number
  readonly put: string
}

/** Replaces the typed text with a mention and one space, which may already be there. */
export const withMention = (text: string, { from, typed }: MentionQuery, handle: string): Replacement => {
  const to = from + 1 + typed.length
  return { from, to: text[to] === " " ? to + 1 : to, put: `@${handle} ` }
}

/** Returns the users who wrote recently, the latest first. */
export const recentWriters = (view: FeedView | undefined): ReadonlyArray<UserId> => {
  const rows = (view?.entries ?? []).slice(-writersWithin).flatMap((entry) => (entry._tag === "row" ? entry.row : []))
  return [...new Set(rows.flatMap(({ by, kind }) => (kind === "posted" ? by : [])).reverse())]
}

export type MentionAct = "next" | "previous" | "enter" | "tab" | "close"

const acts: ReadonlyMap<string, MentionAct> = new Map([
  ["ArrowDown", "next"],
  ["ArrowUp", "previous"],
  ["Enter", "enter"],
  ["Tab", "tab"],
  ["Escape", "close"]
])

/**
 * Returns the action of a key while the list is open. Undefined: the key keeps its meaning, as all keys do during a
 * composition or with a modifier.
 */
export const mentionAct = (press: KeyPress): MentionAct | undefined =>
  press.isComposing || press.keyCode === 229 || press.ctrlKey || press.metaKey || press.altKey || press.shiftKey
    ? undefined
    : acts.get(press.key)
