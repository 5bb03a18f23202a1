/**
 * Counts the people online by buckets of five minutes, in one process of a cluster. It samples presence each minute, in
 * slices, and stores a bucket's counts when it is over. The ids that make a count distinct live in this process's
 * memory, and end with their bucket.
 */
import { Clock, Effect, Layer, Metric, Schedule, Stream } from "effect"
import type { ConversationId, UserId } from "../domain/Ids.ts"
import type { UserPresence } from "../domain/Presence.ts"
import { bucketAt, type PeopleCount, type PresenceBucket, presenceCountLimits } from "../domain/PresenceCounts.ts"
import { makeUuidV7 } from "../domain/Uuid.ts"
import { logFault } from "../fibers/logging.ts"
import { insertLeader, type Leader } from "../kernel/insertLeader.ts"
import { gauge } from "../metrics/declareMetric.ts"
import { Conversations, type Membership } from "../ports/Conversations.ts"
import { Presence } from "../ports/Presence.ts"
import { PresenceCounts } from "../ports/PresenceCounts.ts"

const { conversationsMax, sampleEveryMs } = presenceCountLimits

/** The right to count outlives one missed sample. */
const leadForMs = 2.5 * sampleEveryMs
/** A step that takes longer is given up. With the bucket's own time and a pause, no id is older than 9 minutes. */
const stepMaxMs = 180_000
/** Users whose memberships one statement reads. */
const membershipsSlice = 500
/** Tries to store a bucket again after a failure, before its counts are given up. */
const storeAgain = Schedule.intersect(Schedule.spaced("5 seconds"), Schedule.recurs(3))

/** The distinct people of one open bucket. */
export class OpenBucket {
  readonly #online = new Set<UserId>()
  readonly #active = new Set<UserId>()

  /** `at`: its start (ms since 1970). */
  constructor(readonly at: number) {}

  get online(): ReadonlySet<UserId> {
    return this.#online
  }

  add(users: ReadonlyArray<UserPresence>): void {
    for (const { state, userId } of users) {
      if (state === "offline") continue
      this.#online.add(userId)
      if (state === "active") this.#active.add(userId)
    }
  }

  isActive(userId: UserId): boolean {
    return this.#active.has(userId)
  }

  /** Returns the counts, with those of the conversations as `tally` has them. */
  close(tally: ReadonlyMap<ConversationId, PeopleCount>): PresenceBucket {
    const largest: Array<Leader<PresenceBucket["conversations"][number]>> = []
    for (const [conversationId, { active, online }] of tally) {
      insertLeader(largest, { item: { conversationId, online, active }, rank: online }, conversationsMax)
    }
    return {
      at: this.at,
      everybody: { online: this.#online.size, active: this.#active.size },
      conversations: largest.map(({ item }) => item),
      isComplete: tally.size <= conversationsMax
    }
  }
}

/**
 * Adds the memberships of distinct users of the bucket. A direct conversation has no counts: they would be the other
 * person's history.
 */
export const addMemberships = (
  tally: Map<ConversationId, PeopleCount>,
  memberships: ReadonlyArray<Pick<Membership, "kind" | "log" | "userId">>,
  bucket: OpenBucket
): void => {
  for (const { kind, log, userId } of memberships) {
    if (kind === "personal" || kind === "direct") continue
    const { active, online } = tally.get(log) ?? { active: 0, online: 0 }
    tally.set(log, { online: online + 1, active: active + (bucket.isActive(userId) ? 1 : 0) })
  }
}

/** The steps of counting; `held` is the open bucket with its ids. */
export const makeCollector = Effect.gen(function* () {
  const [presence, conversations, counts] = [yield* Presence, yield* Conversations, yield* PresenceCounts]
  const holder = yield* makeUuidV7
  let held: OpenBucket | undefined

  const store = (bucket: OpenBucket) =>
    Effect.gen(function* () {
      const tally = new Map<ConversationId, PeopleCount>()
      const users = [...bucket.online]
      for (let i = 0; i < users.length; i += membershipsSlice) {
        addMemberships(tally, yield* conversations.memberships(users.slice(i, i + membershipsSlice)), bucket)
      }
      const closed = bucket.close(tally)
      yield* Effect.retry(counts.store(closed), storeAgain)
    })
  /** Lets go of the ids before the bucket is stored, so that a failure leaves none behind. */
  const release = Effect.sync(() => {
    const bucket = held
    held = undefined
    return bucket
  })
  const sample = (at: number) =>
    Effect.suspend(() => {
      held ??= new OpenBucket(at)
      const bucket = held
      return Effect.zipRight(
        Stream.runForEach(presence.online, (users) => Effect.sync(() => bucket.add(users))),
        Effect.suspend(() => Metric.set(countedPeople, bucket.online.size))
      )
    })
  const drop = Effect.zipRight(release, Metric.set(countedPeople, 0))

  /** One sample: closes the bucket before, if it is over. */
  const step = Effect.gen(function* () {
    const at = bucketAt(yield* Clock.currentTimeMillis)
    const over = held !== undefined && held.at !== at ? yield* release : undefined
    if (!(yield* counts.lead(holder, leadForMs))) return yield* drop
    if (over !== undefined) yield* Effect.catchAllCause(store(over), logFault("Counts of presence are lost"))
    yield* sample(at)
  }).pipe(Effect.timeout(stepMaxMs))

  return { step, held: () => held } as const
})

/** At the start, and then at each full minute, so that a bucket is closed as soon as it is over. */
const PresenceCollector = Layer.scopedDiscard(
  Effect.gen(function* () {
    const { step } = yield* makeCollector
    yield* Effect.catchAllCause(step, logFault("Presence could not be counted; trying again in a minute")).pipe(
      Effect.zipRight(Clock.currentTimeMillis),
      Effect.flatMap((now) => Effect.sleep(sampleEveryMs - (now % sampleEveryMs))),
      Effect.forever,
      Effect.forkScoped
    )
  })
)

/** Whether the server records how many people were online. */
export type PresenceHistorySetting = "off" | "counts"

export const presenceCollector = (history: PresenceHistorySetting = "counts") =>
  history === "off" ? Layer.empty : PresenceCollector

/** Metrics of the history of presence. */
export const countedPeople = gauge("hibiki_presence_counted_people", {
  unit: "people",
  description: "People whom the open bucket of presence counts. 0 in a process that does not count."
})
