/**
 * The grammar of messages: bold, italic, strike, code, spoilers, quotes, lists and links, as a tree. A small grammar of
 * our own, in which emphasis does not depend on the punctuation around it, so that `**「強調」**です` is bold, and links end
 * where Japanese text begins. Never throws; text that is no markup stays as it was typed. Time is linear in the text,
 * and the number of kinds bounds the nesting.
 */
import { withHonestHosts } from "@hibiki/core/domain/Addresses"
import { mentionSigns } from "@hibiki/core/domain/Mentions"

export type Block =
  | { readonly kind: "paragraph" | "quote"; readonly children: ReadonlyArray<Inline> }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  /** `start`: the first number of a numbered list; undefined for a bulleted one. */
  | { readonly kind: "list"; readonly start: number | undefined; readonly items: ReadonlyArray<ReadonlyArray<Inline>> }

const fence = /^```([\w+#.-]{0,20})\s*$/
const oneLineFence = /^```(.+)```$/
const quoted = /^[>＞] ?/
const dotted = /^(?:[-*•] |・)(?=\S)/
const numbered = /^(\d{1,4})[.)] (?=\S)/

export const parseMessage = (text: string): ReadonlyArray<Block> => {
  const lines = text.split("\n")
  const closings = lines.flatMap((line, i) => (line.trimEnd() === "```" ? [i] : []))
  const blocks: Array<Block> = []
  let plain: Array<string> = []
  const endParagraph = () => {
    if (plain.length > 0) blocks.push({ kind: "paragraph", children: inlineNodes(plain.join("\n")) })
    plain = []
  }
  let closing = 0
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? ""
    const oneLine = oneLineFence.exec(line)?.[1]
    const language = oneLine === undefined ? fence.exec(line)?.[1] : undefined
    while (language !== undefined && (closings[closing] ?? lines.length) <= i) closing++
    const end = language === undefined ? undefined : closings[closing]
    if (oneLine !== undefined || end !== undefined) {
      endParagraph()
      blocks.push({ kind: "code", language: language ?? "", text: oneLine ?? lines.slice(i + 1, end).join("\n") })
      i = (end ?? i) + 1
      continue
    }
    const kind = lineKind(line)
    if (kind === undefined) {
      plain.push(line)
      i++
      continue
    }
    endParagraph()
    const from = i
    while (i < lines.length && lineKind(lines[i] ?? "") === kind) i++
    blocks.push(blockOf(kind, lines.slice(from, i)))
  }
  endParagraph()
  return blocks
}

type LineKind = "quote" | "dots" | "numbers"

const lineKind = (line: string): LineKind | undefined =>
  quoted.test(line) ? "quote" : dotted.test(line) ? "dots" : numbered.test(line) ? "numbers" : undefined

const blockOf = (kind: LineKind, lines: ReadonlyArray<string>): Block => {
  switch (kind) {
    case "quote":
      return { kind: "quote", children: inlineNodes(lines.map((line) => line.replace(quoted, "")).join("\n")) }
    case "dots":
      return { kind: "list", start: undefined, items: lines.map((line) => inlineNodes(line.replace(dotted, ""))) }
    case "numbers":
      return {
        kind: "list",
        start: Number(numbered.exec(lines[0] ?? "")?.[1] ?? 1),
        items: lines.map((line) => inlineNodes(line.replace(numbered, "")))
      }
  }
}

/** Returns the readable text alone: without marks, and without the contents of spoilers. */
export const plainText = (text: string): string => parseMessage(text).map(blockText).join("\n")

const blockText = (block: Block): string => {
  switch (block.kind) {
    case "code":
      return block.text
    case "list":
      return block.items.map(inlineText).join("\n")
    default:
      return inlineText(block.children)
  }
}

const inlineText = (nodes: ReadonlyArray<Inline>): string =>
  nodes
    .map((node) => ("text" in node ? node.text : node.kind === "spoiler" ? "▒▒▒" : inlineText(node.children)))
    .join("")

/** The contents of a line or paragraph: emphasis, code and links. One pass from left to right visits each mark once. */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  /**
   * `href` is http or https, and the browser's own parser accepts it. The text always shows the host that it leads to,
   * even if that host imitates another.
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
  /** The index in the output of its own text, until it is closed. */
  readonly at: number
}

