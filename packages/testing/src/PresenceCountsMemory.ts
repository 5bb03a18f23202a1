/** The history of presence in memory. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import type { CountsPoint, PeopleCount } from "@hibiki/core/domain/PresenceCounts"
import { PresenceCounts } from "@hibiki/core/ports/PresenceCounts"
import { Clock, Effect, Layer } from "effect"

interface Stored {
  readonly everybody: PeopleCount
  readonly conversations: ReadonlyMap<ConversationId, PeopleCount>
  readonly isComplete: boolean
}

const larger = (a: PeopleCount | undefined, b: PeopleCount): PeopleCount => ({
  online: Math.max(a?.online ?? 0, b.online),
  active: Math.max(a?.active ?? 0, b.active)
})

export const PresenceCountsMemory = Layer.sync(PresenceCounts, () => {
  const buckets = new Map<number, Stored>()
  let leader: { readonly holder: string; readonly until: number } | undefined
  const countIn = ({ conversations, everybody, isComplete }: Stored, conversationId: ConversationId | undefined) =>
    conversationId === undefined
      ? everybody
      : (conversations.get(conversationId) ?? (isComplete ? { online: 0, active: 0 } : undefined))
  return PresenceCounts.of({
    lead: (holder, forMs) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        if (leader !== undefined && leader.holder !== holder && leader.until > now) return false
        leader = { holder, until: now + forMs }
        return true
      }),
    counting: Effect.map(Clock.currentTimeMillis, (now) => leader !== undefined && leader.until > now),
    store: ({ at, conversations, everybody, isComplete }) =>
      Effect.sync(() => {
        const before = buckets.get(at)
        const merged = new Map(before?.conversations)
        for (const { conversationId, ...count } of conversations) {
          merged.set(conversationId, larger(merged.get(conversationId), count))
        }
        buckets.set(at, {
          everybody: larger(before?.everybody, everybody),
          conversations: merged,
          isComplete: isComplete && before?.isComplete !== false
        })
      }),
    points: (conversationId, { everyMs, from, until }) =>
      Effect.sync(() => {
        const points = new Map<number, CountsPoint>()
        for (const at of [...buckets.keys()].sort((a, b) => a - b)) {
          const bucket = buckets.get(at)
          const count = bucket && at >= from && at < until ? countIn(bucket, conversationId) : undefined
          const step = at - (at % everyMs)
          if (count !== undefined) points.set(step, { at: step, ...larger(points.get(step), count) })
        }
        return [...points.values()]
      })
  })
})
