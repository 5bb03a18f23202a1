/**
 * The quick switcher's results for the typed text: conversations, unread ones first, then favourites, then the others,
 * then commands. Pure.
 */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { folded } from "@hibiki/core/domain/TextRules"
import { isUnread } from "../conversations/listSections.ts"

/** Includes commands, which conversations never displace. */
export const linesAtMost = 50

const groups = ["unread", "favourites", "recent"] as const
type Group = (typeof groups)[number]
export type SwitcherKey = Group | "found" | "commands"

/** A line's key is its conversation's id or its command's name. */
export interface SwitcherSection<Command extends string> {
  readonly key: SwitcherKey
  readonly lines: ReadonlyArray<ConversationId | Command>
}

export interface SwitcherOptions<Command extends string> {
  /** Newest first. */
  readonly conversations: ReadonlyArray<ConversationSummary>
  /** The open conversation, which appears only if the user searches for it. */
  readonly open: ConversationId | undefined
  readonly titleOf: (summary: ConversationSummary) => string
  /** With all their names, in order. */
  readonly commands: ReadonlyArray<{ readonly key: Command; readonly names: ReadonlyArray<string> }>
  /** The typed text. */
  readonly query: string
}

/** Returns the non-empty sections, in order. */
export const switcherSections = <Command extends string>(
  options: SwitcherOptions<Command>
): ReadonlyArray<SwitcherSection<Command>> => {
  const { conversations, open, query, titleOf } = options
  const commands = fitting(options.commands, query, ({ names }) => names).slice(0, linesAtMost)
  const isTyped = query.trim() !== ""
  const offered = isTyped ? conversations : conversations.filter(({ conversationId }) => conversationId !== open)
  const inGroups = groups.flatMap((group) => offered.filter((summary) => groupOf(summary) === group))
  const names = (summary: ConversationSummary) => namesOf(summary, titleOf(summary))
  const shown = fitting(inGroups, query, names).slice(0, linesAtMost - commands.length)
  const ids = (summaries: ReadonlyArray<ConversationSummary>) => summaries.map(({ conversationId }) => conversationId)
  const sections: ReadonlyArray<SwitcherSection<Command>> = [
    ...(isTyped
      ? [{ key: "found" as const, lines: ids(shown) }]
      : groups.map((key) => ({ key, lines: ids(shown.filter((summary) => groupOf(summary) === key)) }))),
    { key: "commands", lines: commands.map(({ key }) => key) }
  ]
  return sections.filter(({ lines }) => lines.length > 0)
}

const groupOf = (summary: ConversationSummary): Group =>
  isUnread(summary) ? "unread" : summary.favourite ? "favourites" : "recent"

const namesOf = ({ kind, peer }: ConversationSummary, title: string): ReadonlyArray<string> => [
  ...(kind === "channel" ? [`#${title}`] : [title]),
  ...(kind === "direct" && peer !== undefined ? [peer.displayName, `@${peer.handle}`] : [])
]

/**
 * Returns the items whose names contain every typed word. Items with words that begin with the typed ones come first,
 * then those that contain them. Otherwise the order stays.
 */
const fitting = <A>(
  items: ReadonlyArray<A>,
  query: string,
  names: (item: A) => ReadonlyArray<string>
): ReadonlyArray<A> => {
  const wanted = folded(query)
    .split(/\s+/u)
    .filter((word) => word !== "")
  return items
    .flatMap((item) => {
      const inside = wordsInside(wanted, names(item).map(folded))
      return inside === undefined ? [] : [{ item, inside }]
    })
    .sort((a, b) => a.inside - b.inside)
    .map(({ item }) => item)
}

/**
 * Returns how many of the typed words begin no word of the names; undefined if the names do not contain one of them.
 */
const wordsInside = (wanted: ReadonlyArray<string>, names: ReadonlyArray<string>): number | undefined => {
  let inside = 0
  for (const word of wanted) {
    if (!names.some((name) => name.includes(word))) return undefined
    if (!names.some((name) => beginsWord(name, word))) inside++
  }
  return inside
}

const beginsWord = (name: string, word: string): boolean => {
  for (let at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1))
    if (!/[\p{L}\p{N}\p{M}]$/u.test(name.slice(0, at))) return true
  return false
}

/** Returns the line that a key leads to among `count` lines, wrapping at the ends; undefined for other keys. */
export const nextLine = (key: string, at: number, count: number): number | undefined => {
  if (count === 0) return undefined
  return new Map([
    ["ArrowDown", (at + 1) % count],
    ["ArrowUp", (at + count - 1) % count],
    ["Home", 0],
    ["End", count - 1]
  ]).get(key)
}
