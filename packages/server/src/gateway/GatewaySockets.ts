/**
 * The gateway on real sockets: upgrades under `/ws`, bounded per address, with one loop for the upkeep of all sockets.
 */

import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { type GatewayApi, makeGateway } from "@hibiki/core/gateway/Gateway"
import type { GatewaySettings } from "@hibiki/core/gateway/GatewaySettings"
import type { Origin } from "@hibiki/core/ports/Tickets"
import { CloseCodes } from "@hibiki/core/protocol/CloseCode"
import { Context, Effect, Layer, Schedule } from "effect"
import { rateLimited, unavailable } from "../http/Answer.ts"
import { AddressCounts } from "../http/HttpConnections.ts"
import { refuseUpgrade, SocketUpgrades } from "../http/SocketUpgrades.ts"
import { acceptUpgrade } from "./Handshake.ts"
import { type PumpHost, SocketPump } from "./SocketPump.ts"

export interface SocketSettings {
  /** The most open sockets of one client address, or of one network of IPv6 addresses. */
  readonly socketsPerAddress: number
  /**
   * A socket that was silent for this long is ended. Others must see its user offline within 45 s: the gateway checks
   * each second and reports each second.
   */
  readonly deadAfterMs: number
  /** Whether other gateways exist, to which a new socket may go when this one is full. */
  readonly hasOthers: boolean
  /** While a gateway shuts down, it asks its sockets to reconnect over this span of time. */
  readonly drainSpreadMs: number
}

export const defaultSocketSettings: SocketSettings = {
  socketsPerAddress: 1_000,
  deadAfterMs: 40_000,
  hasOthers: false,
  drainSpreadMs: 3_000
}

/** The gateway's state for other roles of the process. */
export class GatewayStatus extends Context.Tag("@hibiki/server/gateway/GatewayStatus")<
  GatewayStatus,
  Pick<GatewayApi, "node" | "socketCount" | "sockets" | "disconnect" | "storeReplaced">
>() {}

/** How often the loop visits all sockets (ms). */
const tendEveryMs = 1_000

/** A whole number: in each socket that stores one, a number with a fraction is an object of its own. */
const wholeMs = (): number => Math.floor(performance.now())

export const makeSockets = (gateway: GatewayApi, settings: GatewaySettings & SocketSettings, now: () => number) => {
  const pumps = new Set<SocketPump>()
  const perAddress = new AddressCounts()
  const sharedOrigin = makeSharedOrigins()
  let draining = false
  let tendedAtMs = now()
  const host: PumpHost = {
    now,
    pingEveryMs: settings.pingIntervalMs,
    deadAfterMs: settings.deadAfterMs,
    // Allows for pings, pongs and parts of messages besides the messages themselves.
    frames: { ratePerSecond: 2 * settings.frames.ratePerSecond, burst: 2 * settings.frames.burst },
    connect: gateway.connect,
    onGone: (pump) => {
      if (pumps.delete(pump)) perAddress.remove(pump.address)
    }
  }

  const handle = (request: IncomingMessage, socket: Duplex, head: Buffer, address: string) => {
    // A proxy that gets this answer tries another gateway.
    if (draining) return refuseUpgrade(socket, unavailable, "draining")
    if (settings.hasOthers && gateway.isFull()) return refuseUpgrade(socket, unavailable, "full")
    if (perAddress.of(address) >= settings.socketsPerAddress)
      return refuseUpgrade(socket, rateLimited, "sockets_of_address")
    if (!acceptUpgrade(request, socket, head)) return
    perAddress.add(address)
    pumps.add(new SocketPump(socket, address, sharedOrigin(request), host))
  }
  const tend = () => {
    const nowMs = now()
    const lateMs = nowMs - tendedAtMs - tendEveryMs
    tendedAtMs = nowMs
    // For example after the machine stalled: messages sent meanwhile are read after this.
    if (lateMs > tendEveryMs) for (const pump of pumps) pump.excuse(lateMs)
    for (const pump of pumps) pump.tend(nowMs)
  }
  const drain = Effect.gen(function* () {
    draining = true
    yield* gateway.drain(settings.drainSpreadMs)
    for (const pump of pumps) pump.close(CloseCodes.moving)
    // Bounded by its own schedule: a release can't be interrupted, so a timeout around it would leave it running.
    yield* Effect.suspend(() => (pumps.size === 0 ? Effect.void : Effect.fail("open" as const))).pipe(
      Effect.retry(Schedule.upTo(Schedule.spaced("50 millis"), "4 seconds")),
      Effect.ignore
    )
  })
  return { handle, tend, drain }
}

/**
 * Shares one text among all sockets of an origin. Only allowed origins get here, so the map has no more entries than
 * there are allowed origins.
 */
const makeSharedOrigins = () => {
  const known = new Map<string, Origin>()
  return ({ headers: { origin = "" } }: IncomingMessage): Origin => {
    const shared = known.get(origin)
    if (shared === undefined) known.set(origin, origin)
    return shared ?? origin
  }
}

/** One gateway for as long as the layer lives. The end of the layer drains it, within some 10 s. */
export const GatewaySockets = (settings: GatewaySettings & SocketSettings) =>
  Layer.scopedContext(
    Effect.gen(function* () {
      const gateway = yield* makeGateway(settings)
      const sockets = makeSockets(gateway, settings, wholeMs)
      yield* Effect.sync(sockets.tend).pipe(repeatEvery(tendEveryMs, "Sockets could not be tended"), Effect.forkScoped)
      yield* Effect.addFinalizer(() => sockets.drain)
      return Context.make(SocketUpgrades, SocketUpgrades.of({ handle: sockets.handle })).pipe(
        Context.add(GatewayStatus, gateway)
      )
    })
  )
