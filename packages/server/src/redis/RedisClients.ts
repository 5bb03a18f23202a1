/**
 * A process's two connections to Redis: one for requests, which fails fast, and one that takes only subscriptions.
 * Every command ends within its timeout, whatever the network does. Nothing here retries: callers know what a lost
 * answer means to them.
 *
 * One Redis, not a Redis Cluster: scripts touch several keys at once.
 */
import type { Epoch } from "@hibiki/core/domain/Ids"
import { makeListeners } from "@hibiki/core/fibers/Listeners"
import { releaseWithin } from "@hibiki/core/fibers/Time"
import { Context, Data, Effect, Layer, Metric, Redacted, type Scope } from "effect"
import type { Redis } from "ioredis"
import { isDeadline, isReadOnly, openRedis } from "./openRedis.ts"
import { redisFailures, redisReconnects, redisUp } from "./RedisMetrics.ts"
import { type RedisListener, Subscriptions } from "./Subscriptions.ts"

/**
 * `away`: not sent, or the connection broke. `deadline`: no answer in time. `refused`: Redis answered with an error.
 * Only after `refused` is it known whether the command was executed.
 */
export class RedisError extends Data.TaggedError("RedisError")<{
  readonly reason: "away" | "deadline" | "refused"
  readonly cause: unknown
}> {}

export type RedisScript = (
  keys: ReadonlyArray<string>,
  given: ReadonlyArray<string | number>
) => Effect.Effect<unknown, RedisError>

export class RedisClients extends Context.Tag("@hibiki/server/redis/RedisClients")<
  RedisClients,
  {
    /**
     * Returns the full name of a key. The installation's prefix and the store's epoch come first, so that a restored
     * store begins with an empty Redis.
     */
    readonly key: (name: string) => string
    readonly run: <A>(command: (redis: Redis) => Promise<A>) => Effect.Effect<A, RedisError>
    /**
     * Returns a script from its text. Sends the whole text once per connection, and again if Redis has forgotten it.
     */
    readonly script: (lua: string) => RedisScript
    /**
     * Listens to a channel (a full name) for as long as the scope lives. Completes when the subscription is active, or
     * when Redis is unreachable. In that case the subscription starts as soon as Redis is back, and `missed` reports
     * it.
     */
    readonly subscribe: (channel: string, listener: RedisListener) => Effect.Effect<void, never, Scope.Scope>
    readonly isUp: () => boolean
    /** Calls `listener` whenever requests reach Redis again (true) or no longer (false). */
    readonly watch: (listener: (up: boolean) => void) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}

export interface RedisOptions {
  readonly url: Redacted.Redacted
  /** Separates installations that share one Redis. */
  readonly prefix?: string | undefined
  readonly epoch: Epoch
  /** The timeout of every command. */
  readonly commandTimeoutMs?: number | undefined
}

const defaults = { prefix: "hibiki", commandTimeoutMs: 1_000 }
const quitTimeout = "1 second"

/** Completes when Redis was reached or the first try failed: a process also starts while Redis is unreachable. */
export const redisClients = ({
  commandTimeoutMs = defaults.commandTimeoutMs,
  epoch,
  prefix = defaults.prefix,
  url
}: RedisOptions): Layer.Layer<RedisClients> =>
  Layer.scoped(
    RedisClients,
    Effect.gen(function* () {
      const requests = yield* acquireRedis(url, commandTimeoutMs)
      const subscriber = yield* acquireRedis(url, commandTimeoutMs)
      const subscriptions = new Subscriptions(subscriber)
      const { isUp, watch } = followRequests(requests)
      countReconnects(requests, "requests")
      countReconnects(subscriber, "subscriptions")
      yield* Effect.all([firstTry(requests, commandTimeoutMs), firstTry(subscriber, commandTimeoutMs)], {
        concurrency: 2
      })
      yield* Effect.forkScoped(subscriptions.beat)
      // A Redis that became a replica takes no writes and may not receive published messages any more. Both connections
      // may lead to another server.
      const run = runOn(requests, () => {
        requests.disconnect(true)
        subscriber.disconnect(true)
      })
      return RedisClients.of({
        key: (name) => `${prefix}:${epoch}:${name}`,
        run,
        script: scriptsOn(requests, run),
        subscribe: (channel, listener) =>
          Effect.zipRight(
            Effect.acquireRelease(
              Effect.sync(() => subscriptions.add(channel, listener)),
              () => Effect.sync(() => subscriptions.remove(channel, listener))
            ),
            subscriptions.standing
          ),
        isUp,
        watch
      })
    })
  )

const acquireRedis = (url: Redacted.Redacted, commandTimeoutMs: number) =>
  Effect.acquireRelease(
    Effect.sync(() => openRedis(Redacted.value(url), commandTimeoutMs)),
    (redis) =>
      Effect.promise(() => redis.quit()).pipe(
        releaseWithin(quitTimeout),
        Effect.catchAllCause(() => Effect.void),
        Effect.zipRight(Effect.sync(() => redis.disconnect()))
      )
  )

/**
 * Waits for "ready" or "close", whichever comes first, within the time that a connection and its first command may
 * take.
 */
const firstTry = (redis: Redis, commandTimeoutMs: number) =>
  Effect.async<void>((resume) => {
    const done = () => resume(Effect.void)
    if (redis.status === "ready") return done()
    redis.once("ready", done).once("close", done)
    return Effect.sync(() => void redis.off("ready", done).off("close", done))
  }).pipe(Effect.timeoutOption(2 * commandTimeoutMs))

const countReconnects = (redis: Redis, of: "requests" | "subscriptions"): void => {
  const counter = Metric.tagged(redisReconnects, "connection", of)
  redis.once("ready", () => redis.on("ready", () => counter.unsafeUpdate(1, [])))
}

const followRequests = (requests: Redis) => {
  let up = requests.status === "ready"
  const { listen, tell } = makeListeners<boolean>()
  const turn = (now: boolean) => {
    if (up === now) return
    up = now
    redisUp.unsafeUpdate(up ? 1 : 0, [])
    // Throws after all other listeners were called, as from any listener of ioredis.
    for (const defect of tell(up)) throw defect
  }
  requests.on("ready", () => turn(true))
  requests.on("close", () => turn(false))
  return { isUp: () => up, watch: listen } as const
}

const runOn =
  (redis: Redis, demoted: () => void) =>
  <A>(command: (redis: Redis) => Promise<A>): Effect.Effect<A, RedisError> =>
    Effect.tryPromise({
      try: () => command(redis),
      catch: (cause) => new RedisError({ reason: reasonOf(cause), cause })
    }).pipe(
      Effect.tapError(({ cause, reason }) => {
        // A connection that swallowed one command swallows the next as well. After a disconnect the next commands fail
        // at once, and the new connection may be a good one.
        if (reason === "deadline") redis.disconnect(true)
        if (isReadOnly(cause)) demoted()
        return Metric.increment(Metric.tagged(redisFailures, "reason", reason))
      })
    )

const reasonOf = (cause: unknown): RedisError["reason"] => {
  if (isDeadline(cause)) return "deadline"
  return cause instanceof Error && cause.name === "ReplyError" ? "refused" : "away"
}

const scriptsOn = (redis: Redis, run: ReturnType<typeof runOn>) => {
  let scripts = 0
  return (lua: string): RedisScript => {
    const name = `script${++scripts}`
    redis.defineCommand(name, { lua })
    const call: (...args: ReadonlyArray<string | number>) => Promise<unknown> = Reflect.get(redis, name)
    return (keys, given) => run(() => call.call(redis, keys.length, ...keys, ...given))
  }
}
