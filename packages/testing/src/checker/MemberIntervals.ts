/** When users were members of a conversation, in seqs of its log, from its final events. */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { FinalLog } from "./History.ts"

export interface MemberInterval {
  /** The event that made the user a member. */
  readonly from: number
  /** The event that ended it, which its user still reads; infinite while it lasts. */
  readonly to: number
}

export const memberIntervals = (log: FinalLog): ReadonlyMap<UserId, ReadonlyArray<MemberInterval>> => {
  const always: ReadonlyArray<MemberInterval> = [{ from: 0, to: Number.POSITIVE_INFINITY }]
  if (log.kind === "personal" || log.kind === "direct") return new Map(log.members.map((userId) => [userId, always]))
  const intervals = new Map<UserId, Array<MemberInterval>>()
  const open = (userId: UserId, from: number) => {
    const known = intervals.get(userId)
    if (known === undefined) intervals.set(userId, [{ from, to: Number.POSITIVE_INFINITY }])
    else if (known[known.length - 1]?.to !== Number.POSITIVE_INFINITY)
      known.push({ from, to: Number.POSITIVE_INFINITY })
  }
  for (const event of log.events) {
    if (event.kind === "created") for (const userId of event.members) open(userId, event.seq)
    else if (event.kind === "joined") for (const userId of event.userIds) open(userId, event.seq)
    else if (event.kind === "left") {
      const known = intervals.get(event.userId)
      const last = known?.pop()
      if (last !== undefined) known?.push(last.to === Number.POSITIVE_INFINITY ? { ...last, to: event.seq } : last)
    }
  }
  return intervals
}

/** The membership that lasts to the end of the log. */
export const lastingMembership = (intervals: ReadonlyArray<MemberInterval> | undefined): MemberInterval | undefined => {
  const last = intervals?.[intervals.length - 1]
  return last?.to === Number.POSITIVE_INFINITY ? last : undefined
}
