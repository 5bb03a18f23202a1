/**
 * Places of sockets within one process: nothing if it has one gateway, whose own actors know them, and a map if it has
 * several.
 */
import { Effect, Layer } from "effect"
import type { NodeId } from "../domain/Ids.ts"
import { type SocketPlace, SocketPlaces } from "../ports/SocketPlaces.ts"

/** For a process that is the only gateway. */
export const SocketPlacesAlone = Layer.succeed(
  SocketPlaces,
  SocketPlaces.of({ take: () => undefined, leave: () => undefined, listen: () => Effect.void })
)

/** One entry for each open socket. */
export const SocketPlacesInProcess = Layer.sync(SocketPlaces, () => {
  const newest = new Map<string, SocketPlace>()
  const listeners = new Map<NodeId, (key: string) => void>()
  const nameOf = ({ device, instance }: SocketPlace): string => `${device}/${instance}`
  return SocketPlaces.of({
    take: (place) => {
      const before = newest.get(nameOf(place))
      newest.set(nameOf(place), place)
      if (before !== undefined && before.node !== place.node) listeners.get(before.node)?.(before.key)
    },
    leave: (place) => {
      const noted = newest.get(nameOf(place))
      if (noted?.node === place.node && noted.key === place.key) newest.delete(nameOf(place))
    },
    listen: (node, displaced) =>
      Effect.asVoid(
        Effect.acquireRelease(
          Effect.sync(() => listeners.set(node, displaced)),
          () => Effect.sync(() => listeners.delete(node))
        )
      )
  })
})
