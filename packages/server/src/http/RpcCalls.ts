/**
 * Runs checked calls on the RPC server of this process, for `/rpc`, `/api/v1` and `/rpc/ws` alike, and reduces every
 * result to what may leave the server.
 */
import * as Headers from "@effect/platform/Headers"
import { Rpc, RpcSchema, RpcServer } from "@effect/rpc"
import { RequestId } from "@effect/rpc/RpcMessage"
import { SpanExport } from "@hibiki/core/ports/SpanExport"
import { clientAddressHeader, clientOriginHeader } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Cause, Context, Deferred, Effect, Either, Exit, Layer, Option, Schema } from "effect"
import { unavailable, type WireError } from "./Answer.ts"
import { makeCallSpans } from "./callSpans.ts"
import { defectReport } from "./DefectReport.ts"
import { HttpOptions } from "./HttpOptions.ts"
import type { CheckedCall } from "./StrictRpc.ts"

/** A call's one answer, encoded. */
export type Outcome =
  | { readonly _tag: "Done"; readonly value: unknown }
  | { readonly _tag: "Failed"; readonly error: WireError }

export interface Caller {
  readonly address: string
  /** The Origin header; empty when there is none. */
  readonly origin: string
  readonly authorization: string | undefined
  /** The id of this request in the log; its answer carries it too. */
  readonly requestId: string
}

export class RpcCalls extends Context.Tag("@hibiki/server/http/RpcCalls")<
  RpcCalls,
  {
    /**
     * Never fails. A defect, an answer that does not fit its schema and a call over its timeout become `Unavailable`
     * and a log line. Interrupting it interrupts the handler.
     */
    readonly run: (call: CheckedCall, caller: Caller) => Effect.Effect<Outcome>
    /**
     * The same for a call that is answered by a stream: `emit` gets its elements, encoded, and no more are requested
     * before it completes. Has no timeout, and ends with the stream.
     */
    readonly stream: (call: CheckedCall, caller: Caller, emit: Emit) => Effect.Effect<Outcome>
  }
>() {}

export type Emit = (values: ReadonlyArray<unknown>) => Effect.Effect<void>

type AnyExit = Exit.Exit<unknown, unknown>

export const RpcCallsLive = Layer.scoped(
  RpcCalls,
  Effect.gen(function* () {
    const { bounds } = yield* HttpOptions
    const traced = makeCallSpans(yield* SpanExport)
    const waiting = new Map<number, { readonly exit: Deferred.Deferred<AnyExit>; readonly emit: Emit }>()
    const answer = (client: number, exit: AnyExit) => {
      const asked = waiting.get(client)
      if (asked !== undefined) Deferred.unsafeDone(asked.exit, Effect.succeed(exit))
    }
    const server = yield* RpcServer.makeNoSerialization(HibikiRpcs, {
      disableTracing: true,
      // A defect is this call's own answer, not the end of its client.
      disableFatalDefects: true,
      disableClientAcks: true,
      onFromServer: (message) =>
        Effect.suspend(() => {
          // The stream goes on when this completes.
          if (message._tag === "Chunk") return waiting.get(message.clientId)?.emit(message.values) ?? Effect.void
          if (message._tag === "Exit") answer(message.clientId, message.exit)
          else if (message._tag === "Defect") answer(message.clientId, Exit.die(message.defect))
          return Effect.void
        })
    })
    let clients = 0

    /** Each call is a client of its own, so that ending one touches no other. */
    const exitOf = ({ payload, rpc }: CheckedCall, caller: Caller, emit: Emit) =>
      Effect.flatMap(Deferred.make<AnyExit>(), (exit) => {
        const client = clients++
        waiting.set(client, { exit, emit })
        // The strict check has decoded the payload by the schema of this very tag, which the group's type can't know.
        const request = {
          _tag: "Request",
          id: RequestId(0n),
          tag: rpc._tag,
          payload,
          headers: headersOf(caller)
        } as Parameters<typeof server.write>[1]
        return Effect.zipRight(server.write(client, request), Deferred.await(exit)).pipe(
          // For the handler's fiber: the caller gets a stream's failure, so the log needs it no more than a call's
          // error.
          Effect.withUnhandledErrorLogLevel(Option.none()),
          Effect.ensuring(
            Effect.suspend(() => {
              waiting.delete(client)
              return server.disconnect(client)
            })
          )
        )
      })

    const run = (call: CheckedCall, caller: Caller): Effect.Effect<Outcome> =>
      exitOf(call, caller, emitNothing).pipe(
        Effect.flatMap((exit) => outcomeOf(call.rpc, exit)),
        Effect.timeoutFail({ duration: bounds.callTimeoutMs, onTimeout: () => "It did not end within its deadline." }),
        Effect.catchAll((report) => broken(call, caller, report))
      )
    const stream = (call: CheckedCall, caller: Caller, emit: Emit): Effect.Effect<Outcome> => {
      const encode = chunkEncoderOf(call.rpc)
      // An element that does not fit ends the stream, as a defect of its handler would.
      const emitEncoded: Emit = (values) =>
        Either.match(encode(values), {
          onLeft: () => Effect.dieMessage("An element does not fit its schema."),
          onRight: emit
        })
      return exitOf(call, caller, emitEncoded).pipe(
        Effect.flatMap((exit) => outcomeOf(call.rpc, exit)),
        Effect.catchAll((report) => broken(call, caller, report))
      )
    }
    return RpcCalls.of({
      run: (call, caller) => traced(call, caller.requestId, run(call, caller)),
      stream: (call, caller, emit) => traced(call, caller.requestId, stream(call, caller, emit))
    })
  })
)

