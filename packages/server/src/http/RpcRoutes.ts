/**
 * The calls over HTTP: `/rpc` for @effect/rpc's client, `/api/v1/<tag>` for everything else, and the description of the
 * latter.
 */
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Context, Effect, Layer } from "effect"
import { type Answer, badInput, type EdgeRequest, failure, json, type Route, type WireError } from "./Answer.ts"
import { HttpOptions } from "./HttpOptions.ts"
import { openApi } from "./OpenApi.ts"
import { type Outcome, RpcCalls } from "./RpcCalls.ts"
import { makeStrictRpc } from "./StrictRpc.ts"

export class RpcRoutes extends Context.Tag("@hibiki/server/http/RpcRoutes")<
  RpcRoutes,
  {
    /** By the whole path. */
    readonly routes: ReadonlyMap<string, Route>
  }
>() {}

/** For a process that answers no calls. */
export const NoRpcRoutes = Layer.succeed(RpcRoutes, RpcRoutes.of({ routes: new Map() }))

export const RpcRoutesLive = Layer.effect(
  RpcRoutes,
  Effect.gen(function* () {
    const calls = yield* RpcCalls
    const { publicUrl } = yield* HttpOptions
    const strict = makeStrictRpc(HibikiRpcs)

    const rpc = (request: EdgeRequest) =>
      Effect.gen(function* () {
        const call = yield* strict.request(yield* jsonBody(request))
        const caller = { ...callerOf(request), authorization: request.headers.authorization ?? call.authorization }
        return framed(call.id, yield* calls.run(call, caller))
      })
    const api = (tag: string) => (request: EdgeRequest) =>
      Effect.gen(function* () {
        const call = yield* strict.call(tag, yield* jsonBody(request))
        const outcome = yield* calls.run(call, callerOf(request))
        return outcome._tag === "Done" ? json(200, { value: outcome.value ?? null }) : failure(outcome.error)
      })

    const description = json(200, openApi(HibikiRpcs, publicUrl?.origin))
    const routes = new Map<string, Route>([
      ["/rpc", { name: "rpc", methods: { POST: refusing(rpc) } }],
      ["/api/v1/openapi.json", { name: "openapi", methods: { GET: () => Effect.succeed(description) } }]
    ])
    for (const tag of [...strict.tags, ...strict.streams])
      routes.set(`/api/v1/${tag}`, { name: "api", methods: { POST: refusing(api(tag)) } })
    return RpcRoutes.of({ routes })
  })
)

const refusing = (handle: (request: EdgeRequest) => Effect.Effect<Answer, WireError>) => (request: EdgeRequest) =>
  Effect.catchAll(handle(request), (error) => Effect.succeed(failure(error)))

const callerOf = (request: EdgeRequest) => ({
  address: request.peer.address,
  origin: request.headers.origin ?? "",
  authorization: request.headers.authorization,
  requestId: request.requestId
})

/** The text of the body of a request that declares plain JSON. */
const jsonBody = (request: EdgeRequest): Effect.Effect<string, WireError> => {
  const type = /^application\/json(?:\s*;\s*charset=(?:utf-8|"utf-8"))?$/i.test(request.headers["content-type"] ?? "")
  if (!type) return Effect.fail(badInput("unsupported_media_type", "header.content-type"))
  const encoding = request.headers["content-encoding"] ?? "identity"
  return encoding.toLowerCase() === "identity"
    ? request.body
    : Effect.fail(badInput("unsupported_media_type", "header.content-encoding"))
}

/**
 * As @effect/rpc's client reads it: a list of messages. A call's own error has status 200 as well, since its protocol
 * has no other.
 */
const framed = (requestId: string, outcome: Outcome): Answer =>
  json(200, [
    {
      _tag: "Exit",
      requestId,
      exit:
        outcome._tag === "Done"
          ? { _tag: "Success", value: outcome.value }
          : { _tag: "Failure", cause: { _tag: "Fail", error: outcome.error } }
    }
  ])
