/**
 * Which users each socket of a gateway watches. Rights are checked at each request, after changes of memberships and
 * every minute; changes go out once a second at most.
 */
import { Effect, Metric } from "effect"
import type { UserId } from "../../domain/Ids.ts"
import { presenceLimits } from "../../domain/Limits.ts"
import type { UserPresence } from "../../domain/Presence.ts"
import { charge, fullBucket, isFull, readTime, spend, type TokenBucket } from "../../domain/TokenBucket.ts"
import { whileWork } from "../../fibers/Background.ts"
import { makeOutageLog } from "../../fibers/logging.ts"
import type { StoreUnavailable } from "../../ports/EventStore.ts"
import type { PresenceUnavailable } from "../../ports/Presence.ts"
import { type EncodedFrame, presenceFrame } from "../../protocol/ServerFrame.ts"

/** A socket's rights are checked at most so often (ms), however fast it asks. */
const authorizeEveryMs = 200
/** Watches are looked through so often for rights that were checked too long ago (ms). */
const sweepEveryMs = 5_000
/** Checks under way at a time. */
const authorizationsMax = 8
/** Before a check that failed is tried again (ms). */
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
  private readonly toAuthorize = new Set<Watch>()
  private checking = false
  /**
   * How much of the store's time each viewer's checks took, by however many sockets. Of viewers who owe nothing
   * there is none for long.
   */
  private readonly times = new Map<UserId, TokenBucket>()
  /** Those with something to tell. */
  private dirty = new Set<Watch>()
  private ticking = false
  private sweeping = false
  private readonly rightsAway = makeOutageLog(
    "What viewers may see could not be read; trying again",
    "What viewers may see can be read again"
  )
  private readonly presenceAway = makeOutageLog(
    "Presence could not be read; trying again",
    "Presence can be read again"
  )

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
    watch.answer = "pending"
    // Whom it asks for no more it is told of no more; whom it may see of the others is checked first.
    const wanted = new Set(watch.wanted)
    this.index.set(watch, new Set([...watch.visible].filter((userId) => wanted.has(userId))))
    watch.fresh.clear()
    watch.lost.clear()
    this.authorizeSoon(watch)
    this.sweepLater()
  }

  /** The socket is gone, or watches nobody. */
  end(socket: WatchingSocket): void {
    const watch = this.all.get(socket)
    if (watch === undefined) return
    watch.ended = true
    this.index.set(watch, new Set())
    this.all.delete(socket)
    this.toAuthorize.delete(watch)
    this.dirty.delete(watch)
  }

  /** The viewer came into a conversation, or out of one. */
  authorizeAgain(socket: WatchingSocket): void {
    const watch = this.all.get(socket)
    if (watch !== undefined) this.authorizeSoon(watch)
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

  private authorizeSoon(watch: Watch): void {
    this.authorizeIn(watch, watch.authorizedAtMs + authorizeEveryMs - this.ports.now())
  }

  /** Whoever waits already waits no second time: however often it is asked for, a check is due once. */
  private authorizeIn(watch: Watch, delayMs: number): void {
    if (watch.waiting || watch.ended) return
    watch.waiting = true
    if (delayMs > 0) this.ports.after(delayMs, () => this.queueAuthorization(watch))
    else this.queueAuthorization(watch)
  }

  private queueAuthorization(watch: Watch): void {
    if (watch.ended) return
    this.toAuthorize.add(watch)
    if (this.checking) return
    this.checking = true
    this.ports.run(this.authorizeAll)
  }

  private readonly authorizeAll = whileWork({
    hasWork: () => this.toAuthorize.size > 0,
    body: () => {
      const turn = this.nextToAuthorize()
      return Effect.forEach(turn, (watch) => this.authorize(watch), { concurrency: authorizationsMax, discard: true })
    },
    rest: () => {
      this.checking = false
    },
    failed: "A check of who may see whom stopped short; the others go on"
  })

  /**
   * Takes one of each viewer. A viewer who took much of the store's time waits, so that many sockets of one person do
   * not keep it busy.
   */
  private nextToAuthorize(): ReadonlyArray<Watch> {
    const turn = new Map<UserId, Watch>()
    for (const watch of this.toAuthorize) {
      const viewer = watch.socket.userId
      if (turn.has(viewer)) continue
      this.toAuthorize.delete(watch)
      const time = this.times.get(viewer)
      const restMs = time === undefined ? 0 : spend(time, readTime, 0, this.ports.now())
      if (restMs > 0) this.ports.after(restMs, () => this.queueAuthorization(watch))
      else if (turn.set(viewer, watch).size === authorizationsMax) break
    }
    return [...turn.values()]
  }

  /** Also a check that fails has taken the store's time. */
  private charge(viewer: UserId, beganMs: number): void {
    const now = this.ports.now()
    const time = this.times.get(viewer) ?? fullBucket(readTime, beganMs)
    this.times.set(viewer, time)
    charge(time, readTime, now - beganMs, now)
  }

  private authorize(watch: Watch): Effect.Effect<void> {
    watch.waiting = false
    watch.authorizedAtMs = this.ports.now()
    const { socket, wanted } = watch
    const again = (why: unknown) =>
      Effect.zipRight(
        this.rightsAway.met(why),
        Effect.sync(() => this.authorizeIn(watch, retryMs))
      )
    return this.ports.visible(socket.userId, wanted).pipe(
      Effect.ensuring(Effect.sync(() => this.charge(socket.userId, watch.authorizedAtMs))),
      Effect.zipLeft(this.rightsAway.over),
      Effect.flatMap((visible) => this.takeAuthorization(watch, wanted, new Set(visible))),
      Effect.catchAll(({ cause }) => again(cause)),
      // One that can't be checked must not take those along that are checked beside it.
      Effect.catchAllDefect(again)
    )
  }

  private takeAuthorization(watch: Watch, wanted: ReadonlyArray<UserId>, visible: Set<UserId>): Effect.Effect<void> {
    // Asked for others meanwhile: the check of that one follows.
    if (watch.ended || watch.wanted !== wanted) return Effect.void
    for (const userId of watch.visible) if (!visible.has(userId)) watch.lost.add(userId)
    for (const userId of visible) {
      watch.lost.delete(userId)
      if (watch.answer === "pending" || !watch.visible.has(userId)) watch.fresh.add(userId)
    }
    for (const userId of watch.lost) watch.fresh.delete(userId)
    this.index.set(watch, visible)
    if (watch.answer === "pending") {
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
    // What is not checked yet is told as a whole when it is.
    const due = [...this.dirty].filter((watch) => watch.answer !== "pending")
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
          // In the turn of writing: what was checked or asked meanwhile counts.
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
      for (const watch of this.all.values()) if (watch.authorizedAtMs <= before) this.authorizeSoon(watch)
      this.sweepLater()
    })
  }
}

