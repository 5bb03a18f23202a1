import { assert, describe, it } from "@effect/vitest"
import { SpanExport, type SpanRecord } from "@hibiki/core/ports/SpanExport"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Effect, Layer } from "effect"
import { makeCallSpans } from "../../src/http/callSpans.ts"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { callsOf } from "../../src/http/StrictRpc.ts"
import { aboutStubs, call, edgeLayer, token } from "./edgeUnderTest.ts"

const canary = "canary7f3a"

describe("the spans of calls", () => {
  it("cost nothing without an exporter: the call runs as it is", () => {
    const answered = Effect.succeed({ _tag: "Done", value: 1 } as const)
    const [rpc] = callsOf(HibikiRpcs)
    assert.isDefined(rpc)
    if (rpc !== undefined) assert.strictEqual(makeCallSpans(undefined)({ rpc, payload: {} }, "1", answered), answered)
  })

  it.live("are one for each call, with its name and outcome, and hold nothing that was sent", () => {
    const spans: Array<SpanRecord> = []
    const exporter = { emit: (span: SpanRecord) => void spans.push(span), isSampled: () => true }
    return Effect.gen(function* () {
      const { port } = yield* HttpServer
      const authorization = `Bearer ${token}`
      yield* call(port, "user.find", { query: canary, limit: 3 }, { authorization })
      yield* call(port, "user.find", { query: "die" }, { authorization })
      yield* call(
        port,
        "conversation.leave",
        { id: aboutStubs.id, conversationId: aboutStubs.conversationId },
        { authorization }
      )
      yield* call(port, "user.me", {}, { authorization: `Bearer ${canary}` })
      yield* call(port, "user.frob", {}, { authorization })
      assert.deepStrictEqual(
        spans.map(({ attributes, isError, kind, name }) => [name, attributes["hibiki.outcome"], isError, kind]),
        [
          ["user.find", "Done", false, "server"],
          ["user.find", "Unavailable", true, "server"],
          ["conversation.leave", "Refused", false, "server"],
          ["user.me", "Unauthenticated", false, "server"]
        ]
      )
      for (const { attributes, endMs, startMs } of spans) {
        assert.isAtLeast(endMs, startMs)
        assert.deepStrictEqual(Object.keys(attributes).sort(), [
          "hibiki.outcome",
          "hibiki.request_id",
          "rpc.method",
          "rpc.system"
        ])
      }
      const all = JSON.stringify(spans)
      assert.notInclude(all, canary)
      assert.notInclude(all, token)
    }).pipe(Effect.provide(edgeLayer().pipe(Layer.provide(Layer.succeed(SpanExport, exporter)))))
  })
})
