/**
 * Reads a gateway's read cells from the store: all cells of a user who arrives, and the changed cells of all users here
 * after a possible loss. Cells are in no log, so no head reveals a lost one: they are read again wherever heads are
 * compared at once.
 */
import { Context, Effect } from "effect"
import type { UserId } from "../../domain/Ids.ts"
import type { ReadCell } from "../../domain/ReadCell.ts"
import { singleFlight } from "../../fibers/Background.ts"
import { makeBatcher } from "../../fibers/Batcher.ts"
import { logFault, makeOutageLog } from "../../fibers/logging.ts"
import { retryBackoff } from "../../fibers/repeating.ts"
import { Conversations } from "../../ports/Conversations.ts"
import type { StoreUnavailable } from "../../ports/EventStore.ts"

/** Users of one query for all their cells, and of one for changed cells. */
const usersMax = 500
const usersAgainMax = 200
/** Pause between two of the latter, so that gateways with many users do not occupy the store all at once. */
const pause = "250 millis"
/** A cell has the time when its transaction began, and becomes readable up to this much later (ms). */
const transactionMaxMs = 10_000

const notRead = "Read cursors could not be read again"

export class ReadCellReader extends Context.Tag("@hibiki/core/gateway/ReadCellReader")<
  ReadCellReader,
  {
    /**
     * Reads all read cells of a user, as part of one query for many. Call it once the fan-out receives the personal
     * log.
     */
    readonly cellsOf: (userId: UserId) => Effect.Effect<ReadonlyArray<ReadCell>, StoreUnavailable>
    /** Passes on the cells that changed since the last call. Retries until the store answers. */
    readonly readAgain: Effect.Effect<void>
  }
>() {}

/** `users`: all users here. `tell` gets the cells that were read again. */
export const makeReadCellReader = (
  users: () => ReadonlyArray<UserId>,
  tell: (userId: UserId, cells: ReadonlyArray<ReadCell>) => void
) =>
  Effect.gen(function* () {
    const conversations = yield* Conversations
    const away = makeOutageLog("Read cursors could not be read again; trying again", "Read cursors can be read again")
    const cellsOf = yield* makeBatcher(usersMax, (asked: ReadonlyArray<UserId>) =>
      Effect.map(conversations.readCells([...new Set(asked)], 0), ({ of }) =>
        asked.map((userId) => of.get(userId) ?? [])
      )
    )

    // A user who arrives gets every cell; this reads only written ones.
    let since = 1
    const readAgain = Effect.gen(function* () {
      const all = users()
      let begunAt: number | undefined
      for (let from = 0; from === 0 || from < all.length; from += usersAgainMax) {
        const { now, of } = yield* conversations.readCells(all.slice(from, from + usersAgainMax), since).pipe(
          Effect.tapError(({ cause }) => away.met(cause)),
          Effect.retry(retryBackoff),
          Effect.zipLeft(away.over)
        )
        begunAt ??= now
        for (const [userId, cells] of of) if (cells.length > 0) tell(userId, cells)
        if (from + usersAgainMax < all.length) yield* Effect.sleep(pause)
      }
      since = Math.max(since, (begunAt ?? 0) - transactionMaxMs)
    })
    return {
      cellsOf,
      readAgain: singleFlight(Effect.catchAllCause(readAgain, logFault(notRead)), notRead)
    }
  })
