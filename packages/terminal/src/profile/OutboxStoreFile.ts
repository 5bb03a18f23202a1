/**
 * An outbox in one file: each change is a line, synced before it counts. The file is rewritten when most of it is
 * history, and after a failure.
 */
import { copyFile, type FileHandle, open } from "node:fs/promises"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { OutboxStore, OutboxStoreFailed } from "@hibiki/core/client/outbox/OutboxStore"
import type { CommandId } from "@hibiki/core/domain/Ids"
import { releaseWithin } from "@hibiki/core/fibers/Time"
import { inTurn, readWhole, writeWhole } from "@hibiki/node/atomicFile"
import { Effect, Layer } from "effect"

/** Lines beyond the stored rows, after which the file is rewritten. */
const historyLinesMax = 1_000

type Line = { readonly put: ReadonlyArray<OutboxRow> } | { readonly remove: ReadonlyArray<CommandId> }

/** A disk that does not answer delays the end by no more than this. */
const closeWithin = "5 seconds"

export const outboxStoreFile = (path: string) =>
  Layer.scoped(
    OutboxStore,
    Effect.gen(function* () {
      const file = new OutboxFile(path)
      const attempt = <A>(operation: OutboxStoreFailed["operation"], run: () => Promise<A>) =>
        Effect.tryPromise({ try: run, catch: (cause) => new OutboxStoreFailed({ operation, cause }) })
      yield* Effect.addFinalizer(() => Effect.ignore(releaseWithin(closeWithin)(Effect.tryPromise(() => file.close()))))
      return OutboxStore.of({
        load: attempt("load", () => file.load()),
        put: (put) => attempt("put", () => file.change({ put })),
        remove: (remove) => attempt("remove", () => file.change({ remove }))
      })
    })
  )

/**
 * The state in memory is authoritative. Each change is written as a line of its own. After a failure the content of the
 * file is unknown, and the next change rewrites it.
 */
class OutboxFile {
  readonly #path: string
  readonly #rows = new Map<CommandId, OutboxRow>()
  /** Changes of the rows that are still to be written. */
  #unwritten: Array<Line> = []
  /** Open as long as it contains all other changes. */
  #file: FileHandle | undefined
  #lines = 0
  #isRead = false
  #isDamaged = false
  #isClosing = false

  constructor(path: string) {
    this.#path = path
  }

  async load(): Promise<ReadonlyArray<OutboxRow>> {
    await this.#read()
    // Also cuts off a line that a crash left half written: the next line must not be appended to it. If the write fails
    // now, the next change repeats it.
    await this.#write().catch(() => undefined)
    return [...this.#rows.values()]
  }

  /** A change without an effect also waits for those before it, and writes what they could not write. */
  change(line: Line): Promise<void> {
    if (apply(this.#rows, line)) this.#unwritten.push(line)
    return this.#write()
  }

  close(): Promise<void> {
    this.#isClosing = true
    return this.#write()
  }

  readonly #write = inTurn(async () => {
    if (this.#isClosing && this.#unwritten.length === 0) return this.#letGo()
    try {
      if (this.#file === undefined) await this.#rewrite()
      else await this.#append(this.#file)
    } catch (error) {
      await this.#letGo()
      throw error
    }
    if (this.#isClosing) await this.#letGo()
  })

  async #append(file: FileHandle): Promise<void> {
    const lines = this.#unwritten.splice(0)
    if (lines.length === 0) return
    await file.appendFile(lines.map(lineOf).join(""))
    await file.datasync()
    this.#lines += lines.length
    if (this.#lines > this.#rows.size + historyLinesMax) await this.#rewrite()
  }

  async #rewrite(): Promise<void> {
    await this.#letGo()
    // Content that could not be read is still there and must not be lost.
    if (!this.#isRead) await this.#read()
    if (this.#isDamaged) await copyFile(this.#path, `${this.#path}.damaged`)
    this.#isDamaged = false
    this.#unwritten = []
    await writeWhole(this.#path, this.#rows.size === 0 ? "" : lineOf({ put: [...this.#rows.values()] }))
    this.#file = await open(this.#path, "a", 0o600)
    this.#lines = 1
  }

  async #letGo(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close().catch(() => undefined)
  }

  /** Adds the content of the file, except rows that were put again since. */
  async #read(): Promise<void> {
    const text = (await readWhole(this.#path)) ?? ""
    const kept = new Map<CommandId, OutboxRow>()
    const whole = text.slice(0, text.lastIndexOf("\n") + 1)
    this.#isDamaged = !whole.split("\n").every((line) => line === "" || applyText(kept, line))
    for (const [id, row] of kept) if (!this.#rows.has(id)) this.#rows.set(id, row)
    this.#isRead = true
  }
}

const lineOf = (line: Line): string => `${JSON.stringify(line)}\n`

/** Whether it changes anything. */
const apply = (rows: Map<CommandId, OutboxRow>, line: Line): boolean => {
  if ("remove" in line) return line.remove.filter((id) => rows.delete(id)).length > 0
  for (const row of line.put) rows.set(row.id, row)
  return line.put.length > 0
}

/**
 * Returns false for a line that this file never wrote. The file was then damaged from outside, and this line and all
 * after it are moved aside.
 */
const applyText = (rows: Map<CommandId, OutboxRow>, text: string): boolean => {
  try {
    apply(rows, JSON.parse(text))
    return true
  } catch {
    return false
  }
}
