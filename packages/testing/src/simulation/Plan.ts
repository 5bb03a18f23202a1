/**
 * The plan of a simulated run, as data made from its seed alone: so that it can be printed, repeated, and shortened
 * while it still fails.
 */
import { type Dice, makeDice } from "./Dice.ts"

export type ActionKind =
  | ("post" | "burst" | "reply" | "edit" | "delete" | "react" | "unreact" | "withdraw" | "read" | "typing" | "older")
  | (
      | "openDirect"
      | "createGroup"
      | "createChannel"
      | "join"
      | "add"
      | "remove"
      | "leave"
      | "rename"
      | "setRole"
      | "markUnread"
    )
  | ("mute" | "favourite" | "pin" | "unpin")
  | ("rename person" | "hide" | "block" | "snapshot" | "reload" | "crash device" | "go away" | "revoke")

export type FaultKind =
  /** A device's socket: cut with everything in flight, silent in both directions, or no longer read. */
  | ("cut socket" | "silent socket" | "stuck reader")
  /** Processes: killed, and started again under another name. */
  | ("kill gateway" | "kill worker" | "kill api")
  /** As an operator does it: the gateway first asks its sockets to move. */
  | "stop gateway"
  /** One more worker joins, and takes partitions over while the one before still works on its batches. */
  | "overlapping hand-over"
  | ("lose deliveries" | "repeat deliveries" | "reorder deliveries" | "deliveries away")
  /**
   * The queue of one gateway, or the waiting batches of the partitions, is lost, while publishers still get their
   * confirms.
   */
  | ("gateway queue lost" | "ingress queues lost")
  | ("ingress busy" | "confirms lost" | "batches twice")
  | ("store away" | "store slow" | "answers lost" | "log locked")
  | ("hot state away" | "hot state lost")
  /** It returns to its state of some seconds ago. */
  | "hot state goes back"

export interface PlannedAction {
  /** Milliseconds after the start. */
  readonly at: number
  readonly kind: ActionKind
  /** Which device does it, by its number. */
  readonly device: number
  /** In [0, 1): the choice among everything that exists then. */
  readonly pick: number
  readonly other: number
}

export interface PlannedFault {
  readonly at: number
  /** When it is repaired. */
  readonly until: number
  readonly kind: FaultKind
  readonly target: number
}

export interface Plan {
  readonly seed: number
  /** The user's number for each device. */
  readonly devices: ReadonlyArray<number>
  readonly users: number
  readonly gateways: number
  readonly workers: number
  readonly apis: number
  /** Whether the run checks, after all repairs, that nothing is late. */
  readonly isCalmTried: boolean
  readonly actions: ReadonlyArray<PlannedAction>
  readonly faults: ReadonlyArray<PlannedFault>
  /** When everything is repaired and nothing new begins. */
  readonly endsAt: number
}

/** How often each kind is drawn; changes of who may see what are more frequent than with real people. */
export const actionWeights: ReadonlyArray<readonly [ActionKind, number]> = [
  ["post", 24],
  ["burst", 8],
  ["reply", 5],
  ["edit", 6],
  ["delete", 4],
  ["react", 5],
  ["unreact", 3],
  ["withdraw", 3],
  ["read", 8],
  ["typing", 2],
  ["older", 2],
  ["openDirect", 3],
  ["createGroup", 2],
  ["createChannel", 1],
  ["join", 2],
  ["add", 5],
  ["remove", 5],
  ["leave", 2],
  ["rename", 2],
  ["setRole", 2],
  ["markUnread", 2],
  ["mute", 1],
  ["favourite", 1],
  ["pin", 2],
  ["unpin", 1],
  ["rename person", 1],
  ["hide", 1],
  ["block", 1],
  ["snapshot", 1],
  ["reload", 3],
  ["crash device", 2],
  ["go away", 3],
  ["revoke", 0.5]
]

export const faultWeights: ReadonlyArray<readonly [FaultKind, number]> = [
  ["cut socket", 4],
  ["silent socket", 2],
  ["stuck reader", 2],
  ["kill gateway", 3],
  ["kill worker", 3],
  ["kill api", 1],
  ["stop gateway", 2],
  ["overlapping hand-over", 3],
  ["lose deliveries", 3],
  ["repeat deliveries", 2],
  ["reorder deliveries", 3],
  ["deliveries away", 1],
  ["gateway queue lost", 2],
  ["ingress queues lost", 1],
  ["ingress busy", 2],
  ["confirms lost", 2],
  ["batches twice", 3],
  ["store away", 2],
  ["store slow", 2],
  ["answers lost", 3],
  ["log locked", 2],
  ["hot state away", 2],
  ["hot state lost", 2],
  ["hot state goes back", 2]
]

/** A plan of at least 3 users, 5 devices, 2 gateways, 2 workers, 60 commands and 4 faults. */
export const makePlan = (seed: number): Plan => {
  const dice = makeDice(seed, "plan")
  const users = 3 + dice.below(2)
  const devices = [
    ...Array.from({ length: users }, (_, user) => user),
    ...Array.from({ length: Math.max(1, 5 - users) + dice.below(2) }, () => dice.below(users))
  ]
  const count = 62 + dice.below(12)
  const endsAt = 12_000 + dice.below(6_000)
  const blind = dice.next() < 0.15 ? cutOffBlind(dice, devices.length, endsAt) : { actions: [], faults: [] }
  const ordinary = Array.from(
    { length: count },
    (): PlannedAction => ({
      at: dice.below(endsAt),
      kind: drawn(dice, actionWeights),
      device: dice.below(devices.length),
      pick: dice.next(),
      other: dice.next()
    })
  )
  const actions = [...ordinary, ...blind.actions].sort((a, b) => a.at - b.at)
  const broken = Array.from({ length: 4 + dice.below(4) }, (): PlannedFault => {
    const at = dice.below(endsAt - 2_000)
    return {
      at,
      until: Math.min(endsAt, at + 500 + dice.below(6_000)),
      kind: drawn(dice, faultWeights),
      target: dice.next()
    }
  })
  const faults = [...broken, ...blind.faults].sort((a, b) => a.at - b.at)
  const apis = 1 + dice.below(2)
  return {
    seed,
    users,
    devices,
    gateways: 2,
    workers: 2,
    apis,
    isCalmTried: dice.below(4) === 0,
    actions,
    faults,
    endsAt
  }
}

/** A device is ended while no path works by which its gateway would learn of it. */
const cutOffBlind = (dice: Dice, devices: number, endsAt: number): Pick<Plan, "actions" | "faults"> => {
  const at = 2_000 + dice.below(4_000)
  const fault = (kind: FaultKind): PlannedFault => ({
    at: at - 1_000,
    until: Math.min(endsAt, at + 7_500),
    kind,
    target: 0
  })
  const actions = Array.from(
    { length: devices },
    (_, device): PlannedAction => ({ at, kind: "revoke", device, pick: dice.next(), other: 0 })
  )
  return { actions, faults: [fault("deliveries away"), fault("hot state away")] }
}

const drawn = <K>(dice: Dice, weights: ReadonlyArray<readonly [K, number]>): K => {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0)
  let left = dice.next() * total
  for (const [kind, weight] of weights) {
    left -= weight
    if (left < 0) return kind
  }
  throw new Error("weights that add up to nothing")
}
