/** What is no whole export is refused before it counts, whatever is wrong with it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { afterAll } from "vitest"
import { endLine, formatVersion, headerLine, LineDigest, lineOf } from "../../../src/cli/data/ExportFormat.ts"
import { ExportReader } from "../../../src/cli/data/ExportReader.ts"
import { knownVersion } from "../../../src/sql/Migration.ts"
import { ownSchema } from "../../../src/sql/ownSchema.ts"

const folder = mkdtempSync(join(tmpdir(), "hibiki-export-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const known = knownVersion(ownSchema)
const header = {
  format: formatVersion,
  tables: known,
  baseline: ownSchema.baseline.fingerprint,
  at: "2026-01-01T00:00:00.000Z",
  program: "0.0.0"
}
const body = Array.from({ length: 3_000 }, (_, i) =>
  lineOf("events", JSON.stringify({ seq: i, body: { text: "響き".repeat(20) } }))
)

const fileOf = (lines: ReadonlyArray<string>, given: Partial<typeof header> = {}): string => {
  const digest = new LineDigest()
  for (const line of lines) digest.add(line)
  return `${[headerLine({ ...header, ...given }), ...lines, endLine(digest.end())].join("\n")}\n`
}

let files = 0
/** The lines of a file, or the sentence that refuses it. */
const read = (content: string | Buffer) =>
  Effect.gen(function* () {
    const path = join(folder, `${++files}`)
    writeFileSync(path, content)
    const reader = new ExportReader(path)
    const lines: Array<string> = []
    for (;;) {
      const next = yield* reader.next()
      if (next === undefined) return lines
      lines.push(...next)
    }
  }).pipe(
    Effect.mapError(({ exitCode, sentence }) => `${exitCode} ${sentence}`),
    Effect.either
  )

const refusalOf = (content: string | Buffer) =>
  Effect.map(read(content), (result) => (Either.isLeft(result) ? result.left : "taken"))

describe("an export that is read", () => {
  it.effect("gives its lines, packed or not, whatever the pieces in which it comes", () =>
    Effect.gen(function* () {
      const text = fileOf(body)
      assert.deepStrictEqual(yield* read(text), Either.right(body))
      assert.deepStrictEqual(yield* read(gzipSync(text)), Either.right(body))
      assert.deepStrictEqual(yield* read(fileOf([])), Either.right([]))
    })
  )

  it.effect("is refused when it is cut anywhere", () =>
    Effect.gen(function* () {
      const whole = Buffer.from(fileOf(body.slice(0, 4)))
      for (let length = 0; length < whole.length; length++)
        assert.match(
          yield* refusalOf(whole.subarray(0, length)),
          /^78 .*(cut short|is empty|does not begin as one)/,
          `at ${length}`
        )
      const packed = gzipSync(fileOf(body))
      for (const part of [0.1, 0.5, 0.99])
        assert.match(yield* refusalOf(packed.subarray(0, Math.floor(packed.length * part))), /^78 .*cut short/)
    })
  )

  it.effect("is refused when anything of it is another, more or less", () =>
    Effect.gen(function* () {
      const [text, changed] = [fileOf(body), /^78 .*was changed after it was written/]
      assert.match(yield* refusalOf(text.replace('"seq":7,', '"seq":8,')), changed)
      assert.match(yield* refusalOf(text.replace(`${body[5]}\n`, "")), changed)
      assert.match(yield* refusalOf(text.replace(`${body[5]}\n`, `${body[5]}\n${body[5]}\n`)), changed)
      assert.match(yield* refusalOf(text.replace(/"lines":\d+/, '"lines":"3000"')), changed)
      assert.match(yield* refusalOf(`${text}${body[0]}\n`), /^78 .*(cut short|behind its end)/)
    })
  )

  it.effect("is refused when it is of another version, or none at all", () =>
    Effect.gen(function* () {
      assert.match(
        yield* refusalOf(fileOf(body, { format: formatVersion + 1 })),
        /^78 .*newer Hibiki \(format 3, here 2\): update/
      )
      assert.match(yield* refusalOf(fileOf(body, { tables: known + 1 })), /^78 .*newer Hibiki \(tables/)
      assert.match(yield* refusalOf(fileOf(body, { tables: known - 1 })), /^78 .*older Hibiki .*export again/)
      assert.match(yield* refusalOf("{}\n"), /^78 .*does not begin as one/)
      assert.match(yield* refusalOf(Buffer.from([0xff, 0xfe, 0x0a, 0x0a])), /^78 .*no text/)
      assert.match(yield* refusalOf("x".repeat(5_000_000)), /^78 .*too long/)
      const missing = yield* Effect.flip(new ExportReader(join(folder, "missing")).next())
      assert.deepStrictEqual([missing.exitCode, /There is no file .*missing/.test(missing.sentence)], [1, true])
    })
  )
})
