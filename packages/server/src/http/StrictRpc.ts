/**
 * The check before @effect/rpc, which answers bad input with status 200 and its own defect text, and lets excess fields
 * and NUL through. A handler gets nothing but a payload of its schema. Serves `/rpc` and `/api/v1` alike.
 */
import { type Rpc, type RpcGroup, RpcSchema } from "@effect/rpc"
import { Either, type ParseResult, Schema } from "effect"
import { type BadInput, badInput } from "./Answer.ts"
import { fieldOf, parseStrictly } from "./StrictJson.ts"

/** A call that fits its contract. */
export interface CheckedCall {
  readonly rpc: Rpc.AnyWithProps
  /** Decoded. */
  readonly payload: unknown
}

/** The same, from an envelope of @effect/rpc. */
export interface CheckedRequest extends CheckedCall {
  /** The client's id of the call, digits only. */
  readonly id: string
  /** From the envelope's headers, for clients that can't set one on the request. */
  readonly authorization: string | undefined
}

/** A valid message on a socket. */
export type CheckedMessage =
  | { readonly _tag: "Request"; readonly request: CheckedRequest }
  | { readonly _tag: "Ack" | "Interrupt"; readonly requestId: string }
  | { readonly _tag: "Ping" }

/** An invalid message on a socket. */
export interface BadMessage {
  readonly problem: BadInput
  /** The call that it concerns; undefined if even that is unreadable. */
  readonly requestId: string | undefined
}

export interface StrictRpc {
  /** The body of `POST /api/v1/<tag>`: the payload. */
  readonly call: (tag: string, body: string) => Either.Either<CheckedCall, BadInput>
  /** The body of `POST /rpc`: one envelope. */
  readonly request: (body: string) => Either.Either<CheckedRequest, BadInput>
  /** A text message on a socket, which serves streams only. */
  readonly message: (text: string) => Either.Either<CheckedMessage, BadMessage>
  /** Tags of the calls served: all but streams. */
  readonly tags: ReadonlyArray<string>
  /** Tags of streams, which are refused here as `stream_call`: sockets serve them. */
  readonly streams: ReadonlyArray<string>
}

type Decode = (payload: unknown) => Either.Either<unknown, BadInput>

interface Known {
  readonly rpc: Rpc.AnyWithProps
  readonly decode: Decode
}

export const makeStrictRpc = <R extends Rpc.Any>(group: RpcGroup.RpcGroup<R>): StrictRpc => {
  const known = new Map<string, Known>()
  for (const rpc of callsOf(group)) known.set(rpc._tag, { rpc, decode: decoderOf(rpc) })
  const streams = new Map<string, Known>()
  for (const rpc of streamsOf(group)) streams.set(rpc._tag, { rpc, decode: decoderOf(rpc) })
  const unknownTag = (tag: string) => Either.left(badInput(streams.has(tag) ? "stream_call" : "unknown_tag", "tag"))

  const call = (tag: string, body: string) => {
    const found = known.get(tag)
    if (found === undefined) return unknownTag(tag)
    // A call without a payload may be made without a body.
    const payload = body === "" ? Either.right({}) : parseStrictly(body, "payload")
    return Either.flatMap(payload, (value) => decodePayload(found, value))
  }
  const request = (body: string) =>
    Either.gen(function* () {
      const envelope = yield* readEnvelope(yield* parseStrictly(body, "body"))
      const found = known.get(envelope.tag)
      if (found === undefined) return yield* unknownTag(envelope.tag)
      const { payload, rpc } = yield* decodePayload(found, envelope.payload)
      return { id: envelope.id, authorization: envelope.authorization, rpc, payload }
    })
  const message = (text: string) =>
    Either.gen(function* () {
      const read = Either.flatMap(parseStrictly(text, "body"), readSocketEnvelope)
      const said = yield* Either.mapLeft(read, (problem): BadMessage => ({ problem, requestId: undefined }))
      if (said._tag !== "Request") return said
      const { authorization, id, payload, tag } = said.envelope
      const found = streams.get(tag)
      const checked =
        found === undefined
          ? Either.left(badInput(known.has(tag) ? "not_a_stream" : "unknown_tag", "tag"))
          : decodePayload(found, payload)
      const call = yield* Either.mapLeft(checked, (problem): BadMessage => ({ problem, requestId: id }))
      return { _tag: "Request", request: { id, authorization, ...call } } satisfies CheckedMessage
    })
  return { call, request, message, tags: [...known.keys()], streams: [...streams.keys()] }
}

