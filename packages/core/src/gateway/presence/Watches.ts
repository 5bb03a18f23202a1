/** Who of a gateway's sockets watches whom: rights judged again and again, changes told once a second at most. */
import { Effect } from "effect"
import type { UserId } from "../../domain/Ids.ts"
import type { UserPresence } from "../../domain/Presence.ts"
import { presenceLimits } from "../../domain/PresenceLimits.ts"
import { readTime } from "../../domain/ReadTime.ts"
import { charge, fullBucket, isFull, spend, type TokenBucket } from "../../domain/TokenBucket.ts"
import { makeOutage } from "../../fibers/makeOutage.ts"
import { whileWork } from "../../fibers/whileWork.ts"
import type { StoreUnavailable } from "../../ports/EventStore.ts"
import type { PresenceUnavailable } from "../../ports/Presence.ts"
import { presenceFrame } from "../../protocol/EncodedFrame.ts"
import { newWatch, type Watch, WatchIndex, type WatchingSocket } from "./Watch.ts"

/** A socket's rights are judged at most so often (ms), however fast it asks. */
const judgeEveryMs = 200
/** Watches are looked through so often for rights that were judged too long ago (ms). */
const sweepEveryMs = 5_000
/** Judgements under way at a time. */
const judgesMax = 8
/** Before a judgement that failed is tried again (ms). */
const retryMs = 1_000
/** Users of one read. */
const readMax = 1_000

export interface WatchPorts {
  /** Those of these users whose presence the viewer may see. */
  readonly visible: (
    viewer: UserId,
    users: ReadonlyArray<UserId>
  ) => Effect.Effect<ReadonlyArray<UserId>, StoreUnavailable>
  readonly read: (users: ReadonlyArray<UserId>) => Effect.Effect<ReadonlyArray<UserPresence>, PresenceUnavailable>
  readonly run: (effect: Effect.Effect<void>) => void
  readonly after: (delayMs: number, run: () => void) => void
  readonly now: () => number
  /** Queued frames leave. */
  readonly flush: () => void
}

export class Watches {
  private readonly all = new Map<WatchingSocket, Watch>()
  private readonly index = new WatchIndex()
  private readonly toJudge = new Set<Watch>()
  private judging = false
  /**
   * How much of the store's time each viewer's judgements took, by however many sockets. Of viewers who owe nothing
   * there is none for long.
   */
  private readonly times = new Map<UserId, TokenBucket>()
  /** Those with something to tell. */
  private dirty = new Set<Watch>()
  private ticking = false
  private sweeping = false
  private readonly rightsAway = makeOutage(
    "What viewers may see could not be read; trying again",
    "What viewers may see can be read again"
  )
  private readonly presenceAway = makeOutage("Presence could not be read; trying again", "Presence can be read again")

  constructor(private readonly ports: WatchPorts) {}

  /** Sockets that watch anybody. */
  get watchers(): number {
    return this.all.size
  }

  /** Users who are watched by anybody. */
  get watchedUsers(): number {
    return this.index.size
  }

  /** What the socket asks for from here on, in place of what it asked for before. */
  watch(socket: WatchingSocket, userIds: ReadonlyArray<UserId>): void {
    if (userIds.length === 0) {
      this.end(socket)
      socket.push(presenceFrame([]))
      return
    }
    const watch = this.all.get(socket) ?? newWatch(socket)
    this.all.set(socket, watch)
    watch.wanted = [...new Set(userIds)]
    watch.answer = "unjudged"
    // Whom it asks for no more it is told of no more; whom it may see of the others is judged first.
    const wanted = new Set(watch.wanted)
    this.index.set(watch, new Set([...watch.visible].filter((userId) => wanted.has(userId))))
    watch.fresh.clear()
    watch.lost.clear()
    this.judgeSoon(watch)
    this.sweepLater()
  }

  /** The socket is gone, or watches nobody. */
  end(socket: WatchingSocket): void {
    const watch = this.all.get(socket)
    if (watch === undefined) return
    watch.ended = true
    this.index.set(watch, new Set())
    this.all.delete(socket)
    this.toJudge.delete(watch)
    this.dirty.delete(watch)
  }

  /** The viewer came into a conversation, or out of one. */
  judgeAgain(socket: WatchingSocket): void {
    const watch = this.all.get(socket)
    if (watch !== undefined) this.judgeSoon(watch)
  }

