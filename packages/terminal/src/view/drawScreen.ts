/** The whole screen as lines, from the model: pure, for any size of terminal. */
import { Limits } from "@hibiki/core/domain/Limits"
import { inertLine } from "@hibiki/node/inertText"
import { styled, toColumn } from "../tty/style.ts"
import { fill, fitEnd, fitStart, textWidth, wrap } from "../tty/textWidth.ts"
import type { Anchor, ConversationLine, ScreenModel, Tone } from "./ScreenModel.ts"
import { timelineLines } from "./timelineLines.ts"

export interface Drawn {
  /** One string for each row of the terminal, at most as wide as it. */
  readonly lines: ReadonlyArray<string>
  /** From 1. */
  readonly cursor: { readonly row: number; readonly column: number }
  /** Whether the view is at the first loaded line. */
  readonly atTop: boolean
  /** The position after a page up or down; undefined: at the newest line. */
  readonly pageUp: Anchor | undefined
  readonly pageDown: Anchor | undefined
}

const listColumns = 24
/** Narrower than this, the list shows only if no conversation is open. */
const twoPanesFrom = 72

export const drawScreen = (model: ScreenModel, size: { readonly columns: number; readonly rows: number }): Drawn => {
  // Below this, the terminal cuts the rest, since it does not wrap here.
  const columns = Math.max(8, size.columns)
  const rows = Math.max(1, size.rows)
  const hasTitle = rows >= 4
  const hasNotice = rows >= 5
  const height = Math.max(0, rows - 2 - (hasTitle ? 1 : 0) - (hasNotice ? 1 : 0))
  // A panel gets the whole width: people copy its content, such as a link, in one piece.
  const two = columns >= twoPanesFrom && model.panel === undefined
  const mainColumns = two ? columns - listColumns - 1 : columns
  const view = mainPane(model, mainColumns, height, two)
  const input = inputLine(model, columns)
  return {
    lines: [
      ...(hasTitle ? [titleLine(model, columns)] : []),
      ...(two
        ? beside(listPane(model.conversations, listColumns, height), view.lines, height)
        : padded(view.lines, height)),
      ...(hasNotice ? [styled(fitStart(inertLine(model.notice ?? ""), columns), "yellow")] : []),
      ...(rows >= 2 ? [statusLine(model, columns)] : []),
      input.text
    ],
    cursor: { row: rows, column: input.cursor },
    atTop: view.atTop,
    pageUp: view.pageUp,
    pageDown: view.pageDown
  }
}

const titleLine = (model: ScreenModel, columns: number): string =>
  styled(fill(` Hibiki  ${inertLine(model.title ?? "no conversation open")}`, columns), "reverse", "bold")

const toneStyle = { good: "green", busy: "yellow", bad: "red" } as const satisfies Record<Tone, string>

const statusLine = (model: ScreenModel, columns: number): string => {
  const { text, tone } = model.connection
  const waiting = [
    ...(model.unsent > 0 ? [`${model.unsent} unsent`] : []),
    ...(model.failed > 0 ? [`${model.failed} failed: /unsent`] : []),
    inertLine(model.who)
  ].join(" · ")
  // The state of the connection comes first, so that even a narrow terminal shows it.
  return styled(fill(` ${tone === "good" ? "●" : "○"} ${text} · ${waiting}`, columns), "reverse", toneStyle[tone])
}

const inputLine = (model: ScreenModel, columns: number): { readonly text: string; readonly cursor: number } => {
  const prompt = fitStart(model.prompt, Math.max(0, columns - 4))
  const room = Math.max(1, columns - textWidth(prompt) - 1)
  const before = fitEnd(model.input.hidden ? "" : inertLine(model.input.before), room)
  const after = fitStart(model.input.hidden ? "" : inertLine(model.input.after), Math.max(0, room - textWidth(before)))
  return { text: prompt + before + after, cursor: Math.min(columns, textWidth(prompt + before) + 1) }
}

interface Pane {
  readonly lines: ReadonlyArray<string>
  readonly atTop: boolean
  readonly pageUp: Anchor | undefined
  readonly pageDown: Anchor | undefined
}

