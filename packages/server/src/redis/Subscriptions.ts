/**
 * The channels that a process listens to, on a connection of its own. Listeners learn when they may have missed
 * messages: Redis stores none for later.
 */
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { Effect } from "effect"
import type { Redis } from "ioredis"
import { isDeadline } from "./openRedis.ts"
import { redisListenersFailed, redisMissed, redisRoundTrip } from "./RedisMetrics.ts"

/** How often a silent connection is probed, and missing subscriptions are requested again. */
const beatEvery = "1 second"

/** Called in the turn in which a message arrived; must not throw. */
export interface RedisListener {
  readonly message: (text: string) => void
  /** Messages may have been missed: the subscription is active again after a loss, or for the first time. */
  readonly missed: () => void
}

export class Subscriptions {
  readonly #redis: Redis
  /** Arrays are replaced, never changed: a listener may end while the others are called. */
  readonly #listeners = new Map<string, ReadonlyArray<RedisListener>>()
  /** Channels whose subscription is active on this connection. */
  readonly #standing = new Set<string>()
  /** Settles when the last requested subscription is active or has failed. */
  #asked: Promise<unknown> = Promise.resolve()

  constructor(redis: Redis) {
    this.#redis = redis
    redis.on("message", (channel: string, text: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) call(() => listener.message(text))
    })
    redis.on("ready", () => this.#subscribe([...this.#listeners.keys()]))
    redis.on("close", () => this.#standing.clear())
  }

  add(channel: string, listener: RedisListener): void {
    const before = this.#listeners.get(channel)
    this.#listeners.set(channel, [...(before ?? []), listener])
    if (before === undefined) this.#subscribe([channel])
  }

  remove(channel: string, listener: RedisListener): void {
    const left = (this.#listeners.get(channel) ?? []).filter((other) => other !== listener)
    if (left.length > 0) {
      this.#listeners.set(channel, left)
      return
    }
    this.#listeners.delete(channel)
    this.#standing.delete(channel)
    if (this.#isReady) this.#redis.unsubscribe(channel).catch(this.#failed)
  }

  /** Completes when the added subscriptions are active or have failed. */
  readonly standing: Effect.Effect<void> = Effect.suspend(() => {
    const asked = this.#asked
    return Effect.promise(() => asked)
  })

  /** Without it a connection that swallows everything would look like one without messages. */
  readonly beat: Effect.Effect<never> = Effect.suspend(() => {
    if (!this.#isReady) return Effect.void
    this.#subscribe([...this.#listeners.keys()].filter((channel) => !this.#standing.has(channel)))
    const begun = performance.now()
    const answered = () => redisRoundTrip.unsafeUpdate((performance.now() - begun) / 1_000, [])
    return Effect.promise(() => this.#redis.ping().then(answered, this.#failed))
  }).pipe(
    repeatEvery(beatEvery, "A connection to Redis could not be asked whether it lives; trying again"),
    Effect.delay(beatEvery)
  )

  get #isReady(): boolean {
    return this.#redis.status === "ready"
  }

  #subscribe(channels: ReadonlyArray<string>): void {
    if (channels.length === 0 || !this.#isReady) return
    // In this order: everything published after the answer arrives, so a listener that reads its state again in
    // `missed` misses nothing.
    this.#asked = this.#redis.subscribe(...channels).then(() => this.#stands(channels), this.#failed)
  }

  #stands(channels: ReadonlyArray<string>): void {
    redisMissed.unsafeUpdate(1, [])
    for (const channel of channels) {
      const listeners = this.#listeners.get(channel) ?? []
      if (listeners.length > 0) this.#standing.add(channel)
      for (const listener of listeners) call(() => listener.missed())
    }
  }

  /** After any failure the next beat or the next connection subscribes again. */
  readonly #failed = (cause: unknown): void => {
    if (isDeadline(cause)) this.#redis.disconnect(true)
  }
}

// A throw here would end in the socket's own handler, and with it the connection of all others.
const call = (listener: () => void): void => {
  try {
    listener()
  } catch {
    redisListenersFailed.unsafeUpdate(1, [])
  }
}
