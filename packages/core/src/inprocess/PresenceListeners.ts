/** Who in this process is told of changes in presence, and which gateways of losses. */
import { Effect } from "effect"
import type { NodeId, UserId } from "../domain/Ids.ts"
import { logThrown, makeListeners } from "../fibers/makeListeners.ts"
import type { Presence } from "../ports/Presence.ts"

export const makePresenceListeners = () => {
  const changes = makeListeners<ReadonlyArray<UserId> | undefined>()
  const losses = makeListeners<ReadonlyArray<NodeId> | undefined>()
  const whenLost: Presence["Type"]["whenLost"] = (node, listener) =>
    losses.listen((lost) => {
      if (lost === undefined || lost.includes(node)) listener()
    })
  /** Undefined: of all. */
  const tell = <Of>({
    tell: toldOf
  }: {
    readonly tell: (of: ReadonlyArray<Of> | undefined) => ReadonlyArray<unknown>
  }) => {
    return (of?: ReadonlyArray<Of>): Effect.Effect<void> =>
      of?.length === 0 ? Effect.void : Effect.suspend(() => logThrown("A listener of presence threw", toldOf(of)))
  }
  return {
    listen: changes.listen satisfies Presence["Type"]["listen"],
    whenLost,
    /** Users of whom others may see something new. */
    tell: tell(changes),
    /** What these gateways have reported may be lost. */
    lose: tell(losses)
  } as const
}
