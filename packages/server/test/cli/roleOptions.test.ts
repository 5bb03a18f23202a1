import { assert, describe, it } from "@effect/vitest"
import { defaultAccountSettings } from "@hibiki/core/accounts/AccountPolicy"
import { defaultGatewaySettings } from "@hibiki/core/gateway/GatewaySettings"
import { defaultTracesPerSecond } from "@hibiki/core/operate/TraceBuffer"
import { Effect } from "effect"
import { loadSettings } from "../../src/cli/config/Environment.ts"
import { modeOf } from "../../src/cli/config/modeOf.ts"
import { roleOptions } from "../../src/cli/config/roleOptions.ts"
import { defaultSocketSettings } from "../../src/gateway/GatewaySockets.ts"
import { httpBounds } from "../../src/http/HttpOptions.ts"

describe("what the roles are told", () => {
  it.effect("is their own defaults when nothing is set, so that the help tells the truth", () =>
    Effect.gen(function* () {
      const options = roleOptions(yield* loadSettings({}))
      // Whoever runs a server decides to open it to strangers; the core's default serves tests and benches.
      assert.deepStrictEqual(options.accounts, { ...defaultAccountSettings, registration: "invite" })
      assert.deepStrictEqual(options.gateway, { ...defaultGatewaySettings, ...defaultSocketSettings })
      assert.deepStrictEqual(options.http.bounds, httpBounds)
      assert.strictEqual(options.tracesPerSecond, defaultTracesPerSecond)
    })
  )

  it.effect("follows the settings", () =>
    Effect.gen(function* () {
      const options = roleOptions(
        yield* loadSettings({
          HIBIKI_LIMIT_SEND_PER_SECOND: "3",
          HIBIKI_LIMIT_SEND_PER_SECOND_CONVERSATION: "2",
          HIBIKI_LIMIT_SEND_BURST_CONVERSATION: "9",
          HIBIKI_LIMIT_READS_PER_SECOND: "7",
          HIBIKI_LIMIT_READ_KILOBYTES_PER_SECOND: "8",
          HIBIKI_LIMIT_READ_KILOBYTES_BURST: "9",
          HIBIKI_LIMIT_SEARCH_PER_SECOND: "1",
          HIBIKI_REGISTRATION: "closed",
          HIBIKI_LIMIT_TRACES_PER_SECOND: "0",
          HIBIKI_TRUSTED_PROXIES: "10.0.0.1, 10.1.0.0/16"
        })
      )
      assert.strictEqual(options.gateway.sends.ratePerSecond, 3)
      assert.deepStrictEqual(options.gateway.sendsInOne, { ratePerSecond: 2, burst: 9 })
      // One setting for what comes on sockets and by calls.
      assert.strictEqual(options.accounts.limits.changeUser.perMinute, 180)
      assert.strictEqual(options.accounts.limits.readUser.perMinute, 420)
      assert.strictEqual(options.accounts.limits.searchUser.perMinute, 60)
      assert.strictEqual(options.gateway.ranges.ratePerSecond, 7)
      assert.deepInclude(options.accounts.limits.readKilobytesUser, { burst: 9, perMinute: 480 })
      assert.deepStrictEqual(options.gateway.rangeKilobytes, { ratePerSecond: 8, burst: 9 })
      assert.strictEqual(options.accounts.registration, "closed")
      assert.strictEqual(options.tracesPerSecond, 0)
      assert.deepStrictEqual(options.http.trustedProxies, ["10.0.0.1", "10.1.0.0/16"])
    })
  )
})

describe("service URLs", () => {
  const check = (variables: Record<string, string>) => Effect.flatMap(loadSettings(variables), modeOf)
  const all = { HIBIKI_DATABASE_URL: "postgres://h", HIBIKI_AMQP_URL: "amqp://h", HIBIKI_REDIS_URL: "redis://h" }

  it.effect("none is the embedded mode", () => check({}))

  it.effect("of some only, the missing ones are named", () =>
    Effect.gen(function* () {
      for (const name of Object.keys(all)) {
        const { [name]: _, ...others } = { ...all } as Record<string, string>
        const problem = yield* Effect.flip(check(others))
        assert.match(problem.sentence, new RegExp(`^${name} is not set`))
        assert.strictEqual(problem.exitCode, 78)
      }
    })
  )

  it.effect("none are the embedded mode, and all are a cluster", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* check({}), "embedded")
      assert.strictEqual(yield* check(all), "cluster")
    })
  )
})
