/**
 * The users that each socket of a gateway watches. Rights are checked at each request, after changes of memberships and
 * every minute; changes are sent at most once a second.
 */
import { Effect } from "effect"
import type { UserId } from "../../domain/Ids.ts"
import { presenceLimits } from "../../domain/Limits.ts"
import type { UserPresence } from "../../domain/Presence.ts"
import { charge, fullBucket, isFull, readTime, spend, type TokenBucket } from "../../domain/TokenBucket.ts"
import { whileWork } from "../../fibers/Background.ts"
import { makeOutageLog } from "../../fibers/logging.ts"
import { gauge } from "../../metrics/declareMetric.ts"
import type { StoreUnavailable } from "../../ports/EventStore.ts"
import type { PresenceUnavailable } from "../../ports/Presence.ts"
import { type EncodedFrame, presenceFrame } from "../../protocol/ServerFrame.ts"

/** The shortest interval between two rights checks of a socket (ms), however fast it asks. */
const authorizeEveryMs = 200
/** The interval of the search for watches whose last rights check is too old (ms). */
const sweepEveryMs = 5_000
/** Checks that run at the same time. */
const authorizationsMax = 8
/** Pause before a failed check is retried (ms). */
const retryMs = 1_000
/** Users of one read. */
const readMax = 1_000

export interface WatchPorts {
  /** Returns those of these users whose presence the viewer may see. */
  readonly visible: (
    viewer: UserId,
    users: ReadonlyArray<UserId>
  ) => Effect.Effect<ReadonlyArray<UserId>, StoreUnavailable>
  readonly read: (users: ReadonlyArray<UserId>) => Effect.Effect<ReadonlyArray<UserPresence>, PresenceUnavailable>
  readonly run: (effect: Effect.Effect<void>) => void
  readonly after: (delayMs: number, run: () => void) => void
  readonly now: () => number
  /** Sends queued frames. */
  readonly flush: () => void
}

export class Watches {
  private readonly all = new Map<WatchingSocket, Watch>()
  private readonly index = new WatchIndex()
  private readonly toAuthorize = new Set<Watch>()
  private checking = false
  /**
   * The store's time that each viewer's checks took, over all their sockets. A viewer's entry disappears soon after the
   * debt is refilled.
   */
  private readonly times = new Map<UserId, TokenBucket>()
  /** Watches with news to send. */
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

  /** Sockets that watch at least one user. */
  get watchers(): number {
    return this.all.size
  }

  /** Users whom at least one socket watches. */
  get watchedUsers(): number {
    return this.index.size
  }

  /** Replaces the users that the socket watches. */
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
    // Stop sending users that it no longer asks for; check first which of the others it may see.
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

  /** The viewer joined a conversation, or left one. */
  authorizeAgain(socket: WatchingSocket): void {
    const watch = this.all.get(socket)
    if (watch !== undefined) this.authorizeSoon(watch)
  }

  /** These users' visible presence may have changed; undefined: any user's. */
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

  /** A waiting watch does not wait twice: however often it is requested, a check is due once. */
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
   * Takes one watch of each viewer. A viewer who took much of the store's time waits, so that many sockets of one user
   * do not keep it busy.
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

  /** A failed check took the store's time, too. */
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
      // If one check dies, the checks beside it must not fail with it.
      Effect.catchAllDefect(again)
    )
  }

  private takeAuthorization(watch: Watch, wanted: ReadonlyArray<UserId>, visible: Set<UserId>): Effect.Effect<void> {
    // The request has changed in the meantime: the check of the new one follows.
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
    // An unchecked watch gets its whole answer after the check.
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

  /** Sends the news of each of these watches. A socket that is full gets the state of a later time. */
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
          // Read in the turn of writing, so that checks and requests in the meantime count.
          const seen = fresh.flatMap((userId) => (watch.visible.has(userId) ? (texts.get(userId) ?? []) : []))
          // All users whom the viewer may not see look alike: a block must look like a stranger or an absent user.
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

  /** Each user's presence as JSON, encoded once for all its watchers. */
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
  /** It accepts no more for now. */
  readonly isFull: boolean
  readonly push: (frame: EncodedFrame) => void
}

/** One socket's watch over other users as data: the requested users, the visible ones, and the news to send. */
interface Watch {
  readonly socket: WatchingSocket
  wanted: ReadonlyArray<UserId>
  /** Those of `wanted` that the viewer may see, by the last check: the index has exactly these. */
  visible: Set<UserId>
  /** Visible users with news for the socket. */
  readonly fresh: Set<UserId>
  /** Users who are no longer visible, which the socket does not know yet. */
  readonly lost: Set<UserId>
  /** State of the answer to the last `watch` frame: `pending` until its rights are checked, `due` until it is sent. */
  answer: "pending" | "due" | "given"
  /** When its rights were last checked (ms). */
  authorizedAtMs: number
  /** A check is deferred, or waits for its turn. */
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

/** The index from users to their watchers. Costs nothing for users without watchers. */
class WatchIndex {
  private readonly watches = new Map<UserId, Set<Watch>>()

  /** Users with at least one watching socket. */
  get size(): number {
    return this.watches.size
  }

  of(userId: UserId): Iterable<Watch> {
    return this.watches.get(userId) ?? []
  }

  /** Replaces the users that a watch may see. */
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

/** Metrics of watched presence. */
export const watchedUsers = gauge("hibiki_presence_watched_users", {
  unit: "users",
  description: "Users whose presence a socket of this gateway watches."
})

export const watchers = gauge("hibiki_presence_watchers", {
  unit: "sockets",
  description: "Sockets of this gateway that watch somebody's presence."
})
