/** A socket from its opening to its end: hello first, then everything goes to its actor. */
import { Effect, type Fiber } from "effect"
import type { UserId } from "../domain/Ids.ts"
import { fullBucket, spend } from "../domain/TokenBucket.ts"
import type { ActorRef } from "../kernel/ActorRef.ts"
import type { ClientFrame } from "../protocol/ClientFrame.ts"
import { type CloseCode, CloseCodes } from "../protocol/CloseCode.ts"
import { decodeClientFrame, type FrameProblem, isFrameProblem } from "../protocol/FrameCodec.ts"
import { agree } from "../protocol/Version.ts"
import type { UserMessage } from "../users/UserActor.ts"
import type { DeviceMessage } from "./DeviceActor.ts"
import { DeviceSession } from "./DeviceSession.ts"
import type { DeviceSocket } from "./DeviceSocket.ts"
import type { GatewayPorts } from "./GatewayPorts.ts"

/** What the transport tells. Each is synchronous and does not throw. */
export interface Connection {
  readonly text: (text: string) => void
  /** A message that is no text. */
  readonly binary: () => void
  readonly closed: () => void
  /** The outbox fell below its lower bound. */
  readonly drained: () => void
  /** What was written did not move for too long. */
  readonly stalled: () => void
  /** Hello was taken. Until then the transport closes the socket after 5 s. */
  readonly isOpen: () => boolean
}

/** Frames that may come before the ticket was looked up; a client has no reason to send more than its cursors. */
const earlyMax = 32

type Hello = Extract<ClientFrame, { op: "hello" }>

export const makeConnect = (
  ports: GatewayPorts,
  userRef: (userId: UserId) => ActorRef<UserMessage> | undefined,
  now: () => number,
  run: (effect: Effect.Effect<void>) => Fiber.RuntimeFiber<void>
) => {
  let sockets = 0
  return (socket: DeviceSocket): Connection => {
    const key = `s${++sockets}`
    const bucket = fullBucket(ports.settings.frames, now())
    let phase: "new" | "opening" | "open" | "closed" = "new"
    let ref: ActorRef<DeviceMessage> | undefined
    let session: DeviceSession | undefined
    let early: Array<DeviceMessage> = []

    const close = (code: CloseCode) => {
      if (phase === "closed") return
      socket.close(code)
      gone()
    }
    const gone = () => {
      phase = "closed"
      early = []
      if (session !== undefined) session.closed = true
      ref?.stop("now")
    }
    const tell = (message: DeviceMessage) => {
      if (ref === undefined) {
        if (early.push(message) > earlyMax) close(CloseCodes.badFrame)
      } else if (ref.tell(message) === "full") close(CloseCodes.rateLimited)
    }
    const attach = (hello: Hello, owner: Parameters<typeof greet>[1], version: number) => {
      if (phase === "closed") return true
      const user = userRef(owner.userId)
      if (user === undefined) return false
      const told = user.tell({
        _tag: "Attach",
        device: hello.device,
        instance: hello.instance,
        makeSession: () => {
          session = new DeviceSession(key, owner.userId, hello.device, hello.instance, socket, ports.fanout.markDirty, () =>
            tell({ _tag: "Lagging" })
          )
          return session
        },
        begin: (started) => {
          ref = started
          // The socket may have ended while the user's actor was busy.
          if (phase === "closed") return gone()
          phase = "open"
          started.tell(greet(hello, owner, version, ports))
          for (const message of early) started.tell(message)
          early = []
        }
      })
      return told === "ok"
    }
    const open = (hello: Hello) => {
      const version = agree(hello.version)
      if (version === undefined) return close(CloseCodes.version)
      phase = "opening"
      run(
        ports.openSocket(hello.ticket, hello.device).pipe(
          Effect.map((owner) => {
            if (!attach(hello, owner, version)) close(CloseCodes.moving)
          }),
          Effect.catchTag("SocketRefused", () => Effect.sync(() => close(CloseCodes.unauthenticated))),
          Effect.catchAllCause((cause) =>
            Effect.zipRight(
              Effect.logWarning("A socket could not be opened", cause),
              Effect.sync(() => close(CloseCodes.internal))
            )
          )
        )
      )
    }
    const text = (message: string) => {
      if (phase === "closed") return
      if (spend(bucket, ports.settings.frames, 1, now()) > 0) return close(CloseCodes.rateLimited)
      const decoded: ClientFrame | FrameProblem = decodeClientFrame(message)
      if (phase === "new") {
        if (isFrameProblem(decoded) || decoded.op !== "hello") return close(CloseCodes.badFrame)
        open(decoded)
      } else if (isFrameProblem(decoded)) tell({ _tag: "BadFrame", problem: decoded })
      else tell({ _tag: "Frame", frame: decoded })
    }
    return {
      text,
      binary: () => close(CloseCodes.badFrame),
      closed: gone,
      drained: () => tell({ _tag: "Drained" }),
      stalled: () => session?.lag(),
      isOpen: () => phase !== "new"
    }
  }
}

const greet = (
  hello: Hello,
  owner: Extract<DeviceMessage, { _tag: "Begin" }>["owner"],
  version: number,
  ports: GatewayPorts
): DeviceMessage => ({
  _tag: "Begin",
  owner,
  version,
  cursors: hello.cursors,
  last: hello.last,
  // Numbers of another epoch mean nothing here: every log is then told as behind.
  trustCursors: hello.epoch === ports.epoch
})
