import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Redacted, TestClock } from "effect"
import { type PlainAnswer, type PlainCall, plainCalls, rpcCalls } from "../../src/lib/plainCall.ts"
import type { TokenAnswer } from "../../src/lib/session.ts"
import { Calls, callsOver } from "../../src/runtime/Calls.ts"

const refused: PlainAnswer = { ok: false, error: { _tag: "Unauthenticated" } }

/** A server that takes `good` tokens only, and the session that gives out `tokens` one after the other. */
const scene = (good: ReadonlyArray<string>, tokens: ReadonlyArray<TokenAnswer>) => {
  const asked: Array<readonly [tag: string, body: string, authorization: string | undefined]> = []
  const plain: PlainCall = async (tag, body, headers) => {
    asked.push([tag, body, headers["authorization"]])
    return good.includes(headers["authorization"]?.slice(7) ?? "")
      ? { ok: true, value: { ticket: "t", ttlMs: 1 } }
      : refused
  }
  const left = [...tokens]
  const next = async () => left.shift() ?? ({ _tag: "SignedOut" } as const)
  const layer = callsOver(plain, { token: next, renewed: next })
  return {
    asked,
    call: Effect.provide(
      Effect.map(Calls, ({ call }) => call),
      layer
    )
  }
}
const token = (text: string): TokenAnswer => ({ _tag: "Token", token: text })

describe("Calls", () => {
  it.effect("makes a call with the session's token", () =>
    Effect.gen(function* () {
      const { asked, call } = scene(["a"], [token("a")])
      assert.deepStrictEqual(yield* (yield* call)("ticket.issue", undefined), { ticket: "t", ttlMs: 1 })
      assert.deepStrictEqual(asked, [["ticket.issue", "{}", "Bearer a"]])
    })
  )

  it.effect("brings names from before a rule as the page shows them, and texts as they were written", () =>
    Effect.gen(function* () {
      const text = "\u202etext"
      const person = { userId: "u", handle: "bob", displayName: "Bob\u202e" }
      const stored = {
        conversations: [{ title: "Te\nam\u2066", peer: person, members: 2 }],
        rows: [{ text, title: null }, text],
        entries: [{ deviceName: "Old\u202e" }]
      }
      const layer = callsOver(async () => ({ ok: true, value: stored }), {
        token: async () => token("a"),
        renewed: async () => token("a")
      })
      const { call } = yield* Effect.provide(Calls, layer)
      const shown = {
        conversations: [{ title: "Te am", peer: { ...person, displayName: "Bob" }, members: 2 }],
        rows: stored.rows,
        entries: [{ deviceName: "Old" }]
      }
      assert.deepStrictEqual<unknown>(yield* call("me.snapshot", undefined), shown)
    })
  )

  it.effect("tries once more with another token when one is not taken", () =>
    Effect.gen(function* () {
      const { asked, call } = scene(["b"], [token("a"), token("b")])
      yield* (yield* call)("ticket.issue", undefined)
      assert.deepStrictEqual(
        asked.map(([, , authorization]) => authorization),
        ["Bearer a", "Bearer b"]
      )
    })
  )

  it.effect("does not try a third time", () =>
    Effect.gen(function* () {
      const { asked, call } = scene([], [token("a"), token("b"), token("c")])
      const error = yield* Effect.flip((yield* call)("ticket.issue", undefined))
      assert.strictEqual(error._tag, "Unauthenticated")
      assert.strictEqual(asked.length, 2)
    })
  )

  it.effect("asks nothing while nobody is signed in or no token is to be had", () =>
    Effect.gen(function* () {
      const out = scene(["a"], [])
      assert.strictEqual((yield* Effect.flip((yield* out.call)("ticket.issue", undefined)))._tag, "Unauthenticated")
      const away = scene(["a"], [{ _tag: "Unreachable", retryAfterMs: 5 }])
      const error: object = yield* Effect.flip((yield* away.call)("ticket.issue", undefined))
      assert.deepStrictEqual(error, { _tag: "Unreachable", retryAfterMs: 5 })
      assert.deepStrictEqual([...out.asked, ...away.asked], [])
    })
  )

  it.effect(
    "waits, unseen, as often and as long as a server asks that is called a little too fast, and tells of a longer wait",
    () =>
      Effect.gen(function* () {
        const waits = [20, 20, 60_000]
        const asked: Array<number> = []
        const plain: PlainCall = async () => {
          asked.push(waits.length)
          const retryAfterMs = waits.shift()
          return retryAfterMs === undefined
            ? { ok: true, value: {} }
            : { ok: false, error: { _tag: "RateLimited", retryAfterMs } }
        }
        const given = async () => token("a")
        const { call } = yield* Effect.provide(Calls, callsOver(plain, { token: given, renewed: given }))
        const answer = yield* Effect.fork(Effect.flip(call("me.snapshot", undefined)))
        const after = (ms: number) =>
          Effect.zipRight(
            TestClock.adjust(ms),
            Effect.promise(() => new Promise((done) => setImmediate(done)))
          )
        yield* after(0)
        assert.strictEqual(asked.length, 1)
        yield* after(20)
        assert.strictEqual(asked.length, 2)
        // Twice as long the second time: others wait for the same.
        yield* after(20)
        assert.strictEqual(asked.length, 2)
        yield* after(20)
        assert.deepInclude(yield* Fiber.join(answer), { _tag: "RateLimited", retryAfterMs: 60_000 })
      })
  )

  it.effect("reveals a password only in what it sends", () =>
    Effect.gen(function* () {
      const { asked, call } = scene(["a"], [token("a")])
      const payload = { current: Redacted.make("old one"), next: Redacted.make("new one"), revokeOthers: true }
      yield* (yield* call)("auth.changePassword", payload)
      assert.strictEqual(asked[0]?.[1], '{"current":"old one","next":"new one","revokeOthers":true}')
      assert.notInclude(JSON.stringify(payload), "old one")
    })
  )
})

