/**
 * What stands within a line or paragraph: emphasis, code and links. One walk from left to right; each mark is looked at
 * once.
 */
import { withHonestHosts } from "@hibiki/core/domain/Addresses"
import { mentionSigns } from "@hibiki/core/domain/Mentions"
import { linkAt } from "./links.ts"

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  /**
   * `href` is http or https, and an address to the browser's own parser. The text shows which host it leads to,
   * whatever that host looks like.
   */
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "bold" | "italic" | "strike" | "spoiler"; readonly children: ReadonlyArray<Inline> }

type Kind = Extract<Inline, { readonly children: unknown }>["kind"]

interface Mark {
  readonly mark: string
  readonly kind: Kind
}

const italicStar: Mark = { mark: "*", kind: "italic" }

/** Longer marks first. */
const marks: ReadonlyArray<Mark> = [
  { mark: "**", kind: "bold" },
  { mark: "~~", kind: "strike" },
  { mark: "||", kind: "spoiler" },
  italicStar,
  { mark: "_", kind: "italic" }
]

interface Opener extends Mark {
  /** Where in the output its own text stands, until it is closed. */
  readonly at: number
}

export const inlineNodes = (text: string): ReadonlyArray<Inline> => {
  const out: Array<Inline> = []
  // At most one of each mark is open: another one closes it, or is text.
  const open: Array<Opener> = []
  const noCode = new Set<string>()
  let from = 0
  const flush = (to: number) => {
    if (to > from) out.push({ kind: "text", text: text.slice(from, to) })
  }
  let i = 0
  const take = (to: number, node?: Inline) => {
    flush(i)
    if (node !== undefined) out.push(node)
    i = to
    from = to
  }
  for (;;) {
    i = nextSpecial(text, i)
    const char = text[i]
    if (char === undefined) break
    if (char === "\\" && escapable.has(text[i + 1] ?? "")) {
      flush(i)
      from = i + 1
      i += 2
      continue
    }
    if (char === "`") {
      const code = codeAt(text, i, noCode)
      if (code === undefined) i += runLength(text, i)
      else take(code.end, { kind: "code", text: code.text })
      continue
    }
    if (char === "h") {
      const link = linkAt(text, i)
      if (link?.href === undefined) i = link?.end ?? i + 1
      else take(link.end, { kind: "link", text: withHonestHosts(text.slice(i, link.end)), href: link.href })
      continue
    }
    const found = markAt(text, i, open.at(-1)?.mark)
    if (found === undefined) {
      i++
      continue
    }
    const { mark } = found
    const opened = open.findLastIndex((opener) => opener.mark === mark)
    const opener = open[opened]
    if (opener !== undefined && mayClose(text, i, mark) && !(out.length === opener.at + 1 && from === i)) {
      take(i + mark.length)
      const children = out.splice(opener.at + 1)
      out[opener.at] = { kind: opener.kind, children }
      // What was opened within and not closed stays text.
      open.length = opened
    } else if (opener === undefined && mayOpen(text, i, mark)) {
      take(i + mark.length, { kind: "text", text: mark })
      open.push({ ...found, at: out.length - 1 })
    } else i += mark.length
  }
  flush(text.length)
  return joined(out)
}

/** In `***` the inner mark closes first. */
const markAt = (text: string, at: number, innermost: string | undefined) => {
  if (innermost === "*" && text.startsWith("***", at)) return italicStar
  return marks.find(({ mark }) => text.startsWith(mark, at))
}

/** What a mark, code, a link or an escape may begin with. */
const special = /[\\`h*_~|]/g

/** The place of the next one from `at` on, or the text's end. */
const nextSpecial = (text: string, at: number): number => {
  special.lastIndex = at
  return special.exec(text)?.index ?? text.length
}

const escapable: ReadonlySet<string> = new Set([..."*_~|`\\>"])

const isSpace = (char: string | undefined): boolean => char === undefined || /\s/u.test(char)
const isWord = (char: string | undefined): boolean => char !== undefined && /[A-Za-z0-9_]/u.test(char)

/**
 * Single marks within a word of Latin letters are none, nor are doubled underscores and those of a handle:
 * `snake_case`, `2*3*4`, `__init__`, `@山_田`.
 */
const isWithinWord = (text: string, at: number, mark: string): boolean =>
  (mark.length === 1 && isWord(text[at - 1]) && isWord(text[at + mark.length])) ||
  (mark === "_" && (text[at - 1] === "_" || text[at + 1] === "_" || isWithinHandle(text, at)))

/** More units than any handle has: no two of a character in it make three. */
const handleUnits = 64
const handleBefore = new RegExp(`[${mentionSigns.join("")}][\\p{L}\\p{M}\\p{N}_.-]+$`, "u")
const handleGoesOn = /^_[\p{L}\p{M}\p{N}]/u

/** Whether a handle stands on both sides, after a sign, whoever bears it. */
const isWithinHandle = (text: string, at: number): boolean =>
  handleGoesOn.test(text.slice(at, at + 3)) && handleBefore.test(text.slice(Math.max(0, at - handleUnits), at))

const mayOpen = (text: string, at: number, mark: string): boolean =>
  (mark === "||" || !isSpace(text[at + mark.length])) && at + mark.length < text.length && !isWithinWord(text, at, mark)

const mayClose = (text: string, at: number, mark: string): boolean =>
  (mark === "||" || !isSpace(text[at - 1])) && !isWithinWord(text, at, mark)

const runLength = (text: string, at: number): number => {
  let end = at
  while (text[end] === "`") end++
  return end - at
}

/** `noCode`: runs of which no further one follows, so that a text full of them is searched once. */
const codeAt = (
  text: string,
  at: number,
  noCode: Set<string>
): { readonly text: string; readonly end: number } | undefined => {
  const length = runLength(text, at)
  const run = "`".repeat(Math.min(length, 3))
  if (length > 2 || noCode.has(run)) return undefined
  const end = text.indexOf(run, at + length)
  if (end < 0) {
    noCode.add(run)
    return undefined
  }
  const inside = text.slice(at + length, end)
  return inside.trim() === "" ? undefined : { text: inside, end: end + length }
}

/** Neighbouring texts as one, within too. */
const joined = (nodes: ReadonlyArray<Inline>): ReadonlyArray<Inline> => {
  const out: Array<Inline> = []
  let run: Array<string> = []
  const endRun = () => {
    if (run.length > 0) out.push({ kind: "text", text: run.join("") })
    run = []
  }
  for (const node of nodes) {
    if (node.kind === "text") run.push(node.text)
    else {
      endRun()
      out.push("children" in node ? { kind: node.kind, children: joined(node.children) } : node)
    }
  }
  endRun()
  return out
}
