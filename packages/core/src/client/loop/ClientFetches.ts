/**
 * Reads state by calls where events do not bring it: the snapshot, lines of the list, and the missing parts of open
 * feeds. Each call runs in its own fiber of the client's scope and hands its result to the loop. Bounds: one snapshot,
 * `linesAtOnce` lines and one repair per feed run at a time. A failed call is repeated after 1 to 30 s, or as soon as
 * there is a connection again. If more than `linesMost` lines are wanted at once, one snapshot replaces them.
 */
import { Cause, Effect, type Scope } from "effect"
import type { ConversationId } from "../../domain/Ids.ts"
import type { WithTimeout } from "../../fibers/Time.ts"
import { earliest } from "../connection/ClientTime.ts"
import { type Feed, nextRepair, type PagePlace, type Repair } from "../feed/Feed.ts"
import type { SnapshotSource, SourceNotFound, SourceUnavailable } from "../feed/SnapshotSource.ts"
import type { ClientCore } from "./ClientCore.ts"

const linesAtOnce = 4
const linesMost = 20
const [firstRetryMs, longestRetryMs] = [1_000, 30_000]
const callMs = 15_000

interface Retry {
  readonly failures: number
  readonly at: number
  /** The server asked not to retry before this time. */
  readonly leastAt: number
}

/** `apply` runs in the loop's next turn, with that turn's time. */
export type HandOver = (apply: (now: number) => void) => void

export class ClientFetches {
  readonly #core: ClientCore
  readonly #source: SnapshotSource["Type"]
  readonly #scope: Scope.Scope
  readonly #within: WithTimeout
  readonly #handOver: HandOver
  #snapshotWanted = false
  #snapshotRuns = false
  /** Snapshot calls that were answered or failed. */
  snapshotTries = 0
  readonly #linesWanted = new Set<ConversationId>()
  readonly #runs = new Set<string>()
  readonly #retries = new Map<string, Retry>()

  constructor(
    core: ClientCore,
    source: SnapshotSource["Type"],
    scope: Scope.Scope,
    within: WithTimeout,
    handOver: HandOver
  ) {
    this.#core = core
    this.#source = source
    this.#scope = scope
    this.#within = within
    this.#handOver = handOver
  }

  wantSnapshot(): void {
    this.#snapshotWanted = true
  }

