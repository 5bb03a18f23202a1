/**
 * The HTTP side of the suite: calls, and requests that no decent client would make. Every answer must be of the form
 * that is promised.
 */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http"
import { Agent as HttpsAgent, request as httpsRequest } from "node:https"
import type { Rpc, RpcGroup } from "@effect/rpc"
import { parseJson } from "@hibiki/core/protocol/Json"
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Either, Schema } from "effect"
import { callsOf } from "../../src/http/StrictRpc.ts"
import { originFor } from "./gateways.ts"
import { internalsIn } from "./internals.ts"
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

/** One request on a connection of its own, or on one of the agent's. */
export const exchange = (
  origin: string,
  { body, headers, method, path }: HttpRequest,
  agent: Agent | false = false
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port, protocol } = new URL(originFor(origin, path))
    const ask = protocol === "https:" ? httpsRequest : httpRequest
    const outgoing = ask(
      { hostname, port, method, path, headers: { ...headers }, agent, timeout: answerWithinMs },
      (response) => {
        const chunks: Array<Uint8Array> = []
        response.on("data", (chunk: Uint8Array) => chunks.push(chunk))
        response.on("error", reject)
        response.on("end", () => {
          const answer = {
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString()
          }
          const inside = internalsIn(answer.body)
          if (inside === undefined) resolve(answer)
          else
            reject(
              new Mismatch(`an answer to ${method} ${path}`, "nothing of the inside", `${inside} in ${answer.body}`)
            )
        })
      }
    )
    outgoing.on("timeout", () =>
      outgoing.destroy(new Error(`no answer within ${answerWithinMs} ms to ${method} ${path}`))
    )
    outgoing.on("error", reject)
    outgoing.end(body)
  })

/** Keeps its connections. */
export const agentFor = (origin: string): Agent =>
  new (origin.startsWith("https:") ? HttpsAgent : Agent)({ keepAlive: true })

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

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null
const isWireError = (value: unknown): value is WireError => isObject(value) && typeof value["_tag"] === "string"

/** The one status of each error; a bad request may have one of its own. */
const statuses: Readonly<Record<string, ReadonlyArray<number>>> = {
  BadRequest: [400, 403, 405, 408, 413, 415, 417, 431],
  HandleRefused: [400],
  PasswordRefused: [400],
  Unauthenticated: [401],
  SignInFailed: [401],
  RegistrationRefused: [403],
  NotFound: [404],
  HandleTaken: [409],
  Refused: [409],
  RateLimited: [429],
  Unavailable: [503]
}

/** An answer as the protocol allows it: `value` with 200, else an error that it names, under its status. */
export const readAnswer = ({ body, headers, status }: HttpAnswer): Answer => {
  const answer = parseJson(body)
  if (isObject(answer) && status === 200 && "value" in answer)
    return { status, value: answer["value"], error: undefined }
  const error = isObject(answer) && Object.keys(answer).length === 1 ? answer["error"] : undefined
  if (!isWireError(error) || !(statuses[error._tag] ?? []).includes(status)) {
    throw new Mismatch(
      "the form of an answer",
      '200 and {"value": ...}, or {"error": {"_tag": ...}} under its status',
      `${status} ${body}`
    )
  }
  const { retryAfterMs } = error
  if (
    retryAfterMs !== undefined &&
    !(Number.isSafeInteger(retryAfterMs) && retryAfterMs > 0 && Number(headers["retry-after"]) > 0)
  ) {
    throw new Mismatch("a delay", "in the error and in the header retry-after", {
      error,
      header: headers["retry-after"]
    })
  }
  return { status, value: undefined, error }
}

/** Calls of one server. `token`: of the caller, undefined for one who is not signed in. */
export class Api {
  /** Whatever was answered that only its owner may know. */
  readonly secrets = new Set<string>()
  private readonly agent: Agent

  constructor(readonly origin: string) {
    this.agent = agentFor(origin)
  }

  close(): void {
    this.agent.destroy()
  }

  /** Once, whatever is answered. */
  async ask(
    tag: RpcTag,
    payload: unknown,
    token: string | undefined,
    more: Readonly<Record<string, string>> = {}
  ): Promise<Answer> {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const headers = { "content-type": "application/json", ...authorization, ...more }
    const request = { method: "POST", path: `/api/v1/${tag}`, headers, body: JSON.stringify(payload) }
    const answer = readAnswer(await exchange(this.origin, request, this.agent))
    this.keepSecrets(answer)
    return answer
  }

  keepSecrets({ value }: Answer): void {
    if (!isObject(value)) return
    for (const name of ["accessToken", "refreshToken", "ticket", "code"]) {
      const secret = value[name]
      if (typeof secret === "string" && secret !== "") this.secrets.add(secret)
    }
  }

  /** `page`: the Origin that it names; none when not given. */
  async call(tag: RpcTag, payload: unknown, token: string | undefined, page?: string): Promise<Answer> {
    for (let tries = 0; ; tries++) {
      const answer = await this.ask(tag, payload, token, page === undefined ? {} : { origin: page })
      const waitMs = answer.error?._tag === "RateLimited" ? (answer.error.retryAfterMs ?? 0) : undefined
      // Limits are not what is tested here: a server with the usual ones only takes longer.
      if (waitMs === undefined || waitMs > 10_000 || tries === 20) return checked(tag, answer)
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }

  /** The value of a call that must succeed. */
  async value<T extends RpcTag>(
    tag: T,
    payload: unknown,
    token: string | undefined,
    page?: string
  ): Promise<ValueOf<T>> {
    const answer = await this.call(tag, payload, token, page)
    if (answer.status !== 200) throw new Mismatch(tag, 200, answer)
    // `call` has checked it by this call's schema.
    return answer.value as ValueOf<T>
  }

  /** A call that must fail, and with this error. */
  async fails(
    tag: RpcTag,
    payload: unknown,
    token: string | undefined,
    status: number,
    error: WireError
  ): Promise<void> {
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
  if (!fits)
    throw new Mismatch(what, { status, error: expected }, { status: answer.status, error: got, value: answer.value })
}

/**
 * What is answered must be of the schema that is published, and nothing besides: a field too many could be somebody
 * else's.
 */
const checked = (tag: RpcTag, answer: Answer): Answer => {
  const rpc = rpcs.get(tag)
  if (answer.status !== 200 || rpc === undefined) return answer
  const decoded = Schema.decodeUnknownEither(Schema.make<unknown>(rpc.successSchema.ast), {
    onExcessProperty: "error"
  })(answer.value)
  if (Either.isLeft(decoded)) throw new Mismatch(`${tag}'s value`, "one of its schema", answer.value)
  return answer
}
