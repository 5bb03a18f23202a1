/** How many people of a board are online, from the board's updates. */
import { Stream } from "effect"
import type { UserId } from "../domain/Ids.ts"
import type { PresenceState } from "../domain/Presence.ts"
import type { BoardUpdate, Occupancy } from "../protocol/rpc/PresenceRpcs.ts"

type States = ReadonlyMap<UserId, PresenceState>

/** Returns the states after an update: a snapshot replaces all of them. */
export const statesAfter = (states: States, { _tag, users }: BoardUpdate): States => {
  const next = new Map(_tag === "Snapshot" ? [] : states)
  for (const { state, userId } of users) next.set(userId, state)
  return next
}

export const occupancyOf = (states: States, at: number): Occupancy => {
  let [online, idle] = [0, 0]
  for (const state of states.values()) {
    if (state !== "offline") online++
    if (state === "idle") idle++
  }
  return { at, online, idle }
}

/** The occupancy after the snapshot, and then whenever a number changes. */
export const occupancies = <E>(updates: Stream.Stream<BoardUpdate, E>): Stream.Stream<Occupancy, E> =>
  Stream.mapAccum(updates, new Map<UserId, PresenceState>() as States, (states, update) => {
    const next = statesAfter(states, update)
    return [next, occupancyOf(next, update.at)]
  }).pipe(Stream.changesWith((a, b) => a.online === b.online && a.idle === b.idle))