const goneText = (userId: UserId): string =>
  JSON.stringify({ userId, state: "offline", kinds: [] } satisfies UserPresence)

/** A socket as its watch sees it. */
export interface WatchingSocket {
  readonly userId: UserId
  readonly closed: boolean
  /** It takes no more for now. */
  readonly isFull: boolean
  readonly push: (frame: EncodedFrame) => void
}

/** One socket's watch over other users as data: whom it asked for, whom it may see, and what it is still to be told. */
interface Watch {
  readonly socket: WatchingSocket
  wanted: ReadonlyArray<UserId>
  /** Those of `wanted` that the viewer may see, as checked last: the index holds exactly these. */
  visible: Set<UserId>
  /** Visible ones of whom it is to be told. */
  readonly fresh: Set<UserId>
  /** Those who are visible no more, of whom it is to be told that. */
  readonly lost: Set<UserId>
  /** Of the last `watch` frame: `not yet checked` until its rights are known, `due` until it is told. */
  answer: "pending" | "due" | "given"
  /** When its rights were checked last (ms). */
  authorizedAtMs: number
  /** A check is put off, or waits for its turn. */
  waiting: boolean
  ended: boolean
}

const newWatch = (socket: WatchingSocket): Watch => ({
  socket,
  wanted: [],
  visible: new Set(),
  fresh: new Set(),
  lost: new Set(),
  answer: "pending",
  authorizedAtMs: Number.NEGATIVE_INFINITY,
  waiting: false,
  ended: false
})

/** Who watches whom. Costs nothing for users whom nobody watches. */
class WatchIndex {
  private readonly watches = new Map<UserId, Set<Watch>>()

  /** Users who are watched by at least one socket. */
  get size(): number {
    return this.watches.size
  }

  of(userId: UserId): Iterable<Watch> {
    return this.watches.get(userId) ?? []
  }

  /** Gives a watch these users to see, in place of those before. */
  set(watch: Watch, visible: Set<UserId>): void {
    for (const userId of watch.visible) if (!visible.has(userId)) this.remove(userId, watch)
    for (const userId of visible) if (!watch.visible.has(userId)) this.add(userId, watch)
    watch.visible = visible
  }

  private add(userId: UserId, watch: Watch): void {
    const known = this.watches.get(userId)
    if (known === undefined) this.watches.set(userId, new Set([watch]))
    else known.add(watch)
  }

  private remove(userId: UserId, watch: Watch): void {
    const known = this.watches.get(userId)
    if (known?.delete(watch) && known.size === 0) this.watches.delete(userId)
  }
}

/** How much of presence is being watched. */
export const watchedUsers = Metric.gauge("hibiki_presence_watched_users", {
  description: "Users whose presence at least one socket of this gateway watches"
})

export const watchers = Metric.gauge("hibiki_presence_watchers", {
  description: "Sockets of this gateway that watch anybody's presence"
})
