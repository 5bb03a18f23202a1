import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect, HashMap, Logger, TestClock } from "effect"
import { Accounts } from "../../src/accounts/Accounts.ts"
import { accountsInMemory, outcome, password, register, registration, signIn } from "./authKit.ts"

type Line = readonly [level: string, message: string, notes: Readonly<Record<string, unknown>>]

const recorded = () => {
  const lines: Array<Line> = []
  const logger = Logger.make(({ annotations, logLevel, message }) => {
    lines.push([
      logLevel.label,
      String(Array.isArray(message) ? message.join(" ") : message),
      Object.fromEntries(HashMap.entries(annotations))
    ])
  })
  return { lines, layer: Logger.replace(Logger.defaultLogger, logger) }
}

describe("the log of sign-ins", () => {
  it.effect("has a line for each that was let in: who, on which device, from which network", () => {
    const { layer, lines } = recorded()
    return Effect.gen(function* () {
      const ann = yield* register("ann")
      const again = yield* signIn("ann", { address: "2001:db8:1:2::3" })
      assert.deepStrictEqual(lines, [
        ["INFO", "Registered", { userId: ann.userId, deviceId: ann.deviceId, address: "192.0.2.0/24" }],
        ["INFO", "Signed in", { userId: ann.userId, deviceId: again.deviceId, address: "2001:db8:1::/48" }]
      ])
    }).pipe(Effect.provide(accountsInMemory()), Effect.provide(layer))
  })

  it.effect(
    "has one for a registration that is done again, since its answer was lost: it signs in a further device",
    () => {
      const { layer, lines } = recorded()
      return Effect.gen(function* () {
        const [ann, again] = [
          yield* register("ann"),
          yield* Effect.flatMap(Accounts, (accounts) => accounts.register(registration("ann")))
        ]
        assert.deepStrictEqual(lines.slice(1), [
          ["INFO", "Signed in", { userId: ann.userId, deviceId: again.deviceId, address: "192.0.2.0/24" }]
        ])
      }).pipe(Effect.provide(accountsInMemory()), Effect.provide(layer))
    }
  )

  for (const [logAddresses, address] of [
    ["full", "192.0.2.1"],
    ["none", undefined]
  ] as const)
    it.effect(`shows addresses as the setting says: ${logAddresses}`, () => {
      const { layer, lines } = recorded()
      return Effect.gen(function* () {
        yield* register("ann")
        assert.strictEqual(lines[0]?.[2]["address"], address)
      }).pipe(Effect.provide(accountsInMemory({ logAddresses })), Effect.provide(layer))
    })

  it.effect(
    "has one line a minute for all that were refused, a warning where they are many, and nothing of what was typed",
    () => {
      const { layer, lines } = recorded()
      return Effect.gen(function* () {
        const ann = yield* register("ann")
        lines.length = 0
        for (let i = 0; i < 200; i++)
          yield* outcome(signIn("ann", { password: "a wrong phrase", address: `10.0.${i}.1` }))
        for (let i = 0; i < 3; i++)
          yield* outcome(signIn("my secret in the wrong field", { password: "wrong", address: "10.9.9.9" }))
        assert.deepStrictEqual(lines, [])
        yield* TestClock.adjust("1 minute")
        const many = {
          wrongPassword: 103,
          notLookedAt: 100,
          accounts: 1,
          networks: 201,
          mostTried: ann.userId,
          mostFrom: "10.9.9.0/24"
        }
        assert.deepStrictEqual(lines, [["WARN", "Sign-ins were refused", many]])
        yield* outcome(signIn("ann", { password: "wrong" }))
        yield* TestClock.adjust("2 minutes")
        assert.deepStrictEqual(
          lines.slice(1).map(([level, message, notes]) => [level, message, notes["wrongPassword"]]),
          [["INFO", "Sign-ins were refused", 1]]
        )
        const accounts = yield* Accounts
        yield* outcome(accounts.register(registration("bob")))
        const text = inspect(lines, { depth: 10 })
        for (const secret of [password, "a wrong phrase", "my secret"]) assert.notInclude(text, secret)
      }).pipe(Effect.provide(accountsInMemory()), Effect.provide(layer))
    }
  )
})