const inlineNodes = (text: string): ReadonlyArray<Inline> => {
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
      // Marks that were opened within and not closed stay text.
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

/** The characters with which a mark, code, a link or an escape may begin. */
const special = /[\\`h*_~|]/g

/** Returns the index of the next one from `at` on, or the text's end. */
const nextSpecial = (text: string, at: number): number => {
  special.lastIndex = at
  return special.exec(text)?.index ?? text.length
}

const escapable: ReadonlySet<string> = new Set([..."*_~|`\\>"])

const isSpace = (char: string | undefined): boolean => char === undefined || /\s/u.test(char)
const isWord = (char: string | undefined): boolean => char !== undefined && /[A-Za-z0-9_]/u.test(char)

/**
 * Single marks within a word of Latin letters are plain text. So are doubled underscores and the underscores of a
 * handle: `snake_case`, `2*3*4`, `__init__`, `@山_田`.
 */
const isWithinWord = (text: string, at: number, mark: string): boolean =>
  (mark.length === 1 && isWord(text[at - 1]) && isWord(text[at + mark.length])) ||
  (mark === "_" && (text[at - 1] === "_" || text[at + 1] === "_" || isWithinHandle(text, at)))

/** At least as many UTF-16 units as any handle has: 32 code points of at most two units each. */
const handleUnits = 64
const handleBefore = new RegExp(`[${mentionSigns.join("")}][\\p{L}\\p{M}\\p{N}_.-]+$`, "u")
const handleGoesOn = /^_[\p{L}\p{M}\p{N}]/u

/** Whether the underscore is inside a handle after a mention sign. The handle need not belong to anybody. */
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

/** `noCode`: lengths of backtick runs that have no further match, so that a text full of them is searched once. */
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

/** Joins adjacent text nodes, in children too. */
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

/** Links in running text: http and https only. They end where the address does, not at the next space. */
interface FoundLink {
  readonly end: number
  /** Undefined: the text looks like an address, but a browser should not open it. */
  readonly href: string | undefined
}

/** Maximum length of a link in UTF-16 units; longer addresses stay text. */
const longest = 2_000

/**
 * ASCII characters of addresses, and letters of other scripts that separate words by spaces. Japanese or Chinese text
 * after an address ends it, full-width punctuation included. So does any invisible character and any that changes the
 * direction of writing.
 */
const part = /[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]|[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u
const fullWidth = /[\uff00-\uffef]/u
const trailing = new Set([...".,:;!?'*_~"])

/** Returns the text that begins like a link at `at`, or undefined. */
const linkAt = (text: string, at: number): FoundLink | undefined => {
  const scheme = text.startsWith("https://", at) ? 8 : text.startsWith("http://", at) ? 7 : 0
  if (scheme === 0 || /[A-Za-z0-9]/u.test(text[at - 1] ?? "")) return undefined
  let end = at + scheme + hostOf(text, at + scheme)
  let opened = 0
  while (end < text.length && end - at <= longest) {
    const char = text[end] ?? ""
    if (!part.test(char) || fullWidth.test(char)) break
    // Closing marks of emphasis directly after the address are no part of it.
    if ((char === "*" || char === "~") && text[end + 1] === char) break
    if (char === "(") opened++
    if (char === ")" && --opened < 0) break
    end++
  }
  while (end > at + scheme && trailing.has(text[end - 1] ?? "")) end--
  if (end === at + scheme) return undefined
  return { end, href: end - at > longest ? undefined : safeHref(text.slice(at, end)) }
}

/** Returns the length of a host that begins with letters outside ASCII, up to the dot of its last part: `例え.jp`. */
const hostOf = (text: string, at: number): number => host.exec(text.slice(at, at + 100))?.[0].length ?? 0
const host = /^(?=[^\x00-\x7f])[\p{L}\p{N}ー-]+(?=\.[A-Za-z]{2,})/u

/** Returns undefined if it is no web address, or if a name before an `@` makes it look like another site's. */
const safeHref = (address: string): string | undefined => {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  return (url.protocol === "http:" || url.protocol === "https:") && url.username === "" && url.password === ""
    ? address
    : undefined
}

/** Code points of a message's preview, for quotes and for screen readers. */
const previewLength = 80

export const replyPreview = (text: string, most = previewLength): string => {
  // Parse the whole text: a cut could remove the end of a mark and so reveal a spoiler.
  const line = plainText(text).replace(/\s+/gu, " ").trim()
  const points = [...line]
  return points.length <= most ? line : `${points.slice(0, most - 1).join("")}…`
}
