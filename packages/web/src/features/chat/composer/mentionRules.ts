/**
 * Whom a text that is being written may mention next: what was typed after a sign, who fits that, and what is put in
 * its place. Pure.
 */
import type { FeedView } from "@hibiki/core/client/feed/FeedView"
import type { UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { isMentioned, mayMention, mentionSigns } from "@hibiki/core/domain/Mentions"
import type { Person } from "@hibiki/core/domain/Person"
import { folded } from "@hibiki/core/domain/TextRules"
import type { KeyPress } from "./composerKeys.ts"

/** So many are offered at once. */
export const linesAtMost = 8

/** Nobody's name is longer, in UTF-16 units. */
const typedMax = 2 * Limits.nameMax

/** So many of the newest entries are looked through for who wrote lately. */
const writersWithin = 200

export interface MentionQuery {
  /** Where the sign stands, in UTF-16 units. */
  readonly from: number
  /** What follows it, up to the caret. */
  readonly typed: string
}

const signs = mentionSigns.join("")
const lastSign = new RegExp(`[${signs}]([^\\s${signs}]*)$`, "u")

/** What is typed at the caret after a sign that begins a mention; undefined elsewhere, as after a space. */
export const mentionQuery = (text: string, caret: number): MentionQuery | undefined => {
  const typed = lastSign.exec(text.slice(Math.max(0, caret - typedMax - 1), caret))?.[1]
  if (typed === undefined) return undefined
  const from = caret - typed.length - 1
  return mayMention(text, from) ? { from, typed } : undefined
}

/** What of a text that is being composed is chosen: letters at its end, after kana, are to become kana. */
export const chosenPart = (typed: string): string => typed.replace(/(?<=[ぁ-ゖァ-ヶー])[a-zａ-ｚ]{1,3}$/iu, "")

/** Somebody with what is compared with what is typed, in which no space can be. */
export interface Mentionable {
  readonly person: Person
  readonly handle: string
  /** The name without its spaces, and where in it each of its words begins. */
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
 * Those whom what was typed fits, linesAtMost of them: whose handle it is, then whose handle or name begins so, or a
 * word of the name, then in whose it stands inside. Among equals those in `recent` come first, in its order, then the
 * order stays.
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
 * Whether nothing is left to choose: what was typed mentions the only one whom it fits. Enter then sends, as one who
 * types handles by heart expects.
 */
export const isWhole = (lines: ReadonlyArray<Person>, typed: string): boolean =>
  lines.length === 1 && lines.every(({ handle }) => isMentioned(`@${typed}`, handle))

/** In place of the text from `from` to `to`; the caret goes to its end. */
export interface Replacement {
  readonly from: number
  readonly to: number
  readonly put: string
}

/** What was typed becomes a mention with one space after it, which may stand there already. */
export const withMention = (text: string, { from, typed }: MentionQuery, handle: string): Replacement => {
  const to = from + 1 + typed.length
  return { from, to: text[to] === " " ? to + 1 : to, put: `@${handle} ` }
}

/** Who wrote lately, the last first. */
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
 * What a key does while the list is open; undefined: it keeps its meaning, as every key does of a composition, or with
 * another one.
 */
export const mentionAct = (press: KeyPress): MentionAct | undefined =>
  press.isComposing || press.keyCode === 229 || press.ctrlKey || press.metaKey || press.altKey || press.shiftKey
    ? undefined
    : acts.get(press.key)
