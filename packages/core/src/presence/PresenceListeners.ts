/** Who in this process is told of changes in presence, and which gateways of losses. One that throws keeps nobody else from the news. */
import { Cause, Effect, type Scope } from "effect"
import type { NodeId, UserId } from "../domain/Ids.ts"
import type { Presence } from "./Presence.ts"

export const makePresenceListeners = () => {
  const changes = makeListeners<ReadonlyArray<UserId> | undefined>()
  const losses = makeListeners<ReadonlyArray<NodeId> | undefined>()
  const whenLost: Presence["Type"]["whenLost"] = (node, listener) =>
    losses.listen((lost) => {
      if (lost === undefined || lost.includes(node)) listener()
    })
  return {
    listen: changes.listen satisfies Presence["Type"]["listen"],
    whenLost,
    /** Users of whom others may see something new; undefined: of all. */
    tell: (users: ReadonlyArray<UserId> | undefined): Effect.Effect<void> => (users?.length === 0 ? Effect.void : changes.tell(users)),
    /** What these gateways have reported may be lost; undefined: of all. */
    lose: (nodes?: ReadonlyArray<NodeId>): Effect.Effect<void> => (nodes?.length === 0 ? Effect.void : losses.tell(nodes))
  } as const
}

const makeListeners = <News>() => {
  // Replaced, never changed: a listener may end while the others are told.
  let all: ReadonlyArray<{ readonly call: (news: News) => void }> = []
  const tell = (news: News): Effect.Effect<void> =>
    Effect.suspend(() => {
      const thrown: Array<unknown> = []
      for (const listener of all) {
        try {
          listener.call(news)
        } catch (defect) {
          thrown.push(defect)
        }
      }
      return thrown.length === 0
        ? Effect.void
        : Effect.logError("A listener of presence threw", ...thrown.map((defect) => Cause.die(defect)))
    })
  const listen = (listener: (news: News) => void): Effect.Effect<void, never, Scope.Scope> =>
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
