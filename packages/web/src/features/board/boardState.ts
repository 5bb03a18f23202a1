/** The state of a presence board, and how an update or a passing minute changes it. Plain rules: no clock, no page. */

import type { UserId } from "@hibiki/core/domain/Ids"
import { shownName } from "@hibiki/core/domain/NameRules"
import type { Person } from "@hibiki/core/domain/Person"
import type { DeviceKind, PresenceState, UserPresence } from "@hibiki/core/domain/Presence"
import type { BoardUpdate } from "@hibiki/core/protocol/rpc/PresenceRpcs"

export interface BoardState {
  readonly people: ReadonlyMap<UserId, Person>
  readonly users: ReadonlyMap<UserId, UserPresence>
  /**
   * The number of people online at the end of each of the last minutes, the newest last. As many entries as the
   * snapshot had.
   */
  readonly history: ReadonlyArray<number>
  /** The time of the last entry of `history`, by this device's clock. */
  readonly historyAt: number
  /** The time of the last update, by the server's clock. */
  readonly at: number
}

/** `now`: the time of this device's clock. An update before the first snapshot is ignored. */
export const afterUpdate = (
  state: BoardState | undefined,
  update: BoardUpdate,
  now: number
): BoardState | undefined => {
  if (update._tag === "Snapshot")
    return {
      people: new Map(
        update.people.map((person) => [person.userId, { ...person, displayName: shownName(person.displayName) }])
      ),
      users: new Map(update.users.map((user) => [user.userId, user])),
      history: update.online,
      historyAt: now,
      at: update.at
    }
  if (state === undefined) return undefined
  const users = new Map(state.users)
  for (const user of update.users) users.set(user.userId, user)
  return { ...afterMinutes(state, now), users, at: update.at }
}

const minuteMs = 60_000

/**
 * Moves the history forward: each minute that has passed gets the present number of people online. Returns the same
 * state when none passed.
 */
export const afterMinutes = (state: BoardState, now: number): BoardState => {
  const passed = Math.floor((now - state.historyAt) / minuteMs)
  if (passed <= 0 || state.history.length === 0) return state
  const online = totalsOf(state).online
  const added = Array.from({ length: Math.min(passed, state.history.length) }, () => online)
  return {
    ...state,
    history: [...state.history.slice(added.length), ...added],
    historyAt: state.historyAt + passed * minuteMs
  }
}

export interface Totals {
  readonly online: number
  readonly active: number
  readonly idle: number
  readonly offline: number
  /** The number of people online by kind of device; one person may be on several. */
  readonly kinds: Readonly<Record<DeviceKind, number>>
}

export const totalsOf = (state: Pick<BoardState, "users">): Totals => {
  const counts = { active: 0, idle: 0, offline: 0 }
  const kinds = { browser: 0, terminal: 0, bot: 0 }
  for (const user of state.users.values()) {
    counts[user.state]++
    for (const kind of user.kinds) kinds[kind]++
  }
  return { ...counts, online: counts.active + counts.idle, kinds }
}

/** The last hour for the chart and its text: the minutes before, and now. */
export interface Hour {
  readonly points: ReadonlyArray<number>
  readonly now: number
  readonly most: number
  readonly fewest: number
}

export const hourOf = (state: BoardState): Hour => {
  const now = totalsOf(state).online
  const points = [...state.history, now]
  return { points, now, most: Math.max(...points), fewest: Math.min(...points) }
}

export type SortKey = "state" | "name" | "since"

export interface Line {
  readonly userId: UserId
  readonly name: string
  readonly state: PresenceState
  readonly kinds: ReadonlyArray<DeviceKind>
  readonly since: number | undefined
}

const stateOrder: Readonly<Record<PresenceState, number>> = { active: 0, idle: 1, offline: 2 }

/** Calls `nameOf` for people that no snapshot named. Orders ties by name, then by id, so that the order is stable. */
export const linesOf = (
  state: BoardState,
  nameOf: (userId: UserId) => string,
  compare: (a: string, b: string) => number,
  sort: { readonly key: SortKey; readonly descending: boolean }
): ReadonlyArray<Line> => {
  const lines = [...state.users.values()].map(
    (user): Line => ({
      userId: user.userId,
      name: state.people.get(user.userId)?.displayName ?? nameOf(user.userId),
      state: user.state,
      kinds: user.kinds,
      since: user.since
    })
  )
  const byName = (a: Line, b: Line) => compare(a.name, b.name) || (a.userId < b.userId ? -1 : 1)
  const byKey: Readonly<Record<SortKey, (a: Line, b: Line) => number>> = {
    state: (a, b) => stateOrder[a.state] - stateOrder[b.state],
    name: (a, b) => compare(a.name, b.name),
    // The newest change first; unknown times last.
    since: (a, b) => (b.since ?? Number.NEGATIVE_INFINITY) - (a.since ?? Number.NEGATIVE_INFINITY) || 0
  }
  const sign = sort.descending ? -1 : 1
  return lines.sort((a, b) => sign * byKey[sort.key](a, b) || byName(a, b))
}
