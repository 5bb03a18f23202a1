/** A socket from opening to end: first its hello, then all its frames go to its actor. */
import { Cause, Effect } from "effect"
import type { Authenticator, OpenedSocket } from "../accounts/Authenticator.ts"
import type { Epoch, UserId } from "../domain/Ids.ts"
import { fullBucket, spend, type TokenBucket } from "../domain/TokenBucket.ts"
import type { makeOutageLog } from "../fibers/logging.ts"
import type { ActorRef } from "../kernel/ActorRef.ts"
import type { TicketOwner } from "../ports/Tickets.ts"
import { agree, type ClientFrame, decodeClientFrame, isFrameProblem } from "../protocol/ClientFrame.ts"
import { type CloseCode, CloseCodes } from "../protocol/CloseCode.ts"
import { type DeviceMessage, DeviceSession, type DeviceSocket, type SessionListener } from "./device/DeviceSession.ts"
import type { SocketFaults } from "./device/SocketFaults.ts"
import type { UserMessage } from "./device/UserMessage.ts"
import type { Fanout } from "./fanout/Fanout.ts"
import type { ConnectionSettings } from "./GatewaySettings.ts"

/** The most frames before the ticket is checked; a client has no reason to send more than its cursors. */
const earlyMax = 32
/** A socket must send hello within this time after opening (ms). */
const helloWithinMs = 5_000
/**
 * After a hello, the socket's actor must start within this time from the opening (ms). If not, this gateway is too
 * slow.
 */
const takenWithinMs = 15_000

type Hello = Extract<ClientFrame, { op: "hello" }>

/** The parts of the gateway that a connection needs. */
export interface ConnectionHost {
  readonly settings: ConnectionSettings
  readonly epoch: Epoch
  readonly fanout: Pick<Fanout, "flush">
  readonly openSocket: Authenticator["openSocket"]
  readonly faults: SocketFaults["Type"]
  readonly outage: ReturnType<typeof makeOutageLog>
  readonly listener: SessionListener
  /**
   * The user's actor, started if there is none; undefined while the gateway shuts down, and for a further user when it
   * is full.
   */
  readonly userRef: (userId: UserId) => ActorRef<UserMessage> | undefined
  readonly now: () => number
  readonly run: (effect: Effect.Effect<void>) => void
}

/** The transport's calls for one socket. Each is synchronous and does not throw. */
export class SocketConnection {
  private phase: "new" | "opening" | "open" | "closed" = "new"
  private readonly frames: TokenBucket
  private ref: ActorRef<DeviceMessage> | undefined
  private session: DeviceSession | undefined
  /** The frames that came before its actor ran. */
  private early: Array<DeviceMessage> | undefined

  constructor(
    private readonly host: ConnectionHost,
    /** The key of answers to this socket: unique in this gateway's life. */
    private readonly key: string,
    private readonly socket: DeviceSocket
  ) {
    this.frames = fullBucket(host.settings.frames, host.now())
  }

  /** Whether its actor runs, or the connection waits for nothing any more. */
  get isOpen(): boolean {
    return this.phase === "open" || this.phase === "closed"
  }

  /**
   * The code with which the transport must close a socket that has been open for this long (ms). Undefined: it is not
   * late.
   */
  late(openForMs: number): CloseCode | undefined {
    if (this.phase === "new" && openForMs >= helloWithinMs) return CloseCodes.helloTimeout
    // The client was in time; it should find a gateway that is less busy.
    return this.phase === "opening" && openForMs >= takenWithinMs ? CloseCodes.moving : undefined
  }

  text(message: string): void {
    if (this.phase === "closed") return
    if (spend(this.frames, this.host.settings.frames, 1, this.host.now()) > 0) {
      this.close(CloseCodes.rateLimited)
      return
    }
    const decoded = decodeClientFrame(message)
    if (this.phase === "new") {
      if (isFrameProblem(decoded) || decoded.op !== "hello") this.close(CloseCodes.badFrame)
      else this.open(decoded)
    } else if (!isFrameProblem(decoded) && decoded.op === "ping" && this.answersPing()) this.host.fanout.flush()
    else this.tell(isFrameProblem(decoded) ? { _tag: "BadFrame", problem: decoded } : { _tag: "Frame", frame: decoded })
  }

  /** A message that is not text. */
  binary(): void {
    this.close(CloseCodes.badFrame)
  }

  /** The outbox fell below its lower bound. */
  drained(): void {
    this.tell({ _tag: "Drained" })
  }

  /** Written bytes did not leave for too long. */
  stalled(): void {
    this.session?.lag()
  }

  /** The socket is gone. */
  closed(): void {
    this.phase = "closed"
    this.early = undefined
    if (this.session !== undefined) {
      this.session.closed = true
      this.session.heardAtMs ??= this.host.now() - this.socket.silentMs()
    }
    this.ref?.stop("now")
  }

  /** Answers a ping here, however busy the actor is, unless a new resume ticket is due. */
  private answersPing(): boolean {
    const { session } = this
    if (session === undefined || this.host.now() >= session.renewAtMs) return false
    session.send({ op: "pong" })
    return true
  }

  private close(code: CloseCode): void {
    if (this.phase === "closed") return
    this.socket.close(code)
    this.closed()
  }

  private tell(message: DeviceMessage): void {
    if (this.ref === undefined) {
      this.early ??= []
      if (this.early.push(message) > earlyMax) this.close(CloseCodes.badFrame)
    } else if (this.ref.tell(message) === "full") this.close(CloseCodes.rateLimited)
  }

  private open(hello: Hello): void {
    const version = agree(hello.version)
    if (version === undefined) {
      this.close(CloseCodes.version)
      return
    }
    this.phase = "opening"
    const { openSocket, outage } = this.host
    const opened = openSocket(hello.ticket, hello.device, this.socket.origin).pipe(
      Effect.map((opened) => this.attach(hello, opened, version)),
      Effect.zipRight(outage.over),
      Effect.catchTag("SocketRefused", () => Effect.sync(() => this.close(CloseCodes.unauthenticated))),
      Effect.catchAllCause((cause) =>
        Effect.zipRight(
          outage.met(Cause.squash(cause)),
          Effect.sync(() => {
            this.host.faults.note("open_failed")
            this.close(CloseCodes.internal)
          })
        )
      )
    )
    this.host.run(opened)
  }

  private attach(hello: Hello, { kind, owner }: OpenedSocket, version: number): void {
    if (this.phase === "closed") return
    const told = this.host.userRef(owner.userId)?.tell({
      _tag: "Attach",
      device: owner.deviceId,
      instance: hello.instance,
      makeSession: () => {
        if (this.phase === "closed") return undefined
        const { listener, now } = this.host
        const session = new DeviceSession(this.key, owner, kind, hello.instance, this.socket, now(), listener)
        this.session = session
        return session
      },
      begin: (ref) => this.begin(ref, this.greeting(hello, owner, version))
    })
    if (told !== "ok") this.close(CloseCodes.moving)
  }

  private begin(ref: ActorRef<DeviceMessage>, greeting: DeviceMessage): void {
    this.ref = ref
    this.phase = "open"
    const messages = [greeting, ...(this.early ?? [])]
    this.early = undefined
    for (const message of messages) this.tell(message)
  }

  private greeting(hello: Hello, owner: TicketOwner, version: number): DeviceMessage {
    return {
      _tag: "Begin",
      owner,
      version,
      cursors: hello.cursors,
      last: hello.last,
      // Cursors of another epoch mean nothing here: every log is then reported as `behind`.
      trustCursors: hello.epoch === this.host.epoch
    }
  }
}
