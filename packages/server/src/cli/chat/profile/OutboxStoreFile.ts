/** An outbox in one file: each change is a line, synced before it counts; rewritten whole when most of it is history. */
import { type FileHandle, open, rename } from "node:fs/promises"
import type { OutboxRow } from "@hibiki/core/client/OutboxRow"
import { OutboxStore, OutboxStoreFailed } from "@hibiki/core/client/OutboxStore"
import type { CommandId } from "@hibiki/core/domain/Ids"
import { Effect, Layer } from "effect"
import { readWhole, writeWhole } from "./atomicFile.ts"

/** Lines beyond the rows kept, after which the file is rewritten. */
const historyLinesMax = 1_000

type Line = { readonly put: ReadonlyArray<OutboxRow> } | { readonly remove: ReadonlyArray<CommandId> }

export const outboxStoreFile = (path: string) =>
  Layer.scoped(
    OutboxStore,
    Effect.gen(function* () {
      const rows = new Map<CommandId, OutboxRow>()
      let lines = 0
      let file: FileHandle | undefined
      yield* Effect.addFinalizer(() => Effect.promise(async () => file?.close().catch(() => undefined)))

      const attempt = <A>(operation: OutboxStoreFailed["operation"], run: () => Promise<A>) =>
        Effect.tryPromise({ try: run, catch: (cause) => new OutboxStoreFailed({ operation, cause }) })

      const rewrite = async () => {
        await file?.close()
        file = undefined
        await writeWhole(path, rows.size === 0 ? "" : lineOf({ put: [...rows.values()] }))
        file = await open(path, "a", 0o600)
        lines = 1
      }
      const append = async (line: Line) => {
        if (file === undefined) await rewrite()
        await file?.appendFile(lineOf(line))
        await file?.datasync()
        if (++lines > rows.size + historyLinesMax) await rewrite()
      }
      return OutboxStore.of({
        load: attempt("load", async () => {
          rows.clear()
          const text = (await readWhole(path)) ?? ""
          const whole = text.slice(0, text.lastIndexOf("\n") + 1)
          if (!whole.split("\n").every((line) => line === "" || apply(rows, line))) await rename(path, `${path}.damaged`)
          // Also cuts off what a crash left half written: the next line must not be appended to it.
          await rewrite()
          return [...rows.values()]
        }),
        put: (put) =>
          attempt("put", async () => {
            for (const row of put) rows.set(row.id, row)
            await append({ put })
          }),
        remove: (ids) =>
          attempt("remove", async () => {
            const kept = ids.filter((id) => rows.delete(id))
            if (kept.length > 0) await append({ remove: kept })
          })
      })
    })
  )

const lineOf = (line: Line): string => `${JSON.stringify(line)}\n`

/** False for a line that this file never wrote: then it was damaged from outside, and is set aside with what follows. */
const apply = (rows: Map<CommandId, OutboxRow>, text: string): boolean => {
  try {
    const line: Line = JSON.parse(text)
    if ("put" in line) for (const row of line.put) rows.set(row.id, row)
    else for (const id of line.remove) rows.delete(id)
    return true
  } catch {
    return false
  }
}
