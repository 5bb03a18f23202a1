/** Timeline rows as lines of a given width: author, time, text, and the state of each message. */
import { inertLine, inertLines } from "@hibiki/node/inertText"
import { type Style, styled } from "../tty/style.ts"
import { fill, fitStart, textWidth, wrap } from "../tty/textWidth.ts"
import type { TimelineRow } from "./ScreenModel.ts"

export interface TimelineLine {
  readonly key: string
  readonly line: number
  readonly text: string
}

export const timelineLines = (rows: ReadonlyArray<TimelineRow>, columns: number): ReadonlyArray<TimelineLine> => {
  const lines: Array<TimelineLine> = []
  let day = ""
  for (const row of rows) {
    if ("at" in row) {
      const next = dayOf(row.at)
      if (next !== day) lines.push({ key: `day ${next}`, line: 0, text: styled(divider(next, columns), "dim") })
      day = next
    }
    const key = keyOf(row)
    linesOf(row, columns).forEach((text, line) => lines.push({ key, line, text }))
  }
  return lines
}

const keyOf = (row: TimelineRow): string => {
  switch (row._tag) {
    case "Message":
    case "Event":
      return `seq ${row.seq}`
    case "Pending":
      return `pending ${row.id}`
    case "Gap":
      return `gap ${row.key}`
    case "Unread":
      return "unread"
  }
}

const linesOf = (row: TimelineRow, columns: number): ReadonlyArray<string> => {
  switch (row._tag) {
    case "Message":
      return messageLines(row, columns)
    case "Event":
      return [styled(fitStart(`${numberOf(row.seq)} ${timeOf(row.at)} ${inertLine(row.text)}`, columns), "dim")]
    case "Pending":
      return body(
        `${" ".repeat(numberWidth)} ${row.failed ? "  !  " : "  …  "} ${inertLine(row.author)}: `,
        row.failed ? ["red"] : ["dim"],
        inertLines(row.text),
        [],
        ` (${inertLine(row.mark)})`,
        columns
      )
    case "Gap":
      return [styled(divider(row.text, columns), "yellow")]
    case "Unread":
      return [styled(divider("new", columns), "red")]
  }
}

const messageLines = (
  row: Extract<TimelineRow, { readonly _tag: "Message" }>,
  columns: number
): ReadonlyArray<string> => {
  const reply = row.replyTo === undefined ? "" : `↪#${row.replyTo} `
  const prefix = `${numberOf(row.seq)} ${timeOf(row.at)} ${fitStart(inertLine(row.author), Math.max(4, Math.floor(columns / 3)))}: `
  const text = row.deleted ? ["(deleted)"] : inertLines(`${reply}${row.text}`)
  const lines = body(
    prefix,
    [colorOf(row.authorId), "bold"],
    text,
    row.deleted ? ["dim"] : row.forMe ? ["bold", "yellow"] : [],
    row.edited && !row.deleted ? " (edited)" : "",
    columns
  )
  if (row.reactions.length === 0) return lines
  const reactions = row.reactions
    .map(({ count, emoji, mine }) => (mine ? `[${inertLine(emoji)} ${count}]` : `${inertLine(emoji)} ${count}`))
    .join("  ")
  const indent = " ".repeat(indentOf(prefix, columns))
  return [...lines, ...wrap(reactions, columns - indent.length).map((line) => `${indent}${styled(line, "yellow")}`)]
}

/** Prefix and text with a hanging indent; `suffix` follows the last line. */
const body = (
  prefix: string,
  prefixStyles: ReadonlyArray<Style>,
  text: ReadonlyArray<string>,
  styles: ReadonlyArray<Style>,
  suffix: string,
  columns: number
) => {
  const indent = indentOf(prefix, columns)
  const head = fitStart(prefix, columns)
  const alone = textWidth(head) > columns - 8
  const first = alone ? columns - indent : columns - textWidth(head)
  const lines: Array<string> = []
  text.forEach((part, index) => {
    // The first line is shorter or longer than the others. Wraps to the narrower of both, so that a text that fits once
    // always fits.
    const width = index === 0 ? Math.min(first, columns - indent) : columns - indent
    lines.push(...wrap(index === text.length - 1 ? part + suffix : part, width))
  })
  const shown = lines.map((line) => styled(line, ...styles))
  const pad = " ".repeat(indent)
  if (alone) return [styled(head, ...prefixStyles), ...shown.map((line) => pad + line)]
  return shown.map((line, index) => (index === 0 ? styled(head, ...prefixStyles) + line : pad + line))
}

const numberWidth = 4
const numberOf = (seq: number): string => `#${seq}`.padStart(numberWidth)
const indentOf = (prefix: string, columns: number): number =>
  columns < 60 ? Math.min(4, Math.max(0, columns - 8)) : Math.min(textWidth(prefix), Math.floor(columns / 3))

const colors: ReadonlyArray<Style> = ["green", "yellow", "blue", "magenta", "cyan"]
const colorOf = (id: string): Style => {
  let hash = 0
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0
  return colors[hash % colors.length] ?? "green"
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hour12: false })
const calendar = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" })
const timeOf = (at: number): string => clock.format(at)
const dayOf = (at: number): string => calendar.format(at)

const divider = (text: string, columns: number): string => {
  const label = fitStart(` ${text} `, columns)
  const left = "─".repeat(Math.max(0, Math.min(8, columns - textWidth(label))))
  return fill(left + label + "─".repeat(Math.max(0, columns - textWidth(left + label))), columns)
}