const fixed = (lines: ReadonlyArray<string>): Pane => ({ lines, atTop: false, pageUp: undefined, pageDown: undefined })

const mainPane = (model: ScreenModel, columns: number, height: number, two: boolean): Pane => {
  if (model.panel !== undefined) {
    const { from, title } = model.panel
    const lines = model.panel.lines.flatMap((line) => (line === "" ? [""] : wrap(inertLine(line), columns)))
    const more = lines.length - from > height - 1 ? " · PageDown for more" : ""
    return fixed(
      [styled(fitStart(`${inertLine(title)} (Esc closes${more})`, columns), "bold"), ...lines.slice(from)].slice(
        0,
        height
      )
    )
  }
  if (model.title === undefined) {
    const list = two ? [] : listPane(model.conversations, columns, Math.max(0, height - 2))
    const empty =
      model.conversations.length === 0
        ? "No conversations yet: /dm HANDLE starts one."
        : "/open N opens a conversation."
    return fixed(
      [
        ...list,
        styled(fitStart(empty, columns), "dim"),
        styled(fitStart("/help lists the commands.", columns), "dim")
      ].slice(0, height)
    )
  }
  return timelinePane(model, columns, height)
}

const timelinePane = (model: ScreenModel, columns: number, height: number): Pane => {
  const all = timelineLines(model.rows, columns)
  const { anchor } = model
  const found = anchor === undefined ? -1 : all.findIndex((line) => line.key === anchor.key && line.line >= anchor.line)
  const bottom = found < 0 ? all.length - 1 : found
  const from = Math.max(0, bottom - height + 1)
  const anchorAt = (index: number): Anchor | undefined => {
    const line = index >= all.length - 1 ? undefined : all[Math.max(0, index)]
    return line === undefined ? undefined : { key: line.key, line: line.line }
  }
  const page = Math.max(1, height - 1)
  const lines = all.slice(from, bottom + 1).map((line) => line.text)
  return {
    // The newest line is at the bottom, next to the input.
    lines: [...Array.from({ length: Math.max(0, height - lines.length) }, () => ""), ...lines],
    atTop: from === 0,
    pageUp: anchorAt(Math.max(Math.min(height, all.length) - 1, bottom - page)),
    pageDown: anchorAt(bottom + page)
  }
}

const listPane = (
  conversations: ReadonlyArray<ConversationLine>,
  columns: number,
  height: number
): ReadonlyArray<string> => {
  const open = conversations.findIndex((each) => each.open)
  const from = Math.max(0, Math.min(open - Math.floor(height / 2), conversations.length - height))
  return conversations.slice(from, from + height).map((each) => {
    const unread = unreadText(each)
    const name = fill(
      `${String(each.number).padStart(2)} ${inertLine(each.title)}`,
      Math.max(0, columns - unread.length - (unread === "" ? 0 : 1))
    )
    const line = unread === "" ? name : `${name} ${unread}`
    return each.open ? styled(line, "reverse") : unread === "" ? line : styled(line, "bold")
  })
}

/** Unread messages, and after `@` the number of them that mention the user. */
const unreadText = ({ markedUnread, mentions, unread }: ConversationLine): string => {
  if (mentions > 0) return `${capped(unread)} @${capped(mentions)}`
  return unread > 0 ? capped(unread) : markedUnread ? "•" : ""
}

const capped = (count: number): string => (count >= Limits.unreadCap ? "99+" : String(count))

const padded = (lines: ReadonlyArray<string>, height: number): ReadonlyArray<string> =>
  Array.from({ length: height }, (_, row) => lines[row] ?? "")

/** The right pane begins at a fixed column, so that no odd character on the left can move it. */
const beside = (left: ReadonlyArray<string>, right: ReadonlyArray<string>, height: number): ReadonlyArray<string> =>
  Array.from(
    { length: height },
    (_, row) => `${left[row] ?? fill("", listColumns)}${toColumn(listColumns + 1)}│${right[row] ?? ""}`
  )
