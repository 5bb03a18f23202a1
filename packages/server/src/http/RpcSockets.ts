/**
 * The streams of calls on real sockets: upgrades under `/rpc/ws`, bounded by address and device, ended with their
 * sign-in, with one loop for the upkeep of all.
 */

import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { Authenticator } from "@hibiki/core/accounts/Authenticator"
import { closeCodeOf, RevocationWatch } from "@hibiki/core/accounts/RevocationWatch"
import type { DeviceId } from "@hibiki/core/domain/Ids"
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { type CloseCode, CloseCodes } from "@hibiki/core/protocol/CloseCode"
import type { Identity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Context, Effect, FiberSet, Layer, Schedule } from "effect"
import { type WebSocket, WebSocketServer } from "ws"
import { rateLimited, unavailable, type WireError } from "./Answer.ts"
import { AddressCounts } from "./HttpConnections.ts"
import { rpcSockets } from "./HttpMetrics.ts"
import { RpcCalls } from "./RpcCalls.ts"
import { messageBytesMax, RpcSocket, type RpcSocketPorts } from "./RpcSocket.ts"
import { refuseUpgrade, type SocketUpgrades } from "./SocketUpgrades.ts"
import { makeStrictRpc } from "./StrictRpc.ts"

export interface RpcSocketSettings {
  /** Open sockets of one client address, and of one device. */
  readonly perAddress: number
  readonly perDevice: number
  /** A socket without a stream is closed after this. */
  readonly idleMs: number
  readonly pingEveryMs: number
  /** A socket that was silent for this long is cut. */
  readonly deadAfterMs: number
}

export const rpcSocketSettings: RpcSocketSettings = {
  perAddress: 1_000,
  perDevice: 10,
  idleMs: 60_000,
  pingEveryMs: 20_000,
  deadAfterMs: 45_000
}

const idle: CloseCode = { code: 1000, reason: "idle", comeBack: "jittered" }
/** The connection is cut if the peer does not answer a close within this time. */
const closeWithinMs = 3_000

/** Port: handles the socket upgrades of `/rpc/ws`, as SocketUpgrades handles those of `/ws`. */
export class RpcUpgrades extends Context.Tag("@hibiki/server/http/RpcUpgrades")<
  RpcUpgrades,
  SocketUpgrades["Type"]
>() {}

/** For a process that answers no calls. */
export const NoRpcUpgrades = Layer.succeed(RpcUpgrades, RpcUpgrades.of({ handle: undefined }))

interface Peer {
  readonly webSocket: WebSocket
  readonly socket: RpcSocket
  heardAtMs: number
  pingedAtMs: number
}

/** Accepts sockets for as long as the layer lives; its end closes them. */
export const rpcSocketsLive = (settings: RpcSocketSettings = rpcSocketSettings) =>
  Layer.scoped(
    RpcUpgrades,
    Effect.gen(function* () {
      const calls = yield* RpcCalls
      const authenticator = yield* Authenticator
      const revocations = yield* RevocationWatch
      const run = yield* FiberSet.makeRuntime<never, void>()
      const devices = makeDeviceSockets(settings.perDevice, (device) => revocations.endingOf(device) !== undefined)
      const shared: Pick<RpcSocketPorts, "authenticate" | "calls" | "nowMs" | "run" | "strict"> = {
        calls,
        run,
        strict: makeStrictRpc(HibikiRpcs),
        nowMs: () => performance.now(),
        authenticate: (token) =>
          Effect.mapError(authenticator.authenticate(token), ({ _tag }) =>
            _tag === "StoreUnavailable" ? unavailable : { _tag }
          )
      }
      const sockets = makeSockets(settings, shared, devices)
      yield* revocations.subscribe((ended, ending) => {
        for (const device of ended) devices.end(device, closeCodeOf(ending))
      })
      yield* Effect.sync(sockets.tend).pipe(
        repeatEvery("1 second", "Sockets of calls could not be tended"),
        Effect.forkScoped
      )
      yield* Effect.addFinalizer(() => sockets.drain)
      return RpcUpgrades.of({ handle: sockets.handle })
    })
  )