const emitNothing: Emit = () => Effect.void

/** Returns the part of an exit that may leave the server, or the line that the log needs instead. */
const outcomeOf = (rpc: Rpc.AnyWithProps, exit: AnyExit): Effect.Effect<Outcome, string> => {
  const expected = expectedOf(exit)
  if (Option.isNone(expected)) return Effect.fail(Exit.isFailure(exit) ? defectReport(exit.cause) : "")
  const encoded = encoderOf(rpc)(expected.value)
  // The schema's own message would quote the answer.
  if (Either.isLeft(encoded)) return Effect.fail("Its answer does not fit its schema.")
  const wire = encoded.right
  if (wire._tag === "Success") return Effect.succeed({ _tag: "Done", value: wire.value })
  return wire.cause._tag === "Fail"
    ? Effect.succeed({ _tag: "Failed", error: wire.cause.error })
    : Effect.fail("Its failure does not fit its schema.")
}

/**
 * The exit without defects and interruptions. One expected failure is the answer, even beside other causes, unless one
 * of them is a defect.
 */
const expectedOf = (exit: AnyExit): Option.Option<AnyExit> => {
  if (Exit.isSuccess(exit)) return Option.some(exit)
  return Cause.isDie(exit.cause) ? Option.none() : Option.map(Cause.failureOption(exit.cause), Exit.fail)
}

const broken = (call: CheckedCall, caller: Caller, report: string): Effect.Effect<Outcome> =>
  Effect.as(
    Effect.annotateLogs(Effect.logError(`A call failed: ${report}`), {
      rpc: call.rpc._tag,
      requestId: caller.requestId
    }),
    {
      _tag: "Failed",
      error: unavailable
    }
  )

const headersOf = ({ address, authorization, origin }: Caller): Headers.Headers =>
  Headers.fromInput({
    [clientAddressHeader]: address,
    [clientOriginHeader]: origin,
    ...(authorization === undefined ? {} : { authorization })
  })

type WireExit =
  | { readonly _tag: "Success"; readonly value: unknown }
  | {
      readonly _tag: "Failure"
      readonly cause: { readonly _tag: "Fail"; readonly error: WireError } | { readonly _tag: "Die" }
    }

const encoders = new WeakMap<Rpc.AnyWithProps, (exit: AnyExit) => Either.Either<WireExit, unknown>>()
const encoderOf = (rpc: Rpc.AnyWithProps) => {
  let encoder = encoders.get(rpc)
  if (encoder === undefined) {
    const schema = Rpc.exitSchema(rpc as unknown as Rpc.Any) as Schema.Schema<unknown, WireExit>
    encoder = Schema.encodeUnknownEither(schema)
    encoders.set(rpc, encoder)
  }
  return encoder
}

const chunkEncoderOf = (rpc: Rpc.AnyWithProps) => {
  const schemas = Option.getOrThrow(RpcSchema.getStreamSchemas(rpc.successSchema.ast))
  return Schema.encodeUnknownEither(Schema.Array(schemas.success as Schema.Schema<unknown>))
}