  /** Others see something new of these users; undefined: of anybody, perhaps. */
  changed(users: ReadonlyArray<UserId> | undefined): void {
    if (this.all.size === 0) return
    if (users === undefined) {
      for (const watch of this.all.values()) for (const userId of watch.visible) this.mark(watch, userId)
    } else for (const userId of users) for (const watch of this.index.of(userId)) this.mark(watch, userId)
    this.tickLater()
  }

  private mark(watch: Watch, userId: UserId): void {
    watch.fresh.add(userId)
    this.dirty.add(watch)
  }

  private judgeSoon(watch: Watch): void {
    this.judgeIn(watch, watch.judgedAtMs + judgeEveryMs - this.ports.now())
  }

  /** Whoever waits already waits no second time: however often it is asked for, a judgement is due once. */
  private judgeIn(watch: Watch, delayMs: number): void {
    if (watch.waiting || watch.ended) return
    watch.waiting = true
    if (delayMs > 0) this.ports.after(delayMs, () => this.queueJudgement(watch))
    else this.queueJudgement(watch)
  }

  private queueJudgement(watch: Watch): void {
    if (watch.ended) return
    this.toJudge.add(watch)
    if (this.judging) return
    this.judging = true
    this.ports.run(this.judgeAll)
  }

  private readonly judgeAll = whileWork({
    hasWork: () => this.toJudge.size > 0,
    body: () => {
      const turn = this.nextToJudge()
      return Effect.forEach(turn, (watch) => this.judge(watch), { concurrency: judgesMax, discard: true })
    },
    rest: () => {
      this.judging = false
    },
    failed: "A judgement of who may see whom stopped short; the others go on"
  })

  /**
   * Takes one of each viewer. A viewer who took much of the store's time waits, so that many sockets of one person do
   * not keep it busy.
   */
  private nextToJudge(): ReadonlyArray<Watch> {
    const turn = new Map<UserId, Watch>()
    for (const watch of this.toJudge) {
      const viewer = watch.socket.userId
      if (turn.has(viewer)) continue
      this.toJudge.delete(watch)
      const time = this.times.get(viewer)
      const restMs = time === undefined ? 0 : spend(time, readTime, 0, this.ports.now())
      if (restMs > 0) this.ports.after(restMs, () => this.queueJudgement(watch))
      else if (turn.set(viewer, watch).size === judgesMax) break
    }
    return [...turn.values()]
  }

  /** Also a judgement that fails has taken the store's time. */
  private charge(viewer: UserId, beganMs: number): void {
    const now = this.ports.now()
    const time = this.times.get(viewer) ?? fullBucket(readTime, beganMs)
    this.times.set(viewer, time)
    charge(time, readTime, now - beganMs, now)
  }

  private judge(watch: Watch): Effect.Effect<void> {
    watch.waiting = false
    watch.judgedAtMs = this.ports.now()
    const { socket, wanted } = watch
    const again = (why: unknown) =>
      Effect.zipRight(
        this.rightsAway.met(why),
        Effect.sync(() => this.judgeIn(watch, retryMs))
      )
    return this.ports.visible(socket.userId, wanted).pipe(
      Effect.ensuring(Effect.sync(() => this.charge(socket.userId, watch.judgedAtMs))),
      Effect.zipLeft(this.rightsAway.over),
      Effect.flatMap((visible) => this.takeJudgement(watch, wanted, new Set(visible))),
      Effect.catchAll(({ cause }) => again(cause)),
      // One that can't be judged must not take those along that are judged beside it.
      Effect.catchAllDefect(again)
    )
  }

  private takeJudgement(watch: Watch, wanted: ReadonlyArray<UserId>, visible: Set<UserId>): Effect.Effect<void> {
    // Asked for others meanwhile: the judgement of that one follows.
    if (watch.ended || watch.wanted !== wanted) return Effect.void
    for (const userId of watch.visible) if (!visible.has(userId)) watch.lost.add(userId)
    for (const userId of visible) {
      watch.lost.delete(userId)
      if (watch.answer === "unjudged" || !watch.visible.has(userId)) watch.fresh.add(userId)
    }
    for (const userId of watch.lost) watch.fresh.delete(userId)
    this.index.set(watch, visible)
    if (watch.answer === "unjudged") {
      watch.answer = "due"
      return this.tell([watch])
    }
    if (watch.fresh.size > 0 || watch.lost.size > 0) {
      this.dirty.add(watch)
      this.tickLater()
    }
    return Effect.void
  }

