/** One PGlite thread for its owner: statements in, rows out, and an event at its end. */

import type { Worker } from "node:worker_threads"
import { Deferred, Effect } from "effect"
import { startPgliteThread } from "./pgliteEntry.ts"
import type { ThreadAppend, ThreadReply, ThreadRequest } from "./pgliteWorker.ts"

/** The result of a statement. `Lost`: the thread ended first, and nobody knows the result. */
export type ThreadAnswer =
  | { readonly _tag: "Rows"; readonly rows: ReadonlyArray<unknown> }
  | { readonly _tag: "Error"; readonly code: string | undefined; readonly message: string }
  | { readonly _tag: "Lost" }

export interface PgliteThread {
  /** Runs statements one after the other, in the given order. Calls `done` once. */
  readonly run: (
    request: Omit<ThreadRequest, "id"> | Omit<ThreadAppend, "id">,
    done: (answer: ThreadAnswer) => void
  ) => void
  /** Milliseconds since the oldest open statement was handed over; 0 if there is none. */
  readonly stuckMs: () => number
  /** Completes when the thread has ended, for any reason. */
  readonly ended: Effect.Effect<void>
  /** Lets open statements finish, closes the database and ends the thread. */
  readonly close: Effect.Effect<void>
  /** Ends the thread at once, as a kill would. */
  readonly kill: Effect.Effect<void>
}

/** Opens the database folder in a new thread. Fails with the reason if it does not open. */
export const openThread = (dataDir: string): Effect.Effect<PgliteThread, string> =>
  Effect.flatMap(Deferred.make<void>(), (ended) =>
    Effect.async<PgliteThread, string>((resume) => {
      const worker = startPgliteThread(dataDir)
      connect(worker, ended, (opened) => resume(opened))
      return Effect.promise(() => worker.terminate())
    })
  )

const connect = (
  worker: Worker,
  ended: Deferred.Deferred<void>,
  opened: (result: Effect.Effect<PgliteThread, string>) => void
): void => {
  const open = new Map<number, { readonly since: number; readonly done: (answer: ThreadAnswer) => void }>()
  let count = 0
  let hasEnded = false
  let problem = "the database thread ended while it opened the folder"
  const settle = (id: number, answer: ThreadAnswer) => {
    const waiting = open.get(id)
    open.delete(id)
    waiting?.done(answer)
  }
  const thread: PgliteThread = {
    run: (request, done) => {
      if (hasEnded) {
        // Later, so that a caller that retries at once leaves the event loop room to open the next thread.
        setImmediate(() => done({ _tag: "Lost" }))
        return
      }
      const id = ++count
      open.set(id, { since: performance.now(), done })
      worker.postMessage({ id, ...request } satisfies ThreadRequest | ThreadAppend)
    },
    stuckMs: () => {
      for (const { since } of open.values()) return performance.now() - since
      return 0
    },
    ended: Deferred.await(ended),
    close: Effect.zipRight(
      Effect.sync(() => worker.postMessage("close")),
      Deferred.await(ended)
    ),
    kill: Effect.asVoid(Effect.promise(() => worker.terminate()))
  }
  worker.on("message", (reply: ThreadReply) => {
    if (reply._tag === "Open") opened(Effect.succeed(thread))
    else if (reply._tag === "Failed") problem = reply.message
    else if (reply._tag !== "Closed") settle(reply.id, reply)
  })
  worker.on("error", (error) => {
    problem = error.message
  })
  worker.on("exit", () => {
    hasEnded = true
    opened(Effect.fail(problem))
    Deferred.unsafeDone(ended, Effect.void)
    for (const id of [...open.keys()]) settle(id, { _tag: "Lost" })
  })
}
