/**
 * Checks once before a process starts whether Hibiki can work with a Redis. It names every problem that an operator can
 * solve, so that none shows up later.
 */
import { Data, Effect, Redacted } from "effect"
import { Redis } from "ioredis"

/** GETDEL came with this version. */
const oldest: readonly [number, number] = [6, 2]
const policy = "noeviction"

export type RedisProblemKind = "address" | "unreachable" | "password" | "tooOld" | "replica" | "evicts" | "notRedis"

export class RedisProblem extends Data.TaggedError("RedisProblem")<{
  readonly reason: RedisProblemKind
  /** For operators; without the address, which may contain a password. */
  readonly sentence: string
}> {}

const problem = (reason: RedisProblemKind, sentence: string) => new RedisProblem({ reason, sentence })

export interface RedisFacts {
  readonly version: string
}

export const checkRedis = (url: Redacted.Redacted, timeoutMs = 2_000): Effect.Effect<RedisFacts, RedisProblem> =>
  Effect.acquireUseRelease(
    openOnce(Redacted.value(url), timeoutMs),
    (redis) => Effect.flatMap(askInfo(redis, timeoutMs), judge),
    (redis) => Effect.sync(() => redis.disconnect())
  )

const openOnce = (url: string, timeoutMs: number): Effect.Effect<Redis, RedisProblem> =>
  /^rediss?:\/\//.test(url) && URL.canParse(url)
    ? Effect.sync(() => {
        const redis = new Redis(url, {
          lazyConnect: true,
          retryStrategy: () => null,
          maxRetriesPerRequest: 0,
          enableOfflineQueue: false,
          // The driver's own first request would hide a missing password behind another error.
          enableReadyCheck: false,
          connectTimeout: timeoutMs,
          commandTimeout: timeoutMs,
          disableClientInfo: true
        })
        redis.on("error", () => undefined)
        return redis
      })
    : Effect.fail(
        problem("address", "The address of Redis is not one: it begins with redis:// or rediss://, then names a host.")
      )

const askInfo = (redis: Redis, timeoutMs: number): Effect.Effect<string, RedisProblem> =>
  Effect.tryPromise({
    try: async () => {
      // An error while the connection opens (a wrong password) appears here only.
      const refused = new Promise<never>((_, reject) => redis.on("error", reject))
      return await Promise.race([redis.connect().then(() => redis.info()), refused])
    },
    catch: connectProblem
  }).pipe(
    Effect.timeoutFail({ duration: 2 * timeoutMs, onTimeout: () => connectProblem(new Error("no answer in time")) })
  )

const connectProblem = (cause: unknown): RedisProblem => {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  if (/^(WRONGPASS|NOAUTH|ERR invalid password)/.test(message)) {
    return problem("password", "Redis refused the user or the password that stands in its address.")
  }
  if (message.startsWith("NOPERM"))
    return problem("password", "Redis does not allow this user what Hibiki needs: let it run INFO, too.")
  if (/protocol error|parser/i.test(message))
    return problem("notRedis", "What answers at the address of Redis is no Redis.")
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: "nothing listens there",
    ENOTFOUND: "no such host",
    EAI_AGAIN: "its host can't be looked up"
  }
  return problem("unreachable", `Redis can't be reached: ${reasons[code] ?? "it does not answer in time"}.`)
}

const judge = (info: string): Effect.Effect<RedisFacts, RedisProblem> => {
  const version = field(info, "redis_version")
  const [major = Number.NaN, minor = Number.NaN] = version.split(".").map(Number)
  if (Number.isNaN(major) || Number.isNaN(minor)) {
    return Effect.fail(
      problem("notRedis", "What answers at the address of Redis does not say which version of Redis it is.")
    )
  }
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    return Effect.fail(problem("tooOld", `Redis ${version} is too old: Hibiki needs ${oldest.join(".")} or newer.`))
  }
  if (field(info, "role") === "slave") {
    return Effect.fail(
      problem("replica", "Redis is a replica, which takes no writes: let its address lead to the primary.")
    )
  }
  const present = field(info, "maxmemory_policy")
  if (present === policy) return Effect.succeed({ version })
  // An evicted entry looks like one that nobody created: leases and interest would become unreliable.
  return Effect.fail(
    problem("evicts", `Redis may drop what Hibiki keeps (maxmemory-policy ${present}): set it to ${policy}.`)
  )
}

const field = (info: string, name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? ""
