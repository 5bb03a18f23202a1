/** The official client against `/rpc`, and `/rpc` against `/api/v1`: one answer for both. */
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { RpcClient, RpcSerialization } from "@effect/rpc"
import { assert, describe, it } from "@effect/vitest"
import { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Effect, Either, Layer, Redacted } from "effect"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { commandRows } from "../conformance/commandRows.ts"
import { aboutStubs, call, edgeLayer, me, send, token, uuid } from "./edgeUnderTest.ts"

// What is not decided by a handler has a status other than 200: so it fails this call alone, as RpcClientError.
const checkingClient = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(HttpClient.HttpClient, HttpClient.filterStatusOk)
).pipe(Layer.provide(FetchHttpClient.layer))
const makeClient = Effect.flatMap(HttpServer, ({ port }) =>
  Effect.provide(
    RpcClient.make(HibikiRpcs),
    RpcClient.layerProtocolHttp({ url: `http://127.0.0.1:${port}/rpc` }).pipe(
      Layer.provide([checkingClient, RpcSerialization.layerJson])
    )
  )
)
const authorized = RpcClient.withHeaders({ authorization: `Bearer ${token}` })
const conversationId = ConversationId.make(aboutStubs.conversationId)

/** Every call that is a command. One that takes something back does it after that was done. */
const commandCalls = Object.entries(commandRows).flatMap(([tag, { payload }]) => {
  const once = payload(aboutStubs)
  return (
    "on" in once
      ? [
          { ...once, on: true },
          { ...once, on: false }
        ]
      : [once]
  ).map((each) => [tag, each] as const)
})

/** Calls and payloads that end in every way that there is. */
const calls: ReadonlyArray<readonly [tag: string, payload: unknown]> = [
  ["user.me", {}],
  ["user.find", { query: "ada", limit: 3 }],
  ["auth.signIn", { handle: "ada", password: "x", device: { name: "Laptop", kind: "terminal" } }],
  ["auth.signOut", {}],
  ["auth.refresh", { refreshToken: "x" }],
  ["device.list", {}],
  ["device.revoke", { deviceId: uuid(1), password: "x" }],
  ["conversation.get", { conversationId }],
  ["conversation.get", { conversationId: uuid(404) }],
  ...commandCalls,
  ["history.page", { conversationId, before: 10 }],
  ["user.find", { query: "die" }]
]

describe("RPC over HTTP", () => {
  it.live("serves the official client: values, typed refusals, hidden passwords", () =>
    Effect.gen(function* () {
      const client = yield* makeClient
      const found = yield* client.user.find({ query: "grace" }).pipe(authorized)
      assert.deepStrictEqual(found, [{ userId: me.userId, handle: "grace", displayName: "Ada" }])
      assert.strictEqual((yield* client.user.me().pipe(authorized)).handle, "ada")
      const left = yield* client.conversation
        .leave({ id: CommandId.make(uuid(1)), conversationId })
        .pipe(authorized, Effect.flip)
      assert.deepInclude(left, { _tag: "Refused", code: "last_owner" })
      const signedIn = yield* client.auth.signIn({
        handle: "ada",
        password: Redacted.make("x"),
        device: { name: "Laptop", kind: "terminal" }
      })
      assert.strictEqual(signedIn.accessToken, "a")
      assert.strictEqual((yield* client.user.me().pipe(Effect.flip))._tag, "Unauthenticated")
      const broken = yield* client.user.find({ query: "die" }).pipe(authorized, Effect.flip)
      assert.deepInclude(broken, { _tag: "Unavailable", retryAfterMs: 1_000 })
    }).pipe(Effect.scoped, Effect.provide(edgeLayer()))
  )

  it.live("fails only the call that was refused before it was made", () =>
    Effect.gen(function* () {
      const client = yield* makeClient
      const find = (query: string) => Effect.either(authorized(client.user.find({ query })))
      const results = yield* Effect.all([find("a"), find("b")], { concurrency: 2 })
      const tags = results.map((result) => (Either.isLeft(result) ? result.left._tag : "Right"))
      assert.deepStrictEqual(tags.sort(), ["Right", "RpcClientError"])
    }).pipe(
      Effect.scoped,
      Effect.provide(
        edgeLayer({
          bounds: { requestsMax: 1 },
          handlers: { "user.find": () => Effect.delay(Effect.succeed([]), "50 millis") }
        })
      )
    )
  )

  it.live("answers /api/v1 and /rpc alike", () =>
    Effect.gen(function* () {
      const { port } = yield* HttpServer
      for (const [tag, payload] of calls) {
        for (const authorization of [`Bearer ${token}`, "Bearer wrong"]) {
          const api = JSON.parse((yield* call(port, tag, payload, { authorization })).body) as {
            value?: unknown
            error?: unknown
          }
          const body = JSON.stringify({ _tag: "Request", id: "17", tag, payload, headers: [] })
          const rpc = yield* send(port, "POST", "/rpc", {
            headers: { "content-type": "application/json", authorization },
            body
          })
          const [message] = JSON.parse(rpc.body) as ReadonlyArray<{
            requestId: string
            exit: { value?: unknown; cause?: { error: unknown } }
          }>
          assert.strictEqual(message?.requestId, "17")
          assert.isDefined(api.value ?? api.error, tag)
          assert.deepStrictEqual([message?.exit.value, message?.exit.cause?.error], [api.value, api.error], tag)
        }
      }
    }).pipe(Effect.provide(edgeLayer()))
  )

  it.live("keeps many calls at once apart", () =>
    Effect.gen(function* () {
      const client = yield* makeClient
      const queries = Array.from({ length: 60 }, (_, i) => `user${i}`)
      const found = yield* Effect.forEach(queries, (query) => authorized(client.user.find({ query })), {
        concurrency: 20
      })
      assert.deepStrictEqual(
        found.map(([person]) => person?.handle),
        queries
      )
    }).pipe(Effect.scoped, Effect.provide(edgeLayer()))
  )
})