  /** Now that there is a connection, repeats calls that failed without one at once. */
  hasten(): void {
    for (const [key, { leastAt }] of this.#retries) this.#retries.set(key, { failures: 0, at: leastAt, leastAt })
  }

  /** Starts the wanted calls that may run now. */
  pump(now: number): Effect.Effect<void> | undefined {
    const wanted = this.#core.logs.personal?.takeWanted()
    if (wanted?.snapshot === true) this.#snapshotWanted = true
    for (const id of wanted?.conversations ?? []) this.#linesWanted.add(id)
    if (this.#linesWanted.size > linesMost) this.#snapshotWanted = true
    const starts: Array<Effect.Effect<void>> = []
    if (this.#snapshotWanted && !this.#snapshotRuns && this.#mayRun("snapshot", now)) starts.push(this.#fetchSnapshot())
    if (!this.#snapshotWanted && !this.#snapshotRuns) {
      for (const id of this.#linesWanted) {
        if (this.#runs.size >= linesAtOnce) break
        if (this.#runs.has(id) || !this.#mayRun(id, now)) continue
        this.#linesWanted.delete(id)
        starts.push(this.#fetchLine(id))
      }
    }
    for (const feed of this.#core.logs.openFeeds()) {
      const key = feedKey(feed)
      if (this.#runs.has(key) || !this.#mayRun(key, now)) continue
      const repair = nextRepair(feed)
      if (repair !== undefined) starts.push(this.#repair(feed, repair, key))
    }
    const mayAsk = (id: ConversationId) => !this.#runs.has(receiptsKey(id)) && this.#mayRun(receiptsKey(id), now)
    for (const id of this.#core.receipts.take(mayAsk)) starts.push(this.#fetchReceipts(id))
    return starts.length === 0 ? undefined : Effect.asVoid(Effect.all(starts))
  }

  /** The time at which `pump` can start a call that still has to wait. */
  nextAt(): number | undefined {
    const waiting: Array<string> = []
    // Lines wait for the snapshot; its end starts a turn.
    if (!this.#snapshotRuns && this.#snapshotWanted) waiting.push("snapshot")
    else if (!this.#snapshotRuns && this.#runs.size < linesAtOnce) waiting.push(...this.#linesWanted)
    for (const feed of this.#core.logs.openFeeds()) if (nextRepair(feed) !== undefined) waiting.push(feedKey(feed))
    for (const id of this.#core.receipts.known()) waiting.push(receiptsKey(id))
    return earliest(...waiting.map((key) => (this.#runs.has(key) ? undefined : this.#retries.get(key)?.at)))
  }

  /** Reads one page of older rows below a seq, or below the newest held ones. Undefined: no rows are missing there. */
  older(
    conversationId: ConversationId,
    before: number | undefined
  ): Effect.Effect<void, SourceNotFound | SourceUnavailable> | undefined {
    const feed = this.#core.logs.feed(conversationId)
    const gap = before === undefined ? feed?.gaps.at(-1) : feed?.gaps.findLast((range) => range.from < before)
    if (feed === undefined || gap === undefined) return undefined
    const below = Math.min(gap.to + 1, before ?? Number.POSITIVE_INFINITY)
    return this.#page(feed, below > feed.cursor ? {} : { before: below })
  }

  /** Reads one page of newer rows above a seq. Undefined: no rows are missing there. */
  newer(
    conversationId: ConversationId,
    after: number
  ): Effect.Effect<void, SourceNotFound | SourceUnavailable> | undefined {
    const feed = this.#core.logs.feed(conversationId)
    const gap = feed?.gaps.find((range) => range.to > after)
    return feed === undefined || gap === undefined
      ? undefined
      : this.#page(feed, { after: Math.max(gap.from - 1, after) })
  }

  #page(feed: Feed, place: PagePlace): Effect.Effect<void, SourceNotFound | SourceUnavailable> {
    const { logs } = this.#core
    const { conversationId, resets } = feed
    const askedAt = logs.personal?.cursor ?? 0
    const take = (apply: () => void) =>
      this.#handOver(() => {
        if (this.#isSame(feed, resets)) apply()
      })
    return this.#source.page({ conversationId, ...place }).pipe(
      Effect.map((page) => take(() => logs.page(conversationId, page, place))),
      Effect.tapErrorTag("SourceNotFound", () => Effect.sync(() => take(() => logs.drop(conversationId, askedAt))))
    )
  }

  #mayRun(key: string, now: number): boolean {
    return now >= (this.#retries.get(key)?.at ?? 0)
  }

  #fetchSnapshot(): Effect.Effect<void> {
    const { logs } = this.#core
    this.#snapshotWanted = false
    this.#snapshotRuns = true
    this.#linesWanted.clear()
    return this.#run("snapshot", this.#source.snapshot, (snapshot) => {
      this.#snapshotRuns = false
      this.snapshotTries++
      if (snapshot === undefined) {
        this.#snapshotWanted = true
        return true
      }
      // On a socket, its store decides; without a socket, the snapshot's store does.
      if (this.#core.isWelcomed && logs.epoch !== snapshot.epoch) {
        this.#snapshotWanted = true
        return false
      }
      this.#core.enter(snapshot.me.userId, snapshot.epoch)
      logs.snapshot(snapshot)
      return true
    })
  }

  #fetchLine(id: ConversationId): Effect.Effect<void> {
    const { logs } = this.#core
    const { personal } = logs
    const askedAt = personal?.cursor ?? 0
    return this.#run(
      id,
      Effect.catchTag(Effect.asSome(this.#source.conversation(id)), "SourceNotFound", () => Effect.succeedNone),
      (line) => {
        if (line === undefined) this.#linesWanted.add(id)
        else if (personal !== logs.personal) return true
        else if (line._tag === "Some") logs.summary(line.value, askedAt)
        else logs.drop(id, askedAt)
        return true
      }
    )
  }

  #repair(feed: Feed, repair: Repair, key: string): Effect.Effect<void> {
    const { logs } = this.#core
    const { conversationId, resets } = feed
    const askedAt = logs.personal?.cursor ?? 0
    const call =
      repair._tag === "latest"
        ? this.#source.page({ conversationId })
        : this.#source.changedSince({ conversationId, asOf: repair.asOf, from: repair.from, to: repair.to })
    return this.#run(
      key,
      Effect.catchTag(Effect.asSome(call), "SourceNotFound", () => Effect.succeedNone),
      (page) => {
        if (page === undefined || !this.#isSame(feed, resets)) return true
        if (page._tag === "None") logs.drop(conversationId, askedAt)
        else if (repair._tag === "latest") logs.page(conversationId, page.value, {})
        else logs.changedSince(conversationId, page.value, repair.asOf, repair.from, repair.to)
        // If an answer changed nothing, do not repeat the request at once.
        const next = nextRepair(feed)
        return next === undefined || JSON.stringify(next) !== JSON.stringify(repair)
      }
    )
  }

  #fetchReceipts(conversationId: ConversationId): Effect.Effect<void> {
    const { hints, logs } = this.#core
    const { personal } = logs
    return this.#run(
      receiptsKey(conversationId),
      Effect.catchTag(this.#source.receipts(conversationId), "SourceNotFound", () => Effect.succeed([])),
      (receipts) => {
        if (receipts === undefined) this.#core.receipts.want(conversationId)
        else if (personal !== undefined && personal === logs.personal)
          hints.receipts(conversationId, receipts, personal.userId)
        return true
      }
    )
  }

  #isSame(feed: Feed, resets: number): boolean {
    return this.#core.logs.feed(feed.conversationId) === feed && feed.resets === resets
  }

  /** `take` gets the answer, or undefined if there was none, and returns whether it was useful. */
  #run<A>(
    key: string,
    call: Effect.Effect<A, SourceUnavailable>,
    take: (answer: A | undefined) => boolean
  ): Effect.Effect<void> {
    this.#runs.add(key)
    const end = (answer: A | undefined, leastMs: number) =>
      this.#handOver((now) => {
        this.#runs.delete(key)
        if (take(answer) && answer !== undefined) this.#retries.delete(key)
        else {
          const failures = this.#retries.get(key)?.failures ?? 0
          const delay = Math.max(leastMs, Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures, 10)))
          this.#retries.set(key, { failures: failures + 1, at: now + delay, leastAt: now + leastMs })
        }
      })
    return call.pipe(
      this.#within(callMs, () => ({ _tag: "SourceUnavailable", cause: "no answer in time" }) as const),
      Effect.matchCauseEffect({
        onSuccess: (answer) => Effect.sync(() => end(answer, 0)),
        onFailure: (cause) => {
          const failure = Cause.failureOption(cause)
          const leastMs =
            failure._tag === "Some" && "retryAfterMs" in failure.value ? (failure.value.retryAfterMs ?? 0) : 0
          end(undefined, leastMs)
          // Network failures are normal for a client; defects are not.
          return failure._tag === "Some"
            ? Effect.logDebug("A call was not answered", key, cause)
            : Effect.logError("A call died", key, cause)
        }
      }),
      Effect.forkIn(this.#scope),
      Effect.asVoid
    )
  }
}

const receiptsKey = (id: ConversationId): string => `receipts ${id}`

const feedKey = (feed: Feed): string => `feed ${feed.conversationId}`
