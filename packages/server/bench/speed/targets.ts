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
 * Durable messages between two, as many as can be. Where one of each two writes there are as many messages under way as
 * conversations; where both do, twice as many, and a device may get what it reads and the answer to what it wrote in
 * one write. Only where one has several to say at a time has the cluster, as the references, more to do than it can all
 * the time.
 */
const saturated = (scenario: "pairs" | "pairs-both" | "pairs-several", who: string): ReadonlyArray<Target> => {
  const ofCluster = { scenario, of: "hibiki-cluster" } as const
  const cpu = { ...ofCluster, figure: "CPU us/message", better: "less" } as const
  const rate = { ...ofCluster, figure: "messages/s", better: "more" } as const
  return [
    { ...cpu, what: `cluster, ${who}: CPU a message`, against: "naive", floor: 1 / 3, target: 1 / 5 },
    {
      ...cpu,
      what: "the same, against what people build by hand",
      against: "socketio-pg",
      floor: Number.POSITIVE_INFINITY,
      target: 1 / 3
    },
    { ...rate, what: `cluster, ${who}: durable messages a second`, against: "naive", floor: 3, target: 5 },
    { ...rate, what: "the same, against what people build by hand", against: "socketio-pg", floor: 0, target: 3 }
  ]
}

/**
 * A tail in milliseconds, of all messages and of those that were never under way while the machine was slow by itself.
 */
const tail = (
  scenario: ScenarioName,
  what: string,
  bounds: Pick<Target, "floor" | "target">
): ReadonlyArray<Target> => {
  const ofCluster = { scenario, of: "hibiki-cluster", against: undefined, better: "less", ...bounds } as const
  return [
    { ...ofCluster, what: `${what}: ack p99, ms`, figure: "ack p99 ms" },
    { ...ofCluster, what: "the same, while the machine ran at its speed", figure: "ack p99 ms at speed" }
  ]
}

const beyond = (scenario: "pairs-beyond" | "pairs-beyond-several", what: string) =>
  tail(scenario, what, { floor: 60, target: 25 })

const direct: ReadonlyArray<Target> = [
  ...saturated("pairs", "one of each two writing"),
  ...saturated("pairs-both", "both of each two writing"),
  ...saturated("pairs-several", "one of each two writing four at a time"),
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
  ...tail("pairs-steady", "at 800 a second", { floor: 25, target: 12 }),
  ...beyond("pairs-beyond", "at twice of what naive can"),
  ...beyond("pairs-beyond-several", "at twice of what naive can of four at a time"),
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
  {
    what: "storm: failures",
    scenario: "storm",
    figure: "failures",
    against: undefined,
    better: "less",
    floor: 0,
    target: 0,
    by: "worst"
  },
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
  ...(["hibiki", "hibiki-cluster"] as const).map(
    (of): Target => ({
      ...{
        what: `${of}, all back within 10 s after they left: sockets closed by a fault`,
        scenario: "grace",
        figure: "closed by a fault",
        of
      },
      ...{ against: undefined, better: "less", floor: 0, target: 0, by: "worst" }
    })
  ),
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
