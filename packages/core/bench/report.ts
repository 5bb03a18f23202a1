/** A bench's lines: what was measured, its budget, and whether it holds. */

export interface Measured {
  readonly what: string
  readonly value: number
  readonly unit: "ms" | "KB" | "MB" | "px" | ""
  readonly budget: number
  /**
   * Above it the bench fails. Times differ from machine to machine, so theirs lies higher than the budget; left out:
   * never fails.
   */
  readonly hard?: number
  /** How it was measured, in a few words. */
  readonly how: string
}

export const median = (values: ReadonlyArray<number>): number => percentile(values, 50)

export const percentile = (values: ReadonlyArray<number>, percent: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN
}

const shown = (value: number, unit: Measured["unit"]): string => {
  const digits = unit === "" ? (value > 0 && value < 1 ? 2 : 0) : value >= 100 ? 0 : 1
  return `${value.toFixed(digits)}${unit === "" ? "" : ` ${unit}`}`
}

/** NaN, of a measure that found nothing, is over. */
export const verdict = ({ budget, hard, value }: Measured): "ok" | "over" | "FAILED" =>
  value <= budget ? "ok" : hard !== undefined && !(value <= hard) ? "FAILED" : "over"

/** As Markdown, so that the same table stands in the terminal and in the docs. The first row holds the headings. */
export const markdownTable = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const [headings = [], ...lines] = rows
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0), 1))
  const line = (cells: ReadonlyArray<string>) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  return [line(headings), line(widths.map((width) => "-".repeat(width))), ...lines.map(line)].join("\n")
}

export const tableOf = (rows: ReadonlyArray<Measured>): string =>
  markdownTable([
    ["measure", "median", "budget", "", "how"],
    ...rows.map((row) => [row.what, shown(row.value, row.unit), shown(row.budget, row.unit), verdict(row), row.how])
  ])

/** A table's lines without the padding that only a terminal needs. */
const withoutPadding = (markdown: string): string =>
  markdown.replace(/^\|.*\|$/gm, (line) => line.replace(/ {2,}(?=\|)/g, " ").replace(/-{4,}/g, "---"))

/** Replaces what stands between a document's marks, or adds it at its end. */
export const withSection = (document: string, name: string, content: string): string => {
  const [from, to] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const section = `${from}\n${withoutPadding(content)}\n${to}`
  const [start, end] = [document.indexOf(from), document.indexOf(to)]
  if (start === -1 || end === -1) return `${document.trimEnd()}\n\n${section}\n`
  return document.slice(0, start) + section + document.slice(end + to.length)
}
