/**
 * The check before @effect/rpc, which answers bad input with status 200 and its own defect text, and lets excess fields
 * and NUL through.
 * Nothing reaches a handler but a payload of its schema. Serves `/rpc` and `/api/v1` alike.
 */

import type { Rpc, RpcGroup } from "@effect/rpc"
import { RpcSchema } from "@effect/rpc"
import { Either, Schema } from "effect"
import { type BadInput, badInput } from "./Answer.ts"
import { payloadIssue } from "./PayloadIssue.ts"
import { readEnvelope, readSocketEnvelope } from "./RpcEnvelope.ts"
import { fieldOf, parseStrictly } from "./StrictJson.ts"

/** A call that fits its contract. */
export interface CheckedCall {
  readonly rpc: Rpc.AnyWithProps
  /** Decoded. */
  readonly payload: unknown
}

/** The same, as it came in an envelope of @effect/rpc. */
export interface CheckedRequest extends CheckedCall {
  /** The client's name for the call, digits only. */
  readonly id: string
  /** From the envelope's headers, where the client could not set one of the request's. */
  readonly authorization: string | undefined
}

/** What was said on a socket, and fits. */
export type CheckedMessage =
  | { readonly _tag: "Request"; readonly request: CheckedRequest }
  | { readonly _tag: "Ack" | "Interrupt"; readonly requestId: string }
  | { readonly _tag: "Ping" }

/** What was said on a socket, and does not fit. */
export interface BadMessage {
  readonly problem: BadInput
  /** The call that it is about; undefined where not even that can be told. */
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
  /** Tags of streams, which are refused here as `stream_call`: they are served on sockets. */
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

/** Whether the call takes nothing. */
export const takesNothing = (rpc: Rpc.AnyWithProps): boolean => rpc.payloadSchema.ast._tag === "VoidKeyword"

const decoderOf = (rpc: Rpc.AnyWithProps): Decode => {
  if (takesNothing(rpc)) return decodeNothing
  const decode = Schema.decodeUnknownEither(rpc.payloadSchema as Schema.Schema<unknown, unknown>, {
    onExcessProperty: "error",
    errors: "first"
  })
  return (payload) => Either.mapLeft(decode(payload), (error) => payloadIssue(error.issue, "payload"))
}

/**
 * The official client leaves such a payload away or sends null; an empty struct's schema would take any value at all.
 */
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
