/**
 * The grammar of messages: bold, italic, strike, code, spoilers, quotes, lists and links, as a tree. A small one of our
 * own, in which emphasis does not depend on the punctuation around it, so that `**「強調」**です` is bold, and links end
 * where Japanese text begins.
 * Never throws; what is no markup stays as it was typed. Time is linear in the text, and nesting is bounded by the
 * number of kinds.
 */
import { type Inline, inlineNodes } from "./inlineGrammar.ts"

export type Block =
  | { readonly kind: "paragraph" | "quote"; readonly children: ReadonlyArray<Inline> }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  /** `start`: of a numbered list; undefined for one with dots. */
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

/** The text alone, as it is read: without marks, and with what spoilers hide left out. */
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
