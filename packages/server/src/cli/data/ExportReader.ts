/** Reads an export from its header to its end. Refuses one that is of another version, was changed or is incomplete. */

import { failed, misconfigured, type Problem, shown } from "@hibiki/node/Problem"
import { Effect, type Scope } from "effect"
import { knownVersion } from "../../sql/Migration.ts"
import { ownSchema } from "../../sql/ownSchema.ts"
import { decodeEnd, decodeHeader, type End, formatVersion, LineDigest, readLine } from "./ExportFormat.ts"
import { BrokenExport, readLines } from "./exportFiles.ts"

export class ExportReader {
  readonly #path: string
  readonly #source: AsyncGenerator<ReadonlyArray<string>, void, undefined>
  readonly #digest = new LineDigest()
  #isBegun = false
  #isOfOtherTables = false
  #end: End | undefined

  constructor(path: string) {
    this.#path = path
    this.#source = readLines(path)
  }

  /** Closed with the scope. */
  static open(path: string): Effect.Effect<ExportReader, never, Scope.Scope> {
    return Effect.acquireRelease(
      Effect.sync(() => new ExportReader(path)),
      (reader) => reader.close()
    )
  }

  /**
   * Returns the next lines between header and end, at least one. Returns undefined after the end, and only if the file
   * is complete and unchanged.
   */
  next(): Effect.Effect<ReadonlyArray<string> | undefined, Problem> {
    return Effect.flatMap(this.#read(), (lines): Effect.Effect<ReadonlyArray<string> | undefined, Problem> => {
      if (lines !== undefined)
        return Effect.flatMap(this.#take(lines), (body) => (body.length === 0 ? this.next() : Effect.succeed(body)))
      return this.#end === undefined
        ? this.#refuse(this.#isBegun ? "it is cut short" : "it is empty")
        : Effect.succeed(undefined)
    })
  }

  /** The end line of the file. Known after `next` has returned undefined. */
  get end(): End | undefined {
    return this.#end
  }

  /**
   * Whether the tables that it was exported from have another baseline, and so perhaps other columns. Known after the
   * first lines.
   */
  get isOfOtherTables(): boolean {
    return this.#isOfOtherTables
  }

  close(): Effect.Effect<void> {
    return Effect.promise(() =>
      this.#source.return().then(
        () => undefined,
        () => undefined
      )
    )
  }

  #take(lines: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>, Problem> {
    if (this.#end !== undefined) return this.#refuse("something stands behind its end")
    let body = lines
    if (!this.#isBegun) {
      const problem = this.#begin(lines[0] ?? "")
      if (problem !== undefined) return problem
      this.#isBegun = true
      body = lines.slice(1)
    }
    const last = readLine(body.at(-1) ?? "")
    if (last?.kind === "end") body = body.slice(0, -1)
    for (const line of body) this.#digest.add(line)
    if (last?.kind !== "end") return Effect.succeed(body)
    const found = this.#digest.end()
    this.#end = decodeEnd(last.json)
    const isWhole = this.#end?.lines === found.lines && this.#end.sha256 === found.sha256
    return isWhole ? Effect.succeed(body) : this.#refuse("it was changed after it was written")
  }

  #begin(line: string): Problem | undefined {
    const read = readLine(line)
    const header = read?.kind === "hibiki-export" ? decodeHeader(read.json) : undefined
    if (header === undefined) return this.#refuse("it does not begin as one")
    if (header.format > formatVersion)
      return misconfigured(
        `${this.#shown} is of a newer Hibiki (format ${header.format}, here ${formatVersion}): update this program.`
      )
    this.#isOfOtherTables = header.baseline !== ownSchema.baseline.fingerprint
    const known = knownVersion(ownSchema)
    if (header.tables === known) return undefined
    return misconfigured(
      header.tables > known
        ? `${this.#shown} is of a newer Hibiki (tables ${header.tables}, here ${known}): update this program.`
        : `${this.#shown} is of an older Hibiki (tables ${header.tables}, here ${known}): export again with this version.`
    )
  }

  #read(): Effect.Effect<ReadonlyArray<string> | undefined, Problem> {
    return Effect.tryPromise({
      try: async () => {
        const next = await this.#source.next()
        return next.done === true ? undefined : next.value
      },
      catch: (error) => (error instanceof BrokenExport ? this.#refuse(error.message) : this.#unread(error))
    })
  }

  #unread(error: unknown): Problem {
    const code = error instanceof Error && "code" in error ? error.code : undefined
    if (code === "ENOENT" || code === "ENOTDIR") return failed(`There is no file ${this.#shown}. Nothing was imported.`)
    if (code === "EISDIR") return failed(`${this.#shown} is a folder: name the file in it that holds the export.`)
    return failed(`${this.#shown} can't be read: ${error instanceof Error ? error.message : String(error)}`)
  }

  get #shown(): string {
    return this.#path === "-" ? "The standard input" : shown(this.#path)
  }

  #refuse(reason: string): Problem {
    return misconfigured(`${this.#shown} is no whole export of Hibiki: ${reason}. Nothing was imported.`)
  }
}