describe("plainCalls", () => {
  const answering = (answer: () => Promise<unknown>) =>
    plainCalls((async () => ({ json: answer })) as unknown as typeof fetch)("user.me", "{}", {})

  it("answers values and errors as they came", async () => {
    assert.deepStrictEqual(await answering(async () => ({ value: [1] })), { ok: true, value: [1] })
    assert.deepStrictEqual(await answering(async () => ({ value: null })), { ok: true, value: null })
    const error = { _tag: "Refused", code: "no_change" }
    assert.deepStrictEqual(await answering(async () => ({ error })), { ok: false, error })
  })

  it("takes for unreachable what is no answer of ours", async () => {
    const gone = { ok: false, error: { _tag: "Unreachable" } } as const
    for (const body of [undefined, null, [], "x", {}, { error: "x" }, { error: { code: 1 } }])
      assert.deepStrictEqual(await answering(async () => body), gone)
    assert.deepStrictEqual(await answering(() => Promise.reject(new SyntaxError("<html>"))), gone)
    const offline = plainCalls((() => Promise.reject(new TypeError("Failed to fetch"))) as unknown as typeof fetch)
    assert.deepStrictEqual(await offline("user.me", "{}", {}), gone)
  })
})

describe("rpcCalls", () => {
  const answering = (body: unknown) =>
    rpcCalls((async () => ({ json: async () => body })) as unknown as typeof fetch)("user.me", "{}", {})
  const exit = (outcome: unknown) => [{ _tag: "Exit", requestId: "1", exit: outcome }]

  it("sends one request as the protocol has it", async () => {
    const sent: Array<unknown> = []
    const fetching = async (path: unknown, init: RequestInit | undefined) => {
      sent.push(path, JSON.parse(String(init?.body)))
      return { json: async () => exit({ _tag: "Success", value: 7 }) }
    }
    const answer = await rpcCalls(fetching as unknown as typeof fetch)("user.find", '{"query":"ka"}', {
      authorization: "Bearer a"
    })
    assert.deepStrictEqual(answer, { ok: true, value: 7 })
    assert.deepStrictEqual(sent, [
      "/rpc",
      { _tag: "Request", id: "1", tag: "user.find", headers: [], payload: { query: "ka" } }
    ])
  })

  it("answers what the call said, and what the front refused", async () => {
    const error = { _tag: "Refused", code: "no_change" }
    assert.deepStrictEqual(await answering(exit({ _tag: "Failure", cause: { _tag: "Fail", error } })), {
      ok: false,
      error
    })
    assert.deepStrictEqual(await answering({ error }), { ok: false, error })
  })

  it("takes for unreachable what is no answer of ours", async () => {
    const gone = { ok: false, error: { _tag: "Unreachable" } } as const
    for (const body of [
      undefined,
      [],
      [{}],
      exit(undefined),
      exit({ _tag: "Failure", cause: { _tag: "Die" } }),
      { value: 1 },
      "x"
    ])
      assert.deepStrictEqual(await answering(body), gone)
  })
})
