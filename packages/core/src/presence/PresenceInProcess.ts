/** Presence of one process, in maps. Right as long as the process lives; after a start everybody is offline until they come back. */
import { Cause, Effect, Layer } from "effect"
import type { UserId } from "../domain/Ids.ts"
import { Presence } from "./Presence.ts"
import { PresenceBook } from "./PresenceBook.ts"
import { stepsSince } from "./UserRecord.ts"

export interface PresenceBounds {
  /** Users without a device whose last sight is remembered. Beyond it the one that left earliest is forgotten, and looks as if never heard of. */
  readonly offlineMax: number
}

export const presenceInProcess = ({ offlineMax }: PresenceBounds): Layer.Layer<Presence> =>
  Layer.sync(Presence, () => {
    const book = new PresenceBook(offlineMax)
    const { listen, tell } = makeListeners()
    return Presence.of({
      report: (node, reports) =>
        Effect.suspend(() => {
          const changed = new Set<UserId>()
          for (const report of reports) if (book.take(node, report)) changed.add(report.userId)
          return tell([...changed])
        }),
      leave: (node, at) => Effect.suspend(() => tell(book.drop(node, at))),
      read: (users) => Effect.sync(() => users.map((userId) => ({ userId, ...book.recordOf(userId).shown }))),
      steps: (users, since) =>
        Effect.sync(() =>
          [...new Set(users)].flatMap((userId) => stepsSince(userId, book.recordOf(userId), since)).sort((a, b) => a.at - b.at)
        ),
      listen
    })
  })

export const PresenceInProcess = presenceInProcess({ offlineMax: 100_000 })

const makeListeners = () => {
  // Replaced, never changed: a listener may end while the others are told.
  let all: ReadonlyArray<{ readonly call: (users: ReadonlyArray<UserId>) => void }> = []
  const tell = (users: ReadonlyArray<UserId>): Effect.Effect<void> => {
    if (users.length === 0) return Effect.void
    const thrown: Array<unknown> = []
    for (const listener of all) {
      try {
        listener.call(users)
      } catch (defect) {
        thrown.push(defect)
      }
    }
    return thrown.length === 0 ? Effect.void : Effect.logError("A listener of presence threw", ...thrown.map((defect) => Cause.die(defect)))
  }
  const listen: Presence["Type"]["listen"] = (listener) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        const added = { call: listener }
        all = [...all, added]
        return added
      }),
      (added) =>
        Effect.sync(() => {
          all = all.filter((other) => other !== added)
        })
    ).pipe(Effect.asVoid)
  return { tell, listen } as const
}
