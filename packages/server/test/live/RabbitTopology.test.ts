/** The set-up of the broker, and what is said when it can't be used. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { checkBrokerVersion } from "../../src/rabbit/BrokerProblem.ts"
import { checkTopology, partitionQueue, setUpTopology } from "../../src/rabbit/RabbitTopology.ts"
import { makeVhost, onBroker } from "./rabbitKit.ts"

const reason = (effect: Effect.Effect<unknown, { readonly reason: string; readonly sentence: string }>) =>
  Effect.map(Effect.flip(effect), (problem) => {
    assert.match(problem.sentence, /^[A-Z].*\.$/)
    assert.notInclude(problem.sentence, "guest")
    return problem.reason
  })

describe("the broker's set-up", () => {
  it.live("makes everything once, is safe at any time and by several at once", () =>
    Effect.gen(function* () {
      const url = makeVhost()
      assert.strictEqual(yield* reason(checkTopology({ url, partitions: 4 })), "notSetUp")
      const setUps = yield* Effect.all(
        Array.from({ length: 4 }, () => setUpTopology({ url, partitions: 4 })),
        { concurrency: 4 }
      )
      assert.include(
        setUps.map(({ made }) => made),
        true
      )
      yield* checkTopology({ url, partitions: 4 })
      assert.deepInclude(yield* setUpTopology({ url, partitions: 4 }), { made: false, trouble: undefined })
    })
  )

  it.live("is completed when it was broken off", () =>
    Effect.gen(function* () {
      const url = makeVhost()
      yield* setUpTopology({ url, partitions: 3 })
      yield* onBroker(url, async (channel) => {
        await channel.deleteExchange("hibiki.partitions.3")
        await channel.deleteQueue(partitionQueue(2))
      })
      assert.strictEqual(yield* reason(checkTopology({ url, partitions: 3 })), "notSetUp")
      assert.deepInclude(yield* setUpTopology({ url, partitions: 3 }), { made: true, trouble: undefined })
      yield* checkTopology({ url, partitions: 3 })
      yield* onBroker(url, (channel) => channel.deleteQueue(partitionQueue(1)))
      assert.strictEqual(yield* reason(checkTopology({ url, partitions: 3 })), "notSetUp")
      assert.deepInclude(yield* setUpTopology({ url, partitions: 3 }), { made: true, trouble: undefined })
    })
  )

  it.live("never changes the number of partitions", () =>
    Effect.gen(function* () {
      const url = makeVhost()
      yield* setUpTopology({ url, partitions: 3 })
      for (const partitions of [2, 4]) {
        assert.strictEqual(yield* reason(checkTopology({ url, partitions })), "otherPartitions")
        assert.strictEqual(yield* reason(setUpTopology({ url, partitions })), "otherPartitions")
      }
      yield* checkTopology({ url, partitions: 3 })
      assert.strictEqual(yield* reason(checkTopology({ url, partitions: 0 })), "failed")
    })
  )

  it.live("leaves a queue alone that has other settings", () =>
    Effect.gen(function* () {
      const url = makeVhost()
      yield* setUpTopology({ url, partitions: 2 })
      assert.strictEqual(yield* reason(setUpTopology({ url, partitions: 2, deliveryLimit: 3 })), "differs")
    })
  )

  it.live("says why the broker can't be used", () =>
    Effect.gen(function* () {
      const url = makeVhost()
      const at = (change: (url: URL) => void) => {
        const changed = new URL(Redacted.value(url))
        change(changed)
        return reason(checkTopology({ url: Redacted.make(changed.href), partitions: 1 }))
      }
      assert.strictEqual(yield* at((changed) => (changed.password = "wrong")), "credentials")
      assert.strictEqual(yield* at((changed) => (changed.pathname = "/none")), "vhost")
      assert.strictEqual(yield* at((changed) => (changed.hostname = "none.invalid")), "unreachable")
      // Nothing listens on it: a port of the system that only root could use.
      assert.strictEqual(yield* at((changed) => (changed.port = "1")), "refused")
      assert.strictEqual(checkBrokerVersion("3.13.7")?.reason, "tooOld")
      assert.strictEqual(checkBrokerVersion("4.0.5"), undefined)
      assert.strictEqual(yield* at((changed) => (changed.pathname = "/%2F")), "notSetUp")
    })
  )
})
