/**
 * The store's questions with millions of messages in its tables, on a private Postgres: how long each takes, how many
 * rows it reads and by which indexes. Prints a table, writes it into docs/performance.md, and ends with code 1 when a
 * question reads a large table from end to end or more rows than it should. Run by `npm run bench:plans`; `npm run
 * bench:plans -- 100000` takes so many messages and writes nothing.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Clock, Effect, Layer, Redacted } from "effect"
import { markdownTable, percentile, withSection } from "../../../core/bench/report.ts"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { migrate } from "../../src/sql/Migrations.ts"
import { sqlPostgres } from "../../src/sql/SqlPostgres.ts"
import { startPrivatePostgres } from "../../test/live/privatePostgres.ts"
import { fill, sizesOf } from "./LargeChat.ts"
import { type Question, questions } from "./questions.ts"
import { type Reading, readings, since } from "./readings.ts"

const usual = 10_000_000
const messages = Number(process.argv[2] ?? usual)
const repeats = 60
const heading =
  "## What the database is asked, with ten million messages\n\nMeasured by `npm run bench:plans` on 2 cores; rows are those of indexes and tables together."
const document = fileURLToPath(new URL("../../../../docs/performance.md", import.meta.url))
const note = (what: string) => process.stderr.write(`${what}\n`)

interface Answered {
  readonly question: Question
  readonly times: ReadonlyArray<number>
  /** Of one asking. */
  readonly rows: number
  readonly reading: Reading
}

/** On one connection: after the first few askings its plans are those that are kept. */
const answered = (question: Question) =>
  Effect.gen(function* () {
    for (let i = 0; i < 10; i++) yield* question.ask
    const before = yield* readings
    const times: Array<number> = []
    for (let i = 0; i < repeats; i++) {
      const startedAt = yield* Clock.currentTimeNanos
      yield* question.ask
      times.push(Number((yield* Clock.currentTimeNanos) - startedAt) / 1e6)
    }
    const reading = since(before, yield* readings)
    return { question, times, rows: reading.rows / repeats, reading } satisfies Answered as Answered
  })

const wrongIn = ({ question, reading, rows }: Answered): ReadonlyArray<string> => [
  ...[...reading.whole.keys()].map((table) => `${question.name}: ${table} was read from end to end`),
  ...(rows > question.rowsMax
    ? [`${question.name}: ${Math.round(rows)} rows were read, and ${question.rowsMax} are enough`]
    : [])
]

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 1)
const tableOf = (all: ReadonlyArray<Answered>): string =>
  markdownTable([
    ["question", "p50 ms", "p99 ms", "rows read", "by"],
    ...all.map(({ question, reading, rows, times }) => [
      question.name,
      ms(percentile(times, 50)),
      ms(percentile(times, 99)),
      Math.round(rows).toLocaleString("en"),
      [...reading.indexes]
        .sort(([, a], [, b]) => b - a)
        .map(([name]) => name)
        .join(", ")
    ])
  ])

const program = Effect.gen(function* () {
  yield* migrate()
  const startedAt = yield* Clock.currentTimeMillis
  const events = yield* fill(messages, note)
  note(`filled in ${Math.round(((yield* Clock.currentTimeMillis) - startedAt) / 1_000)} s`)
  const stores = yield* Layer.build(Layer.mergeAll(EventStoreSql, ConversationsSql))
  const all = yield* Effect.flatMap(Effect.provide(questions(sizesOf(messages)), stores), Effect.forEach(answered))
  return { all, events }
})

const postgres = await startPrivatePostgres()
try {
  const client = sqlPostgres({ url: Redacted.make(postgres.url), connections: 1, application: "bench plans" })
  const { all, events } = await Effect.runPromise(Effect.scoped(Effect.provide(program, client)))
  const table = `${heading}\n\n${postgres.version}, ${events.toLocaleString("en")} events, each question asked ${repeats} times on one connection.\n\n${tableOf(all)}`
  console.log(`\n${table}\n`)
  if (messages === usual) writeFileSync(document, withSection(readFileSync(document, "utf8"), "plans", table))
  const wrong = all.flatMap(wrongIn)
  for (const what of wrong) console.error(what)
  process.exitCode = wrong.length === 0 ? 0 : 1
} finally {
  await postgres.stop()
}
