/** The strict check by itself: what it refuses, in which words, and that nothing of the input comes back. */
import { assert, describe, it } from "@effect/vitest"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Either, FastCheck, Redacted } from "effect"
import { makeStrictRpc } from "../../src/http/StrictRpc.ts"
import { badEnvelopes, badJson, badPayloads } from "./badBodies.ts"
import { uuid } from "./edgeUnderTest.ts"

const strict = makeStrictRpc(HibikiRpcs)
const refusal = (result: Either.Either<unknown, unknown>) => Either.flip(result).pipe(Either.getOrThrow)

describe("StrictRpc", () => {
  for (const [name, body, code] of badJson) {
    if (typeof body !== "string") continue
    it(`refuses a body with ${name}`, () => {
      assert.deepStrictEqual(refusal(strict.call("user.find", body)), {
        _tag: "BadRequest",
        code,
        field: ["bad_number", "nul", "surrogate"].includes(code) && !name.includes("key") ? "payload.query" : "payload"
      })
      assert.propertyVal(refusal(strict.request(body)), "code", code)
    })
  }
  for (const [name, tag, payload, code, field] of badPayloads) {
    it(`refuses a payload with ${name}, on both paths alike`, () => {
      const expected = { _tag: "BadRequest", code, field }
      assert.deepStrictEqual(refusal(strict.call(tag, JSON.stringify(payload))), expected)
      if (payload === null && tag !== "user.find") return
      assert.deepStrictEqual(
        refusal(strict.request(JSON.stringify({ _tag: "Request", id: "1", tag, payload, headers: [] }))),
        expected
      )
    })
  }
  for (const [name, envelope, code, field] of badEnvelopes) {
    it(`refuses an envelope with ${name}`, () => {
      assert.deepStrictEqual(refusal(strict.request(JSON.stringify(envelope))), { _tag: "BadRequest", code, field })
    })
  }

  it("takes depth 16, 64 keys and 500 people", () => {
    assert.propertyVal(
      refusal(strict.call("user.find", `{"query":${"[".repeat(15)}${"]".repeat(15)}}`)),
      "code",
      "bad_type"
    )
    const keys = Array.from({ length: 64 }, (_, i) => `"k${i}":1`).join(",")
    assert.propertyVal(refusal(strict.call("user.find", `{${keys}}`)), "code", "unknown_field")
    const userIds = Array.from({ length: 500 }, (_, i) => uuid(i))
    assert.isTrue(
      Either.isRight(strict.call("conversation.add", JSON.stringify({ id: uuid(1), conversationId: uuid(2), userIds })))
    )
  })

  it("takes colons, quotes and backslashes within texts for what they are", () => {
    for (const title of ['a:b":"c', "\\", '\\":', "::::", "😀:"]) {
      const body = JSON.stringify({ id: uuid(1), conversationId: uuid(2), title })
      assert.deepNestedPropertyVal(Either.getOrThrow(strict.call("conversation.rename", body)), "payload.title", title)
    }
  })

  it("gives handlers decoded payloads, passwords hidden", () => {
    const body = JSON.stringify({
      handle: "ada",
      password: "correct horse",
      device: { name: "Laptop", kind: "terminal" }
    })
    const { payload } = Either.getOrThrow(strict.call("auth.signIn", body)) as { payload: { password: unknown } }
    assert.isTrue(Redacted.isRedacted(payload.password))
  })

  it("takes a call without payload with an empty body, an empty object, and as the official client sends it", () => {
    for (const result of [
      strict.call("user.me", ""),
      strict.call("user.me", "{}"),
      strict.call("user.me", "null"),
      strict.request('{"_tag":"Request","id":"0","tag":"user.me","headers":[]}')
    ]) {
      assert.isUndefined(Either.getOrThrow(result).payload)
    }
  })

  it("never throws and never repeats a value, whatever JSON comes", () => {
    const marked = FastCheck.jsonValue({ maxDepth: 6 }).map(
      (value) => JSON.parse(JSON.stringify(value), (_, v) => (typeof v === "string" ? `canary ${v}` : v)) as unknown
    )
    FastCheck.assert(
      FastCheck.property(marked, FastCheck.constantFrom(...strict.tags), FastCheck.boolean(), (value, tag, whole) => {
        const results = [
          strict.call(tag, JSON.stringify(value)),
          strict.request(JSON.stringify(whole ? value : { _tag: "Request", id: "1", tag, payload: value, headers: [] }))
        ]
        for (const result of results) {
          if (Either.isRight(result)) continue
          assert.notInclude(JSON.stringify(result.left), "canary")
          assert.match(result.left.code, /^[a-z0-9_]+$/)
          assert.match(result.left.field, /^[A-Za-z0-9_.]*$/)
        }
      }),
      { numRuns: 3_000 }
    )
  })

  it("takes a message on a socket for what it is, or says what is wrong and with which call, whatever comes", () => {
    const word = FastCheck.constantFrom("Ack", "Interrupt", "Ping", "Eof")
    const about = FastCheck.record({ _tag: word, requestId: FastCheck.constantFrom("1", "canary", 1) })
    const request = FastCheck.record({
      _tag: FastCheck.constant("Request"),
      id: FastCheck.constantFrom("1", "1", "canary", 1),
      tag: FastCheck.constantFrom("presence.watch", "user.me", "canary"),
      payload: FastCheck.oneof(FastCheck.constant({ userIds: [] }), FastCheck.jsonValue({ maxDepth: 2 })),
      headers: FastCheck.constantFrom([], [["authorization", "canary"]], "canary")
    })
    const messages = FastCheck.oneof(
      FastCheck.jsonValue({ maxDepth: 6 }),
      FastCheck.record({ _tag: word }),
      about,
      request
    )
    const seen = new Set<string>()
    FastCheck.assert(
      FastCheck.property(messages, (value) => {
        const result = strict.message(JSON.stringify(value))
        seen.add(Either.isRight(result) ? result.right._tag : (result.left.requestId ?? "nameless"))
        if (Either.isRight(result)) return
        assert.notInclude(JSON.stringify(result.left), "canary")
        assert.match(result.left.problem.code, /^[a-z0-9_]+$/)
      }),
      { numRuns: 5_000 }
    )
    assert.deepStrictEqual([...seen].sort(), ["1", "Ack", "Interrupt", "Ping", "Request", "nameless"])
  })

  it("never throws on texts that are no JSON", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary", maxLength: 200 }), (text) => {
        strict.call("user.find", text)
        strict.request(text)
        strict.message(text)
      }),
      { numRuns: 3_000 }
    )
  })
})
