/** How long the page takes for large or hostile input. */
import { describe, it } from "@effect/vitest"
import { expectFigure } from "../../../../../scripts/figures.mjs"
import { mentionable, mentionLines } from "../../../src/features/chat/composer/mentionRules.ts"
import { parseMessage } from "../../../src/features/chat/text/grammar.ts"
import { mentionPieces } from "../../../src/features/chat/text/mentionPieces.ts"
import { timelineItems } from "../../../src/features/chat/timeline/timelineItems.ts"
import { atBest } from "../../atBest.ts"
import { conversationId, postedRow, shownRow, userId } from "../../fixtureApp.tsx"
import { markup } from "./markup.ts"

const quickly = (name: string, bound: number, run: () => void) =>
  expectFigure({ name, measured: atBest(bound, run), bound, unit: "ms" })

const noon = new Date(2026, 10, 24, 12).getTime()
const person = (n: number, handle: string, displayName = handle) => ({ userId: userId(n), handle, displayName })
const bookOf = (...handles: ReadonlyArray<string>) =>
  new Map(handles.map((handle, n) => [handle, person(n + 2, handle)]))

describe("the time", () => {
  it("of a text grows no faster than the text when mentions are found, for the worst text", () => {
    const known = bookOf(...Array.from({ length: 32 }, (_, n) => "x".repeat(n + 1)), "ben")
    const worst = ["@", "@x", "@aki ", "@aki", "@ben ", `@${"x".repeat(32)} `, `@${"x".repeat(40)}`, "x", "＠x.-"]
    for (const part of worst) {
      const longer = part.repeat(Math.ceil(32_000 / part.length)).slice(0, 32_000)
      quickly(`mentions found in 32,000 of ${JSON.stringify(part)}`, 240, () => mentionPieces(longer, known, "aki"))
    }
  })

  it("of a text grows no faster than the text when it is parsed, for the worst text", () => {
    const worst = [
      ...markup,
      "**a ",
      "*a _b ~~c ||d ",
      "`a",
      "``a",
      "https://u@",
      "```\n",
      "> - 1. ",
      "(((",
      "a_",
      "||**~~_*",
      "http://例"
    ]
    const fill = (part: string, length: number) => part.repeat(Math.ceil(length / part.length)).slice(0, length)
    for (const part of worst) {
      const [message, longer] = [fill(part, 4_000), fill(part, 32_000)]
      quickly(`4,000 of ${JSON.stringify(part)} parsed`, 30, () => parseMessage(message))
      // Eight times the longest message; squares would take seconds.
      quickly(`32,000 of ${JSON.stringify(part)} parsed`, 240, () => parseMessage(longer))
    }
  })

  it("of offering people is within a frame for as many as a conversation has", () => {
    const many = Array.from({ length: 5_000 }, (_, n) => mentionable(person(n, `user${n}`, `佐藤 User ${n}`)))
    for (const typed of ["", "4", "佐藤user49"])
      quickly(`"${typed}" looked for among 5,000 people`, 20, () => void mentionLines(many, typed, []))
  })

  it("of a change among 20,000 rows is within a frame", () => {
    const entries = Array.from({ length: 20_000 }, (_, i) =>
      shownRow(postedRow(i + 1, userId(2), `text ${i}`, noon + i))
    )
    const many = { conversationId, version: 1, epoch: null, cursor: 20_000, entries, pending: [], failed: [] }
    const options = { me: userId(1), unreadAfter: undefined }
    const before = timelineItems(many, options)
    quickly("a change among 20,000 rows", 33, () => timelineItems(many, options, before))
    // Beginning anew is rare, and still soon enough.
    quickly("20,000 rows anew", 150, () => timelineItems(many, options))
  })
})
