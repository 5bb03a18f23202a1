/** How many of a board's people were online, minute by minute, worked out from their changes. */
import type { UserId } from "../domain/Ids.ts"
import { PresenceLimits, type UserPresence } from "../domain/Presence.ts"
import type { PresenceStep } from "../ports/Presence.ts"

const minuteMs = 60_000

/** The first of the moments that are counted. */
export const countedFrom = (at: number): number => at - (PresenceLimits.boardMinutes - 1) * minuteMs

/**
 * How many of `users` were active or idle at `at` and at each full minute before it, the newest last: by the state that
 * holds now, as far back as it does, and by the changes before that. What neither tells counts as offline.
 */
export const onlineCounts = (
  users: ReadonlyArray<UserPresence>,
  steps: ReadonlyArray<PresenceStep>,
  at: number
): ReadonlyArray<number> => {
  const byUser = new Map<UserId, Array<PresenceStep>>(users.map(({ userId }) => [userId, []]))
  for (const step of steps) byUser.get(step.userId)?.push(step)
  const counts = new Array<number>(PresenceLimits.boardMinutes).fill(0)
  for (const user of users) addUser(counts, user, byUser.get(user.userId) ?? [], at)
  return counts
}

const addUser = (counts: Array<number>, user: UserPresence, steps: ReadonlyArray<PresenceStep>, at: number): void => {
  const isOnlineNow = user.state !== "offline"
  let next = 0
  let online = false
  for (let minute = 0; minute < counts.length; minute++) {
    const moment = countedFrom(at) + minute * minuteMs
    for (let step = steps[next]; step !== undefined && step.at <= moment; step = steps[++next]) {
      online = step.state !== "offline"
    }
    const held = user.since !== undefined && user.since <= moment ? isOnlineNow : online
    // The newest is what the board's own list says, whatever was told of earlier moments.
    if (moment === at ? isOnlineNow : held) counts[minute] = (counts[minute] ?? 0) + 1
  }
}
