/** What is to be reached, as ratios to a reference of the same round, or by itself. */
import type { ScenarioName } from "./figures.ts"
import { recoveryFigures } from "./recovery.ts"
import type { SubjectName } from "./subjects/Subject.ts"

export interface Target {
  readonly what: string
  readonly scenario: ScenarioName
  readonly figure: string
  /** Whose figure it is: `hibiki`'s, unless another is named. */
  readonly of?: SubjectName
  /** It is divided by this subject's; undefined: it stands by itself. */
  readonly against: SubjectName | undefined
  readonly better: "less" | "more"
  readonly floor: number
  readonly target: number
  /** Of the values of all rounds, which one counts. */
  readonly by?: "median" | "worst"
}

/**
 * Durable messages between two at saturation. Where one of each two writes there are as many messages under way as conversations; where both do,
 * twice as many, and a device may get what it reads and the answer to what it wrote in one write.
 */
const saturated = (scenario: "pairs" | "pairs-both", who: string): ReadonlyArray<Target> => {
  const ofCluster = { scenario, of: "hibiki-cluster" } as const
  const cpu = { ...ofCluster, figure: "CPU us/message", better: "less" } as const
  const rate = { ...ofCluster, figure: "messages/s", better: "more" } as const
  return [
    { ...cpu, what: `cluster, ${who} of each two writing: CPU a message`, against: "naive", floor: 1 / 3, target: 1 / 5 },
    { ...cpu, what: "the same, against what people build by hand", against: "socketio-pg", floor: Number.POSITIVE_INFINITY, target: 1 / 3 },
    { ...rate, what: `cluster, ${who} of each two writing: durable messages a second`, against: "naive", floor: 3, target: 5 },
    { ...rate, what: "the same, against what people build by hand", against: "socketio-pg", floor: 0, target: 3 }
  ]
}

const direct: ReadonlyArray<Target> = [
  ...saturated("pairs", "one"),
  ...saturated("pairs-both", "both"),
  {
    what: "cluster at 800 messages a second: CPU each",
    scenario: "pairs-steady",
    figure: "CPU us/message",
    of: "hibiki-cluster",
    against: "naive",
    better: "less",
    floor: 1.6,
    target: 1.1
  },
  {
    what: "at 800 a second: ack p50, ms",
    scenario: "pairs-steady",
    figure: "ack p50 ms",
    of: "hibiki-cluster",
    against: undefined,
    better: "less",
    floor: 8,
    target: 4
  },
  {
    what: "at 800 a second: ack p99, ms",
    scenario: "pairs-steady",
    figure: "ack p99 ms",
    of: "hibiki-cluster",
    against: undefined,
    better: "less",
    floor: 25,
    target: 12
  },
  {
    what: "at twice of what naive can: ack p99, ms",
    scenario: "pairs-beyond",
    figure: "ack p99 ms",
    of: "hibiki-cluster",
    against: undefined,
    better: "less",
    floor: 60,
    target: 25
  },
  {
    what: "large room, saturated: CPU a delivery",
    scenario: "room",
    figure: "CPU us/delivery",
    against: "limit-ws",
    better: "less",
    floor: 0.8,
    target: 0.55
  },
  {
    what: "large room, saturated: deliveries a second",
    scenario: "room",
    figure: "deliveries/s",
    against: "limit-ws",
    better: "more",
    floor: 1,
    target: 2
  },
  {
    what: "the same at half of limit-ws' load: CPU a delivery",
    scenario: "room-half",
    figure: "CPU us/delivery",
    against: "limit-ws",
    better: "less",
    floor: 1.4,
    target: 1
  },
  {
    what: "at half load: delivery p99",
    scenario: "room-half",
    figure: "delivery p99 ms",
    against: "limit-ws",
    better: "less",
    floor: 4,
    target: 2
  },
  {
    what: "memory of an idle device",
    scenario: "idle",
    figure: "resident KB/device",
    against: "limit-ws",
    better: "less",
    floor: 2,
    target: 1.3
  },
  {
    what: "storm: CPU a device, TCP to live",
    scenario: "storm",
    figure: "CPU us/device",
    against: "limit-ws",
    better: "less",
    floor: 4,
    target: 2.5
  },
  { what: "storm: failures", scenario: "storm", figure: "failures", against: undefined, better: "less", floor: 0, target: 0, by: "worst" },
  {
    what: "all back with 20 messages each: seconds",
    scenario: "back",
    figure: "seconds",
    against: undefined,
    better: "less",
    floor: 6,
    target: 2.5
  },
  {
    what: "all back: CPU us a device",
    scenario: "back",
    figure: "CPU us/device",
    against: undefined,
    better: "less",
    floor: Number.POSITIVE_INFINITY,
    target: 450
  },
  {
    what: "durable messages a second between two",
    scenario: "pairs",
    figure: "messages/s",
    against: "limit-ws",
    better: "more",
    floor: 0.12,
    target: 0.24
  },
  {
    what: "start of an existing folder, ms",
    scenario: "start",
    figure: "start ms",
    against: undefined,
    better: "less",
    floor: 3_000,
    target: 2_000
  },
  {
    what: "slowest start, ms",
    scenario: "start",
    figure: "slowest start ms",
    against: undefined,
    better: "less",
    floor: 3_000,
    target: 3_000,
    by: "worst"
  },
  {
    what: "memory at rest, MB",
    scenario: "start",
    figure: "resident MB",
    against: undefined,
    better: "less",
    floor: 450,
    target: 450,
    by: "worst"
  },
  ...recoveryFigures.map(
    (figure): Target => ({
      what: `after a kill: ${figure.replace(/ ms$/, ", ms")}`,
      scenario: "recovery",
      figure,
      of: "hibiki-cluster",
      against: undefined,
      better: "less",
      floor: 3_000,
      target: 2_000
    })
  )
]

const throughNginx = new Set<ScenarioName>(["room", "room-half", "idle", "storm", "back"])

/** The same through nginx, which then stands before the reference, too. */
const behindNginx = (target: Target): Target => ({
  ...target,
  what: `through nginx: ${target.what}`,
  of: "nginx+hibiki",
  against: target.against === undefined ? undefined : "nginx+limit-ws"
})

export const targets: ReadonlyArray<Target> = [
  ...direct,
  ...direct.filter(({ of, scenario }) => of === undefined && throughNginx.has(scenario)).map(behindNginx)
]