  private tickLater(): void {
    if (this.ticking || this.dirty.size === 0) return
    this.ticking = true
    this.ports.after(presenceLimits.everyMs, () => this.ports.run(this.tick))
  }

  private readonly tick: Effect.Effect<void> = Effect.suspend(() => {
    // What is not judged yet is told as a whole when it is.
    const due = [...this.dirty].filter((watch) => watch.answer !== "unjudged")
    this.dirty = new Set()
    return this.tell(due)
  }).pipe(
    Effect.ensuring(
      Effect.sync(() => {
        this.ticking = false
        this.tickLater()
      })
    )
  )

  /** Tells each of these what is new for it. A socket that is full is told later, of what is so then. */
  private tell(watches: ReadonlyArray<Watch>): Effect.Effect<void> {
    const ready: Array<{
      readonly watch: Watch
      readonly fresh: ReadonlyArray<UserId>
      readonly lost: ReadonlyArray<UserId>
    }> = []
    for (const watch of watches) {
      if (watch.ended || watch.socket.closed) continue
      if (watch.socket.isFull) {
        this.dirty.add(watch)
        continue
      }
      ready.push({ watch, fresh: [...watch.fresh], lost: [...watch.lost] })
      watch.fresh.clear()
      watch.lost.clear()
    }
    return this.readTexts(new Set(ready.flatMap(({ fresh }) => fresh))).pipe(
      Effect.map((texts) => {
        for (const { fresh, lost, watch } of ready) {
          // In the turn of writing: what was judged or asked meanwhile counts.
          const seen = fresh.flatMap((userId) => (watch.visible.has(userId) ? (texts.get(userId) ?? []) : []))
          // Everyone whom the viewer may not see looks alike: a block must not be told from a stranger or from nobody.
          const unseen = watch.answer === "due" ? watch.wanted : lost.filter((userId) => watch.wanted.includes(userId))
          const gone = unseen.filter((userId) => !watch.visible.has(userId)).map(goneText)
          if (watch.ended || (watch.answer !== "due" && seen.length + gone.length === 0)) continue
          if (watch.answer === "due") watch.answer = "given"
          watch.socket.push(presenceFrame([...seen, ...gone]))
        }
        this.ports.flush()
      }),
      Effect.catchAll(({ cause }) => {
        for (const { fresh, lost, watch } of ready) {
          for (const userId of fresh) if (watch.visible.has(userId)) watch.fresh.add(userId)
          for (const userId of lost) watch.lost.add(userId)
          if (!watch.ended) this.dirty.add(watch)
        }
        return this.presenceAway.met(cause)
      }),
      Effect.zipRight(Effect.sync(() => this.tickLater()))
    )
  }

  /** Each user's presence as JSON, encoded once for all who watch it. */
  private readTexts(users: ReadonlySet<UserId>) {
    const all = [...users]
    const texts = new Map<UserId, string>()
    let from = 0
    return Effect.whileLoop({
      while: () => from < all.length,
      body: () => Effect.zipLeft(this.ports.read(all.slice(from, from + readMax)), this.presenceAway.over),
      step: (read) => {
        for (const user of read) texts.set(user.userId, JSON.stringify(user))
        from += readMax
      }
    }).pipe(Effect.as(texts))
  }

  private sweepLater(): void {
    if (this.sweeping || this.all.size === 0) return
    this.sweeping = true
    this.ports.after(sweepEveryMs, () => {
      this.sweeping = false
      for (const [viewer, time] of this.times) if (isFull(time, readTime, this.ports.now())) this.times.delete(viewer)
      const before = this.ports.now() - presenceLimits.rightsEveryMs + 2 * sweepEveryMs
      for (const watch of this.all.values()) if (watch.judgedAtMs <= before) this.judgeSoon(watch)
      this.sweepLater()
    })
  }
}

const goneText = (userId: UserId): string =>
  JSON.stringify({ userId, state: "offline", kinds: [] } satisfies UserPresence)