const makeSockets = (
  settings: RpcSocketSettings,
  shared: Pick<RpcSocketPorts, "authenticate" | "calls" | "nowMs" | "run" | "strict">,
  devices: DeviceSockets
) => {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
    clientTracking: false
  })
  const peers = new Set<Peer>()
  const perAddress = new AddressCounts()
  let made = 0
  let draining = false

  const take = (webSocket: WebSocket, address: string, origin: string) => {
    const socket: RpcSocket = new RpcSocket({
      ...shared,
      address,
      origin,
      name: `rpc-socket-${++made}`,
      admit: (identity) => devices.admit(identity, socket),
      send: (text) => sendText(webSocket, text),
      close: (code) => closeSocket(webSocket, code)
    })
    const peer: Peer = { webSocket, socket, heardAtMs: shared.nowMs(), pingedAtMs: shared.nowMs() }
    peers.add(peer)
    rpcSockets.unsafeUpdate(peers.size, [])
    webSocket.on("message", (data: Buffer, isBinary: boolean) => {
      peer.heardAtMs = shared.nowMs()
      if (isBinary) socket.unreadable()
      else socket.message(data.toString("utf8"))
    })
    webSocket.on("pong", () => {
      peer.heardAtMs = shared.nowMs()
    })
    // A broken frame or a reset: `ws` closes with its own code, and the close event below reports it.
    webSocket.on("error", () => undefined)
    webSocket.on("close", () => {
      peers.delete(peer)
      rpcSockets.unsafeUpdate(peers.size, [])
      devices.forget(socket)
      socket.end()
    })
  }
  const handle = (request: IncomingMessage, socket: Duplex, head: Buffer, address: string) => {
    if (draining) return refuseUpgrade(socket, unavailable, "draining")
    if (perAddress.of(address) >= settings.perAddress) return refuseUpgrade(socket, rateLimited, "sockets_of_address")
    // Counts down at the connection's own end, so that an upgrade which `ws` refuses is returned too.
    perAddress.add(address)
    socket.once("close", () => perAddress.remove(address))
    server.handleUpgrade(request, socket, head, (webSocket) => take(webSocket, address, request.headers.origin ?? ""))
  }
  const tend = () => {
    const now = shared.nowMs()
    for (const peer of peers) tendPeer(peer, settings, now)
  }
  const drain = Effect.gen(function* () {
    draining = true
    for (const { socket, webSocket } of peers) {
      socket.end()
      closeSocket(webSocket, CloseCodes.moving)
    }
    // Bounded by its own schedule: a release can't be interrupted, so a timeout around it would leave it running.
    yield* Effect.suspend(() => (peers.size === 0 ? Effect.void : Effect.fail("open" as const))).pipe(
      Effect.retry(Schedule.upTo(Schedule.spaced("50 millis"), "4 seconds")),
      Effect.ignore
    )
  })
  return { handle, tend, drain }
}

const tendPeer = (peer: Peer, settings: RpcSocketSettings, now: number): void => {
  const { idleSinceMs } = peer.socket
  if (now - peer.heardAtMs >= settings.deadAfterMs) return peer.webSocket.terminate()
  if (idleSinceMs !== undefined && now - idleSinceMs >= settings.idleMs) return closeSocket(peer.webSocket, idle)
  if (now - peer.pingedAtMs < settings.pingEveryMs || peer.webSocket.readyState !== peer.webSocket.OPEN) return
  peer.pingedAtMs = now
  peer.webSocket.ping()
}

interface DeviceSockets {
  readonly admit: (identity: Identity, socket: RpcSocket) => WireError | undefined
  readonly end: (device: DeviceId, code: CloseCode) => void
  readonly forget: (socket: RpcSocket) => void
}

/** The owners of sockets. A socket belongs to the device of its first stream. */
const makeDeviceSockets = (perDevice: number, hasEnded: (device: DeviceId) => boolean): DeviceSockets => {
  const byDevice = new Map<DeviceId, Set<RpcSocket>>()
  const owner = new Map<RpcSocket, DeviceId>()
  return {
    admit: ({ deviceId }, socket) => {
      const known = owner.get(socket)
      if (known !== undefined && known !== deviceId) return { _tag: "Unauthenticated" }
      if (known === undefined) {
        const sockets = byDevice.get(deviceId) ?? new Set()
        if (sockets.size >= perDevice) return rateLimited
        byDevice.set(deviceId, sockets.add(socket))
        owner.set(socket, deviceId)
      }
      // Registers first, so that a sign-out either reaches the socket or is found here.
      return hasEnded(deviceId) ? { _tag: "Unauthenticated" } : undefined
    },
    end: (device, code) => {
      for (const socket of [...(byDevice.get(device) ?? [])]) socket.signOut(code)
    },
    forget: (socket) => {
      const device = owner.get(socket)
      if (device === undefined) return
      owner.delete(socket)
      const sockets = byDevice.get(device)
      sockets?.delete(socket)
      if (sockets?.size === 0) byDevice.delete(device)
    }
  }
}

/** Completes when the text was handed to the operating system, or never will be. */
const sendText = (webSocket: WebSocket, text: string): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (webSocket.readyState !== webSocket.OPEN) return resume(Effect.void)
    webSocket.send(text, () => resume(Effect.void))
  })

const closeSocket = (webSocket: WebSocket, { code, reason }: CloseCode): void => {
  if (webSocket.readyState !== webSocket.OPEN) return
  webSocket.close(code, reason)
  const cut = setTimeout(() => webSocket.terminate(), closeWithinMs)
  cut.unref()
  webSocket.once("close", () => clearTimeout(cut))
}
