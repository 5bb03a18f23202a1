import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, TestClock } from "effect"
import { makeEdge } from "../../src/http/Edge.ts"

const recorded = () => {
  const lines: Array<string> = []
  return {
    lines,
    layer: Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => void lines.push(String(message)))
    )
  }
}

const edge = () =>
  makeEdge({
    origins: new Set(["https://chat.example.org"]),
    page: { routeOf: () => undefined, missing: () => undefined },
    readiness: {
      ...{ require: () => Effect.void, mention: () => Effect.void, drain: Effect.void },
      ...{ isReady: Effect.succeed(true), degraded: () => [], isDraining: () => false }
    },
    metrics: "off",
    openAt: "https://chat.example.org",
    routes: new Map([["/rpc", { name: "rpc", methods: { POST: () => Effect.die("reached") } }]])
  })

const request = (headers: Readonly<Record<string, string>>, inTheClear = false, address = "203.0.113.9") => ({
  ...{ method: "POST", path: "/rpc", headers, repeatedHeader: undefined, requestId: "r", body: Effect.succeed("") },
  peer: { address, inTheClear, isLocal: false }
})

describe("the edge", () => {
  for (const from of ["a page of another address", "a request in the clear"] as const)
    it.effect(`warns once an hour of ${from}, and made-up ones silence it for an hour at most`, () => {
      const { layer, lines } = recorded()
      return Effect.gen(function* () {
        const { answer, routeOf } = edge()
        let asked = 0
        /** Each from another network. */
        const ask = (name: string) =>
          answer(
            from === "a page of another address"
              ? request({ origin: `https://${name}.example` }, false, `10.0.${asked++ % 250}.1`)
              : request({}, true, name),
            routeOf("/rpc")
          )
        const warningsOf = (name: string) => lines.filter((line) => line.includes(name)).length
        yield* ask("mine")
        for (let i = 0; i < 500; i++) assert.include([400, 403], (yield* ask(`made-up-${i}`)).status)
        for (let i = 0; i < 5; i++) yield* ask("mine")
        assert.deepStrictEqual([lines.length, warningsOf("mine")], [20, 1])
        yield* ask("late")
        assert.strictEqual(warningsOf("late"), 0)
        yield* TestClock.adjust("1 hour")
        for (const name of ["late", "mine", "late", "mine"]) yield* ask(name)
        assert.deepStrictEqual([lines.length, warningsOf("mine"), warningsOf("late")], [22, 2, 1])
      }).pipe(Effect.provide(layer))
    })

  it.effect("warns of the page of a second network, though a first one makes up as many as it likes", () => {
    const { layer, lines } = recorded()
    return Effect.gen(function* () {
      const { answer, routeOf } = edge()
      const ask = (name: string, address: string) =>
        answer(request({ origin: `https://${name}.example` }, false, address), routeOf("/rpc"))
      for (let i = 0; i < 500; i++) yield* ask(`made-up-${i}`, `203.0.113.${i % 250}`)
      assert.lengthOf(lines, 5)
      yield* ask("mine", "198.51.100.1")
      assert.lengthOf(lines, 6)
    }).pipe(Effect.provide(layer))
  })
})
