/** The gateway on real sockets: upgrades under `/ws`, bounded per address, looked after by one loop. */

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
  /** Open sockets of one client address, or network of IPv6 addresses. */
  readonly socketsPerAddress: number
  /**
   * A socket is ended when nothing was heard on it for so long. Others must see its user offline within 45 s: looked at
   * each second, told each second.
   */
  readonly deadAfterMs: number
  /** Whether there are other gateways, to which a new socket may go when this one is full. */
  readonly hasOthers: boolean
  /** Over how long sockets are asked to come back when this gateway goes away. */
  readonly drainSpreadMs: number
}

export const defaultSocketSettings: SocketSettings = {
  socketsPerAddress: 1_000,
  deadAfterMs: 40_000,
  hasOthers: false,
  drainSpreadMs: 3_000
}

/** What other roles of the process may ask of the gateway. */
export class GatewayStatus extends Context.Tag("@hibiki/server/gateway/GatewayStatus")<
  GatewayStatus,
  Pick<GatewayApi, "node" | "socketCount" | "storeReplaced">
>() {}

/** How often all sockets are looked after (ms). */
const tendEveryMs = 1_000

/** Whole: a number with a fraction is an object of its own in each socket that keeps one. */
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
    // Pings, pongs and parts of messages besides those that are messages.
    frames: { ratePerSecond: 2 * settings.frames.ratePerSecond, burst: 2 * settings.frames.burst },
    connect: gateway.connect,
    onGone: (pump) => {
      if (pumps.delete(pump)) perAddress.remove(pump.address)
    }
  }

  const handle = (request: IncomingMessage, socket: Duplex, head: Buffer, address: string) => {
    // A proxy that is told so asks another gateway.
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
    // A machine that stood still, say: what was sent meanwhile is read after this.
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
 * One text for all sockets of an origin, and not one for each. Only allowed origins come here: there are no more of
 * them than are allowed.
 */
const makeSharedOrigins = () => {
  const known = new Map<string, Origin>()
  return ({ headers: { origin = "" } }: IncomingMessage): Origin => {
    const shared = known.get(origin)
    if (shared === undefined) known.set(origin, origin)
    return shared ?? origin
  }
}

/** One gateway for as long as the layer lives; its end drains it, within some 10 s. */
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
