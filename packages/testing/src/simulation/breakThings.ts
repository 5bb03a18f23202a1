/** The faults of a simulation, and their repairs. */
import { Context, Effect } from "effect"
import { ChatMemory } from "../ChatMemory.ts"
import type { PlannedFault } from "./Plan.ts"
import type { SharedState } from "./SharedState.ts"
import type { SimulatedDevice } from "./SimulatedDevice.ts"
import type { SimulatedServer } from "./SimulatedServer.ts"

export interface Breakable {
  readonly shared: SharedState
  readonly server: SimulatedServer
  readonly devices: ReadonlyArray<SimulatedDevice>
}

/** Breaks it now, repairs it when its time has come, and records both. */
export const breakFor = (breakable: Breakable, fault: PlannedFault): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { record } = breakable.shared.world
    record({ _tag: "fault", text: fault.kind })
    const mend = yield* broken(breakable, fault)
    yield* Effect.sleep(fault.until - fault.at)
    yield* mend
    record({ _tag: "fault", text: `${fault.kind}: over` })
  })

/** Returns the repair. */
const broken = (breakable: Breakable, { kind, target }: PlannedFault): Effect.Effect<Effect.Effect<void>> => {
  const { devices, shared } = breakable
  const { conditions } = shared.world
  const during = <K extends string, V>(part: Record<K, V>, key: K, value: V, mended: V) =>
    Effect.sync(() => {
      part[key] = value
      return Effect.sync(() => {
        part[key] = mended
      })
    })
  switch (kind) {
    case "cut socket":
    case "silent socket":
    case "stuck reader":
      return socketFault(devices, kind, target)
    case "kill gateway":
    case "kill worker":
    case "kill api":
    case "stop gateway":
      return processFault(breakable, kind, target)
    case "overlapping hand-over":
      return Effect.as(
        Effect.sync(() => shared.ingress.handOver()),
        Effect.void
      )
    case "lose deliveries":
      return during(conditions.deliveries, "lost", 0.5, 0)
    case "repeat deliveries":
      return during(conditions.deliveries, "repeated", 0.4, 0)
    case "reorder deliveries":
      return during(conditions.deliveries, "reordered", 0.4, 0)
    case "gateway queue lost":
      return Effect.sync(() => Effect.sync(shared.deliveries.loseQueue(target)))
    case "ingress queues lost":
      return Effect.as(
        Effect.sync(() => shared.ingress.loseWaiting()),
        Effect.void
      )
    case "deliveries away":
      return during(conditions.deliveries, "away", true, false)
    case "ingress busy":
      return during(conditions.ingress, "busy", 0.6, 0)
    case "confirms lost":
      return during(conditions.ingress, "confirmsLost", 0.5, 0)
    case "batches twice":
      return during(conditions.ingress, "twice", 0.6, 0)
    case "store away":
      return during(conditions.store, "away", true, false)
    case "store slow":
      return during(conditions.store, "slow", true, false)
    case "answers lost":
      return during(conditions.store, "answersLost", 0.3, 0)
    case "log locked":
      return lockLog(shared, target)
    case "hot state away":
      return during(conditions.hot, "away", true, false)
    case "hot state lost":
      return Effect.as(shared.loseHot, Effect.void)
    case "hot state goes back":
      return shared.rememberHot
  }
}

const socketFault = (
  devices: ReadonlyArray<SimulatedDevice>,
  kind: string,
  target: number
): Effect.Effect<Effect.Effect<void>> =>
  Effect.sync(() => {
    const open = devices.flatMap(({ socket }) => (socket?.isOpen === true ? [socket] : []))
    const socket = open[Math.floor(target * open.length)]
    if (kind === "cut socket") socket?.cut()
    else if (kind === "silent socket") socket?.silence()
    else socket?.setStuck(true)
    return Effect.sync(() => socket?.setStuck(false))
  })

const processFault = (
  { devices, server }: Breakable,
  kind: string,
  target: number
): Effect.Effect<Effect.Effect<void>> => {
  const among = <A>(all: ReadonlyArray<A>): A | undefined => all[Math.floor(target * all.length)]
  const cut = (gateway: unknown) => {
    for (const { socket } of devices) if (socket?.gateway === gateway) socket?.cut()
  }
  switch (kind) {
    case "kill worker": {
      const worker = among(server.workers)
      return Effect.as(worker === undefined ? Effect.void : server.killWorker(worker), server.startWorker)
    }
    case "kill api": {
      const api = among(server.apis)
      return Effect.as(api === undefined ? Effect.void : server.killApi(api), server.startApi)
    }
    default: {
      const gateway = among(server.gateways)
      if (gateway === undefined) return Effect.succeed(Effect.void)
      const end = kind === "kill gateway" ? server.killGateway(gateway) : server.drainGateway(gateway)
      return Effect.as(
        Effect.tap(end, () => cut(gateway)),
        server.startGateway
      )
    }
  }
}

/** Somebody else locks one conversation's row. */
const lockLog = (shared: SharedState, target: number): Effect.Effect<Effect.Effect<void>> =>
  Effect.sync(() => {
    const { state } = Context.get(shared.stores, ChatMemory)
    const logs = [...state.logs.keys()]
    const log = logs[Math.floor(target * logs.length)]
    if (log === undefined) return Effect.void
    state.held.set(log, 1)
    return Effect.sync(() => void state.held.delete(log))
  })
