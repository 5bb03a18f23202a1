/**
 * What a process listens to, on a connection of its own. Whoever listens is told when messages may have been missed:
 * Redis keeps none for later.
 */
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { Effect } from "effect"
import type { Redis } from "ioredis"
import { isDeadline } from "./openRedis.ts"
import { redisListenersFailed, redisMissed } from "./RedisMetrics.ts"

/** So often a silent connection is asked whether it lives, and what does not stand is asked for again. */
const beatEvery = "1 second"

/** Called in the turn in which something came; must not throw. */
export interface RedisListener {
  readonly message: (text: string) => void
  /** Messages may have been missed: the subscription stands again after it was lost, or for the first time. */
  readonly missed: () => void
}

export class Subscriptions {
  readonly #redis: Redis
  /** Arrays are replaced, never changed: a listener may end while the others are told. */
  readonly #listeners = new Map<string, ReadonlyArray<RedisListener>>()
  /** Channels whose subscription stands on this connection. */
  readonly #standing = new Set<string>()
  /** Settled when what was asked for last stands, or could not. */
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

  /** Done when what was added stands, or could not. */
  readonly standing: Effect.Effect<void> = Effect.suspend(() => {
    const asked = this.#asked
    return Effect.promise(() => asked)
  })

  /** Else a connection that swallows everything would look like one on which nobody speaks. */
  readonly beat: Effect.Effect<never> = Effect.suspend(() => {
    if (!this.#isReady) return Effect.void
    this.#subscribe([...this.#listeners.keys()].filter((channel) => !this.#standing.has(channel)))
    return Effect.promise(() => this.#redis.ping().catch(this.#failed))
  }).pipe(
    repeatEvery(beatEvery, "A connection to Redis could not be asked whether it lives; trying again"),
    Effect.delay(beatEvery)
  )

  get #isReady(): boolean {
    return this.#redis.status === "ready"
  }

  #subscribe(channels: ReadonlyArray<string>): void {
    if (channels.length === 0 || !this.#isReady) return
    // In this order: what is published after the answer is heard, so whoever reads anew when told misses nothing.
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

  /** Whatever it was, the next beat or the next connection asks again. */
  readonly #failed = (cause: unknown): void => {
    if (isDeadline(cause)) this.#redis.disconnect(true)
  }
}

// What is thrown here would end in the socket's own handler, and with it the connection of all others.
const call = (listener: () => void): void => {
  try {
    listener()
  } catch {
    redisListenersFailed.unsafeUpdate(1, [])
  }
}
