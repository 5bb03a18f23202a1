/**
 * One socket of `/rpc/ws`: streams of @effect/rpc's client, checked, bounded, and sent at the pace of their reader.
 * Knows no WebSocket.
 */
import { bearerOf } from "@hibiki/core/accounts/Middlewares"
import { Limits } from "@hibiki/core/domain/Limits"
import { fullBucket, spend } from "@hibiki/core/domain/TokenBucket"
import { type CloseCode, CloseCodes } from "@hibiki/core/protocol/CloseCode"
import type { Identity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { Effect, Either, type Fiber, FiberId } from "effect"
import { type BadInput, badInput, rateLimited, type WireError } from "./Answer.ts"
import type { Outcome, RpcCalls } from "./RpcCalls.ts"
import type { CheckedRequest, StrictRpc } from "./StrictRpc.ts"

/** The most streams of one socket; one more is RateLimited. */
export const streamsMax = 20
/** The rate of messages of one socket: calls, acks, interrupts and pings. Over it the socket is closed. */
const messageRule = { ratePerSecond: 40, burst: 90 }
/** Messages that wait for a reader, and how long the first of them may wait. Over either the socket is closed. */
const waitingMax = 100
const stalledAfter = "10 seconds"

export interface RpcSocketPorts {
  readonly strict: StrictRpc
  readonly calls: RpcCalls["Type"]
  readonly address: string
  readonly origin: string
  /** The name of this socket in the log. */
  readonly name: string
  readonly nowMs: () => number
  /** Returns the owner of the token; its failure is the call's answer. */
  readonly authenticate: (accessToken: string) => Effect.Effect<Identity, WireError>
  /**
   * Assigns the socket to the device. Returns the reason if that is refused, else undefined. Called for each stream.
   */
  readonly admit: (identity: Identity) => WireError | undefined
  /** Starts a fiber of the server's own scope. */
  readonly run: (effect: Effect.Effect<void>) => Fiber.RuntimeFiber<void>
  /** Completes when the text has left this process, or the socket is closed. */
  readonly send: (text: string) => Effect.Effect<void>
  readonly close: (code: CloseCode) => void
}

interface OpenStream {
  readonly taken: Effect.Latch
  fiber: Fiber.RuntimeFiber<void> | undefined
}

export class RpcSocket {
  readonly #ports: RpcSocketPorts
  readonly #streams = new Map<string, OpenStream>()
  readonly #bucket
  /** Sends one text after the other, so that no more than one waits in the process for a slow reader. */
  readonly #turn = Effect.unsafeMakeSemaphore(1)
  #idleSinceMs: number
  #waiting = 0
  #ended = false

  constructor(ports: RpcSocketPorts) {
    this.#ports = ports
    this.#idleSinceMs = ports.nowMs()
    this.#bucket = fullBucket(messageRule, this.#idleSinceMs)
  }

  /** Since when no stream has been open; undefined while one is. */
  get idleSinceMs(): number | undefined {
    return this.#streams.size === 0 ? this.#idleSinceMs : undefined
  }

  message(text: string): void {
    if (this.#ended) return
    if (spend(this.#bucket, messageRule, 1, this.#ports.nowMs()) > 0) return this.#ports.close(CloseCodes.rateLimited)
    Either.match(this.#ports.strict.message(text), {
      onLeft: ({ problem, requestId }) => this.#refuse(requestId, problem),
      onRight: (said) => {
        if (said._tag === "Request") this.#open(said.request)
        else if (said._tag === "Ping") this.#say({ _tag: "Pong" })
        else if (said._tag === "Ack") this.#streams.get(said.requestId)?.taken.unsafeOpen()
        else this.#interrupt(said.requestId)
      }
    })
  }

  /** Called for anything but a readable text message. */
  unreadable(): void {
    this.#refuse(undefined, badInput("not_text", "body"))
  }

  /** The sign-in ended: its streams end with that error, then the socket. */
  signOut(code: CloseCode): void {
    if (this.#ended) return
    const open = [...this.#streams.keys()]
    this.end()
    const told = Effect.forEach(
      open,
      (id) => this.#send(exitOf(id, { _tag: "Failed", error: { _tag: "Unauthenticated" } })),
      {
        discard: true
      }
    )
    this.#ports.run(Effect.ensuring(Effect.timeout(told, "1 second").pipe(Effect.ignore), this.#closeWith(code)))
  }

  /** Ends all streams. Nothing is sent any more. */
  end(): void {
    this.#ended = true
    for (const { fiber } of this.#streams.values()) fiber?.unsafeInterruptAsFork(FiberId.none)
    this.#streams.clear()
  }

  #open(request: CheckedRequest): void {
    const { id } = request
    if (this.#streams.has(id)) return this.#refuse(undefined, badInput("repeated_id", "id"))
    if (this.#streams.size >= streamsMax) return this.#say(exitOf(id, { _tag: "Failed", error: rateLimited }))
    const stream: OpenStream = { taken: Effect.unsafeMakeLatch(false), fiber: undefined }
    this.#streams.set(id, stream)
    stream.fiber = this.#ports.run(
      Effect.flatMap(this.#answer(request, stream), (outcome) => {
        if (!this.#forget(id, stream)) return Effect.void
        return this.#send(exitOf(id, outcome))
      })
    )
  }

  #answer(request: CheckedRequest, stream: OpenStream): Effect.Effect<Outcome> {
    const { address, authenticate, calls, name, origin } = this.#ports
    const caller = { address, origin, authorization: request.authorization, requestId: `${name}/${request.id}` }
    const failed = (error: WireError): Outcome => ({ _tag: "Failed", error })
    return Effect.matchEffect(authenticate(bearerOf(request.authorization)), {
      onFailure: (error) => Effect.succeed(failed(error)),
      onSuccess: (identity) => {
        const refused = this.#ports.admit(identity)
        return refused === undefined
          ? calls.stream(request, caller, (values) => this.#chunk(request.id, stream, values))
          : Effect.succeed(failed(refused))
      }
    })
  }

  /** Completes when the client has acknowledged the chunk. Until then its stream produces no more. */
  #chunk(requestId: string, { taken }: OpenStream, values: ReadonlyArray<unknown>): Effect.Effect<void> {
    return Effect.suspend(() => {
      taken.unsafeClose()
      return Effect.zipRight(this.#send({ _tag: "Chunk", requestId, values }), taken.await)
    })
  }

  #interrupt(id: string): void {
    const stream = this.#streams.get(id)
    if (stream === undefined || !this.#forget(id, stream)) return
    stream.fiber?.unsafeInterruptAsFork(FiberId.none)
    this.#say({
      _tag: "Exit",
      requestId: id,
      exit: { _tag: "Failure", cause: { _tag: "Interrupt", fiberId: { _tag: "None" } } }
    })
  }

  /** Returns false if the stream is not open any more. */
  #forget(id: string, stream: OpenStream): boolean {
    if (this.#streams.get(id) !== stream) return false
    this.#streams.delete(id)
    if (this.#streams.size === 0) this.#idleSinceMs = this.#ports.nowMs()
    return true
  }

  /** Answers a call that has an id. A message that can't be assigned to a call ends the socket, after an error. */
  #refuse(requestId: string | undefined, problem: BadInput): void {
    if (this.#ended) return
    if (requestId !== undefined && !this.#streams.has(requestId))
      return this.#say(exitOf(requestId, { _tag: "Failed", error: problem }))
    this.end()
    this.#ports.run(
      Effect.ensuring(this.#send({ _tag: "Defect", defect: problem }), this.#closeWith(CloseCodes.badFrame))
    )
  }

  #say(message: object): void {
    this.#ports.run(this.#send(message))
  }

  #send(message: object): Effect.Effect<void> {
    return Effect.suspend(() => {
      if (this.#waiting >= waitingMax) return this.#tooSlow
      this.#waiting++
      const write = Effect.suspend(() => this.#ports.send(JSON.stringify(message)))
      return this.#turn
        .withPermits(1)(
          Effect.timeoutTo(write, { duration: stalledAfter, onSuccess: () => true, onTimeout: () => false })
        )
        .pipe(
          Effect.flatMap((left) => (left ? Effect.void : this.#tooSlow)),
          Effect.ensuring(Effect.sync(() => this.#waiting--))
        )
    })
  }

  get #tooSlow(): Effect.Effect<void> {
    return Effect.sync(() => {
      this.end()
      this.#ports.close(CloseCodes.tooSlow)
    })
  }

  #closeWith(code: CloseCode): Effect.Effect<void> {
    return Effect.sync(() => this.#ports.close(code))
  }
}

/** The end of a call, as @effect/rpc's client reads it. */
const exitOf = (requestId: string, outcome: Outcome) => ({
  _tag: "Exit",
  requestId,
  exit:
    outcome._tag === "Done"
      ? { _tag: "Success", value: outcome.value }
      : { _tag: "Failure", cause: { _tag: "Fail", error: outcome.error } }
})

/** The largest message that the socket reads. */
export const messageBytesMax = Limits.frameBytes