/** The group's calls that have one answer, in order. */
export const callsOf = <R extends Rpc.Any>(group: RpcGroup.RpcGroup<R>): ReadonlyArray<Rpc.AnyWithProps> =>
  allOf(group).filter((rpc) => !RpcSchema.isStreamSchema(rpc.successSchema))

/** The group's calls that are answered by a stream, in order. */
export const streamsOf = <R extends Rpc.Any>(group: RpcGroup.RpcGroup<R>): ReadonlyArray<Rpc.AnyWithProps> =>
  allOf(group).filter((rpc) => RpcSchema.isStreamSchema(rpc.successSchema))

// Each of a group's Rpcs has these properties; the group's type hides them.
const allOf = <R extends Rpc.Any>(group: RpcGroup.RpcGroup<R>): ReadonlyArray<Rpc.AnyWithProps> => [
  ...(group.requests.values() as Iterable<unknown> as Iterable<Rpc.AnyWithProps>)
]

/** Whether the call has no payload. */
export const takesNothing = (rpc: Rpc.AnyWithProps): boolean => rpc.payloadSchema.ast._tag === "VoidKeyword"

const decoderOf = (rpc: Rpc.AnyWithProps): Decode => {
  if (takesNothing(rpc)) return decodeNothing
  const decode = Schema.decodeUnknownEither(rpc.payloadSchema as Schema.Schema<unknown, unknown>, {
    onExcessProperty: "error",
    errors: "first"
  })
  return (payload) => Either.mapLeft(decode(payload), (error) => payloadIssue(error.issue, "payload"))
}

/** The official client omits such a payload or sends null; an empty struct's schema would accept any value at all. */
const decodeNothing: Decode = (payload) => {
  if (payload === undefined || payload === null) return Either.right(undefined)
  if (typeof payload !== "object" || Array.isArray(payload)) return Either.left(badInput("bad_type", "payload"))
  const [excess] = Object.keys(payload)
  return excess === undefined
    ? Either.right(undefined)
    : Either.left(badInput("unknown_field", fieldOf("payload", excess)))
}

const decodePayload = ({ decode, rpc }: Known, payload: unknown): Either.Either<CheckedCall, BadInput> =>
  Either.map(decode(payload), (decoded) => ({ rpc, payload: decoded }))

/** One call. */
interface Envelope {
  /** The client's id of the call, digits only. */
  readonly id: string
  readonly tag: string
  readonly payload: unknown
  /** From the envelope's headers. */
  readonly authorization: string | undefined
}

const envelopeFields = new Set(["_tag", "id", "tag", "payload", "headers", "traceId", "spanId", "sampled"])

const headersMax = 16

const callId = /^\d{1,20}$/

/** Accepts exactly what the official client sends. Ignores its trace: a stranger's spans are no parents of ours. */
const readEnvelope = (value: unknown): Either.Either<Envelope, BadInput> => {
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

/** A client's message on a socket: a call, or a message about an open one. */
type SocketEnvelope =
  | { readonly _tag: "Request"; readonly envelope: Envelope }
  /** `Ack`: the client has the last chunk, and the next may come. `Interrupt`: it wants no more. */
  | { readonly _tag: "Ack" | "Interrupt"; readonly requestId: string }
  | { readonly _tag: "Ping" }

/** Accepts exactly what the official client sends on a socket. */
const readSocketEnvelope = (value: unknown): Either.Either<SocketEnvelope, BadInput> => {
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

/**
 * The first error that a payload's schema found, as a code and a field: the schema's own message quotes the input and
 * internals.
 */
const payloadIssue = (issue: ParseResult.ParseIssue, field: string): BadInput => {
  switch (issue._tag) {
    case "Missing":
      return badInput("missing_field", field)
    case "Unexpected":
      return badInput("unknown_field", field)
    case "Type":
    case "Forbidden":
      return badInput("bad_type", field)
    case "Pointer":
      return payloadIssue(
        issue.issue,
        [issue.path].flat().reduce<string>((parent, key) => fieldOf(parent, key), field)
      )
    case "Composite": {
      const [first] = [issue.issues].flat()
      return first === undefined ? badInput("invalid", field) : payloadIssue(first, field)
    }
    case "Refinement":
      return issue.kind === "Predicate" ? badInput("invalid", field) : payloadIssue(issue.issue, field)
    case "Transformation":
      return payloadIssue(issue.issue, field)
  }
}
