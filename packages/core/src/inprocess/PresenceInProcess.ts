/**
 * Presence of one process, in maps. Correct as long as the process lives; after a start everyone is offline until they
 * reconnect.
 */
import { Clock, Effect, Layer, Stream } from "effect"
import type { UserId } from "../domain/Ids.ts"
import { presenceLimits } from "../domain/Limits.ts"
import type { UserPresence } from "../domain/Presence.ts"
import { Presence } from "../ports/Presence.ts"
import { makePresenceListeners, PresenceBook } from "./PresenceBook.ts"
import { stepsSince } from "./UserRecord.ts"

export interface PresenceBounds {
  /**
   * Users without a device whose last time online is remembered. Beyond it the one that left earliest is forgotten, and
   * looks unknown.
   */
  readonly offlineMax: number
}

export const presenceBounds: PresenceBounds = { offlineMax: 100_000 }

/** The port over a book, and a function that empties it. */
export const presenceOver = (book: PresenceBook) =>
  Effect.map(Effect.scope, (scope) => {
    const { listen, lose, tell, whenLost } = makePresenceListeners()
    const presence = Presence.of({
      report: (node, reports) =>
        Effect.suspend(() => {
          const changed = new Set<UserId>()
          for (const report of reports) if (book.take(node, report)) changed.add(report.userId)
          return tell([...changed])
        }),
      leave: (node) =>
        Effect.flatMap(Clock.currentTimeMillis, (at) =>
          Effect.suspend(() => tell(book.drop(node, at))).pipe(
            Effect.delay(presenceLimits.graceMs),
            // Called while scopes close, which is uninterruptible.
            Effect.interruptible,
            Effect.forkIn(scope),
            Effect.asVoid
          )
        ),
      read: (users) => Effect.sync(() => users.map((userId) => ({ userId, ...book.recordOf(userId).shown }))),
      online: Stream.suspend(() => slicesOf(book.connected)).pipe(
        Stream.mapEffect((users) =>
          Effect.zipRight(
            Effect.yieldNow(),
            Effect.sync(() => onlineOf(book, users))
          )
        )
      ),
      active: (users) => Effect.sync(() => new Set(users.filter((userId) => book.isActive(userId)))),
      steps: (users, since) =>
        Effect.sync(() =>
          [...new Set(users)]
            .flatMap((userId) => stepsSince(userId, book.recordOf(userId), since))
            .sort((a, b) => a.at - b.at)
        ),
      listen,
      whenLost
    })
    const flush = Effect.suspend(() => {
      book.clear()
      return Effect.zipRight(tell(undefined), lose())
    })
    return { presence, flush } as const
  })

/** Users between two turns of other fibers. */
const slice = 500

const slicesOf = (users: ReadonlyArray<UserId>): Stream.Stream<ReadonlyArray<UserId>> =>
  Stream.fromIterable(
    Array.from({ length: Math.ceil(users.length / slice) }, (_, i) => users.slice(i * slice, (i + 1) * slice))
  )

const onlineOf = (book: PresenceBook, users: ReadonlyArray<UserId>): ReadonlyArray<UserPresence> =>
  users.flatMap((userId) => {
    const { shown } = book.recordOf(userId)
    return shown.state === "offline" ? [] : [{ userId, ...shown }]
  })

export const presenceInProcess = ({ offlineMax }: PresenceBounds): Layer.Layer<Presence> =>
  Layer.scoped(
    Presence,
    Effect.suspend(() => Effect.map(presenceOver(new PresenceBook(offlineMax)), ({ presence }) => presence))
  )

export const PresenceInProcess = presenceInProcess(presenceBounds)
