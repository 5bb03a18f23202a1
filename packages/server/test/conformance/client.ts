/** The HTTP side of the suite: calls, and requests that no decent client would make. Every answer must be of the form that is promised. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http"
import { request as httpsRequest } from "node:https"
import type { Rpc, RpcGroup } from "@effect/rpc"
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Either, Schema } from "effect"
import { callsOf } from "../../src/http/StrictRpc.ts"
import { Mismatch } from "./Mismatch.ts"

export const answerWithinMs = 15_000

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** One request on a connection of its own. */
export const exchange = (origin: string, { body, headers, method, path }: HttpRequest): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port, protocol } = new URL(origin)
    const ask = protocol === "https:" ? httpsRequest : httpRequest
    const outgoing = ask({ hostname, port, method, path, headers: { ...headers }, agent: false, timeout: answerWithinMs }, (response) => {
      const chunks: Array<Uint8Array> = []
      response.on("data", (chunk: Uint8Array) => chunks.push(chunk))
      response.on("error", reject)
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() })
      )
    })
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${answerWithinMs} ms to ${method} ${path}`)))
    outgoing.on("error", reject)
    outgoing.end(body)
  })

export interface WireError {
  readonly _tag: string
  readonly code?: string
  readonly field?: string
  readonly reason?: string
  readonly retryAfterMs?: number
}

export interface Answer {
  readonly status: number
  readonly value: unknown
  readonly error: WireError | undefined
}

type RpcOf<T extends RpcTag> = Extract<RpcGroup.Rpcs<typeof HibikiRpcs>, { readonly _tag: T }>
export type ValueOf<T extends RpcTag> = Rpc.SuccessEncoded<RpcOf<T>>

const rpcs = new Map(callsOf(HibikiRpcs).map((rpc) => [rpc._tag, rpc]))

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null
const isWireError = (value: unknown): value is WireError => isObject(value) && typeof value["_tag"] === "string"

/** An answer as the protocol allows it: `value` with 200, else `error`. */
export const readAnswer = ({ body, status }: HttpAnswer): Answer => {
  const answer: unknown = JSON.parse(body)
  if (isObject(answer) && status === 200 && "value" in answer) return { status, value: answer["value"], error: undefined }
  if (isObject(answer) && status !== 200 && isWireError(answer["error"])) return { status, value: undefined, error: answer["error"] }
  throw new Mismatch("the form of an answer", 'status 200 and {"value": ...}, or another and {"error": {"_tag": ...}}', `${status} ${body}`)
}

/** Calls of one server. `token`: of the caller, undefined for one who is not signed in. */
export class Api {
  constructor(readonly origin: string) {}

  async call(tag: RpcTag, payload: unknown, token: string | undefined): Promise<Answer> {
    const headers = { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
    const request = { method: "POST", path: `/api/v1/${tag}`, headers, body: JSON.stringify(payload) }
    for (let tries = 0; ; tries++) {
      const answer = readAnswer(await exchange(this.origin, request))
      const waitMs = answer.error?._tag === "RateLimited" ? (answer.error.retryAfterMs ?? 0) : undefined
      // Limits are not what is tested here: a server with the usual ones only takes longer.
      if (waitMs === undefined || waitMs > 10_000 || tries === 20) return checked(tag, answer)
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }

  /** The value of a call that must succeed. */
  async value<T extends RpcTag>(tag: T, payload: unknown, token: string | undefined): Promise<ValueOf<T>> {
    const answer = await this.call(tag, payload, token)
    if (answer.status !== 200) throw new Mismatch(tag, 200, answer)
    // `call` has decoded it by this call's schema.
    return answer.value as ValueOf<T>
  }

  /** A call that must fail, and with this error. */
  async fails(tag: RpcTag, payload: unknown, token: string | undefined, status: number, error: WireError): Promise<void> {
    expectError(tag, await this.call(tag, payload, token), status, error)
  }
}

export const expectError = (what: string, answer: Answer, status: number, expected: WireError): void => {
  const { _tag, code, field, reason } = expected
  const got = answer.error
  const fits =
    answer.status === status &&
    got?._tag === _tag &&
    (code === undefined || got.code === code) &&
    (field === undefined || got.field === field) &&
    (reason === undefined || got.reason === reason)
  if (!fits) throw new Mismatch(what, { status, error: expected }, { status: answer.status, error: got, value: answer.value })
}

/** What is answered must be of the schema that is published. */
const checked = (tag: RpcTag, answer: Answer): Answer => {
  const rpc = rpcs.get(tag)
  if (answer.status !== 200 || rpc === undefined) return answer
  const decoded = Schema.decodeUnknownEither(Schema.make<unknown>(rpc.successSchema.ast))(answer.value)
  if (Either.isLeft(decoded)) throw new Mismatch(`${tag}'s value`, "one of its schema", answer.value)
  return answer
}
