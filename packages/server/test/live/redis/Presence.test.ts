/** Presence keeps its contract on Redis. */
import { assert, layer } from "@effect/vitest"
import { presenceContract } from "@hibiki/testing/contracts/PresenceContract"
import { Layer } from "effect"
import { PresenceRedis } from "../../../src/redis/PresenceRedis.ts"
import { allTold, flushSuite, suiteRedis } from "./redisKit.ts"

layer(PresenceRedis.pipe(Layer.provideMerge(suiteRedis)), { excludeTestServices: true })("Presence on Redis", (it) =>
  presenceContract({ it, assert, told: allTold, flush: flushSuite })
)
