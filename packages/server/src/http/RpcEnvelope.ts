/** Reads the envelopes of @effect/rpc as its official client sends them, and nothing else. */
import { Either } from "effect"
import { type BadInput, badInput } from "./Answer.ts"

/** One call. */
export interface Envelope {
  /** The client's name for the call, digits only. */
  readonly id: string
  readonly tag: string
  readonly payload: unknown
  /** From the envelope's headers. */
  readonly authorization: string | undefined
}

const envelopeFields = new Set(["_tag", "id", "tag", "payload", "headers", "traceId", "spanId", "sampled"])
const headersMax = 16
const callId = /^\d{1,20}$/

/**
 * What the official client sends, and nothing else. Its trace is left aside: a stranger's spans are no parents of ours.
 */
export const readEnvelope = (value: unknown): Either.Either<Envelope, BadInput> => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return Either.left(badInput("bad_type", "body"))
  const envelope = new Map<string, unknown>(Object.entries(value))
  for (const key of envelope.keys()) if (!envelopeFields.has(key)) return Either.left(badInput("unknown_field", "body"))
  if (envelope.get("_tag") !== "Request") return Either.left(badInput("not_a_request", "_tag"))
  const id = envelope.get("id")
  if (typeof id !== "string" || !callId.test(id)) return Either.left(badInput("bad_id", "id"))
  const tag = envelope.get("tag")
  if (typeof tag !== "string") return Either.left(badInput("bad_type", "tag"))
  for (const key of ["traceId", "spanId"]) {
    const text = envelope.get(key)
    if (text !== undefined && (typeof text !== "string" || text.length > 64))
      return Either.left(badInput("bad_type", key))
  }
  const sampled = envelope.get("sampled")
  if (sampled !== undefined && typeof sampled !== "boolean") return Either.left(badInput("bad_type", "sampled"))
  return Either.map(authorizationOf(envelope.get("headers")), (authorization) => ({
    id,
    tag,
    payload: envelope.get("payload"),
    authorization
  }))
}

const authorizationOf = (headers: unknown): Either.Either<string | undefined, BadInput> => {
  const problem = Either.left(badInput("bad_type", "headers"))
  if (headers === undefined) return Either.right(undefined)
  if (!Array.isArray(headers) || headers.length > headersMax) return problem
  let authorization: string | undefined
  for (const pair of headers as ReadonlyArray<unknown>) {
    if (!Array.isArray(pair) || pair.length !== 2) return problem
    const [name, value] = pair as ReadonlyArray<unknown>
    if (typeof name !== "string" || typeof value !== "string") return problem
    if (name.toLowerCase() === "authorization") authorization = value
  }
  return Either.right(authorization)
}

/** What a client says on a socket: a call, or a word about one that is open. */
export type SocketEnvelope =
  | { readonly _tag: "Request"; readonly envelope: Envelope }
  /** The last chunk was taken in: the next may come. `Interrupt`: no more is wanted. */
  | { readonly _tag: "Ack" | "Interrupt"; readonly requestId: string }
  | { readonly _tag: "Ping" }

export const readSocketEnvelope = (value: unknown): Either.Either<SocketEnvelope, BadInput> => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return Either.left(badInput("bad_type", "body"))
  const { _tag: tag, requestId, ...others } = value as { readonly [key: string]: unknown }
  if (tag !== "Ack" && tag !== "Interrupt" && tag !== "Ping") {
    return Either.map(readEnvelope(value), (envelope) => ({ _tag: "Request", envelope }))
  }
  if (Object.keys(others).length > 0 || (tag === "Ping" && requestId !== undefined))
    return Either.left(badInput("unknown_field", "body"))
  if (tag === "Ping") return Either.right({ _tag: tag })
  return typeof requestId === "string" && callId.test(requestId)
    ? Either.right({ _tag: tag, requestId })
    : Either.left(badInput("bad_id", "requestId"))
}
