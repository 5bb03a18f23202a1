/** What is measured, each on a fresh server. */
import { setTimeout as sleep } from "node:timers/promises"
import { percentile } from "../../../core/bench/report.ts"
import { type Figures, type Outside, outsideUnknown, type ScenarioName } from "./figures.ts"
import { residentBytes } from "./measure/processes.ts"
import type { Scene, SceneShape } from "./Scene.ts"
import { Stage, type Timed } from "./Stage.ts"
import type { HibikiEmbedded } from "./subjects/hibiki.ts"
import type { Subject } from "./subjects/Subject.ts"

export interface Sizes {
  readonly warmUpSeconds: number
  /**
   * Between two. At 800 a second a worker takes half a core in the first seconds, and half of that ten seconds later;
   * with as many messages as can be, the compiler has a tenth of a gateway at first. And some 15 s after the load began
   * a new Postgres looks after its tables for the first time, which it does once a minute, for half a second to one. A
   * day has more seconds of the second kind, at everybody's.
   */
  readonly pairsWarmUpSeconds: number
  readonly seconds: number
  /** Of the devices whose memory is told, those that are there before. */
  readonly idleBefore: number
  readonly starts: number
}

export interface Found {
  readonly figures: Figures
  readonly outside: Outside
}

const textLength = 100
/** A storm: all that wait to be taken in fit into the system's queue. */
export const storming = 1_000
/** Writers of the room: one in so many. */
const membersPerWriter = 16
/** After sockets have come or gone: for what is put off. */
const restMs = 3_000
/** Actors of users without a socket end after 5 s. */
const awayMs = 8_000
const missed = { posts: 5, rounds: 4 } as const

const placesOf = (scene: Scene): ReadonlyArray<number> => scene.devices.map((_, place) => place)

const onStage = async <A>(subject: Subject, scene: Scene, run: (stage: Stage) => Promise<A>): Promise<A> => {
  const stage = await Stage.open(subject, scene)
  try {
    return await run(stage)
  } finally {
    await stage.close()
  }
}

/** All of them, or the bench fails. */
const bring = async (stage: Stage, devices: ReadonlyArray<number>): Promise<Outside> => {
  const { outside, value: failures } = await stage.arriveCalmly(devices)
  if (failures.length > 0) throw new Error([...failures, `the server says: ${stage.subject.complaints()}`].join("\n"))
  return outside
}

const allThere = (stage: Stage, scene: Scene): Promise<unknown> => bring(stage, placesOf(scene))

export const loadOf = (perSecond: number | undefined, postsAtOnce = 1) =>
  perSecond === undefined ? ({ _tag: "Closed", postsAtOnce } as const) : ({ _tag: "Open", perSecond } as const)

/** Everybody in one conversation; `perSecond` undefined: as fast as it goes. */
export const room = (subject: Subject, scene: Scene, sizes: Sizes, perSecond?: number): Promise<Found> =>
  onStage(subject, scene, async (stage) => {
    await allThere(stage, scene)
    const writers = placesOf(scene).filter((place) => place % membersPerWriter === 0)
    const load = loadOf(perSecond)
    const { cpuMicros, outside, value } = await stage.load(
      { ...load, writers, textLength },
      sizes.warmUpSeconds,
      sizes.seconds
    )
    return {
      outside,
      figures: {
        "deliveries/s": value.deliveries / value.seconds,
        "CPU us/delivery": cpuMicros / value.deliveries,
        "delivery p50 ms": value.deliveryMs.p50,
        "delivery p99 ms": value.deliveryMs.p99
      }
    }
  })

export interface PairsLoad {
  readonly writers: "one" | "both"
  /** Left out: each writer as fast as it is answered. */
  readonly perSecond?: number
  /** What each of these has to say at a time, unless so many a second come. */
  readonly postsAtOnce?: number
}

/** Many conversations of two, in each of which one writes, or both do. */
export const pairs = (
  subject: Subject,
  scene: Scene,
  sizes: Sizes,
  { perSecond, postsAtOnce, writers: who }: PairsLoad
): Promise<Found> =>
  onStage(subject, scene, async (stage) => {
    await allThere(stage, scene)
    const writers = scene.conversations.flatMap(({ members }) => (who === "both" ? members : members.slice(0, 1)))
    const load = loadOf(perSecond, postsAtOnce)
    const { cpuMicros, cpuMicrosOf, outside, slow, value } = await stage.load(
      { ...load, writers, textLength },
      sizes.pairsWarmUpSeconds,
      sizes.seconds
    )
    const atSpeed = perSecond === undefined ? undefined : await stage.ackMsOutside(slow)
    return {
      outside,
      figures: {
        "messages/s": value.posts / value.seconds,
        "CPU us/message": cpuMicros / value.posts,
        "ack p50 ms": value.ackMs.p50,
        "ack p99 ms": value.ackMs.p99,
        ...(atSpeed === undefined ? {} : { "ack p50 ms at speed": atSpeed.p50, "ack p99 ms at speed": atSpeed.p99 }),
        ...Object.fromEntries(
          Object.entries(cpuMicrosOf).map(([name, micros]) => [`CPU us/message, ${name}`, micros / value.posts])
        )
      }
    }
  })

/** Sockets that do nothing: what further ones take, after collection. */
export const idle = (subject: Subject, scene: Scene, { idleBefore }: Sizes): Promise<Found> =>
  onStage(subject, scene, async (stage) => {
    const places = placesOf(scene)
    const weigh = async () => {
      await sleep(restMs)
      const resident = await stage.subject.residentBytes()
      const { inside } = stage.subject
      if (inside === undefined) throw new Error(`${subject.name} can't be looked into`)
      const { bufferBytes, heapBytes } = await inside.weight()
      return { resident, heap: heapBytes + bufferBytes }
    }
    await bring(stage, places.slice(0, idleBefore))
    const before = await weigh()
    const outside = await bring(stage, places.slice(idleBefore))
    const after = await weigh()
    await stage.settle()
    const further = 1_024 * (places.length - idleBefore)
    return {
      outside,
      figures: {
        "resident KB/device": (after.resident - before.resident) / further,
        "heap KB/device": (after.heap - before.heap) / further
      }
    }
  })

const arrivalFigures = (
  { cpuMicros, value }: Timed<{ failures: ReadonlyArray<string>; seconds: number; welcomeMs: { p99: number } }>,
  count: number
) => ({
  "CPU us/device": cpuMicros / count,
  "welcome p99 ms": value.welcomeMs.p99,
  seconds: value.seconds,
  failures: value.failures.length
})

/** All but the speakers, who stand after them, leave, and miss what these say. Gives those who left. */
export const leaveAndMiss = async (
  stage: Stage,
  scene: Scene,
  { devices, membersEach }: SceneShape
): Promise<ReadonlyArray<number>> => {
  const everybody = placesOf(scene)
  const [many, speakers] = [everybody.slice(0, devices), everybody.slice(devices)]
  await stage.settle()
  await stage.leave(many)
  await sleep(awayMs)
  await bring(stage, speakers)
  // Each device is in one conversation of each dealing.
  const heard = scene.conversations.slice(0, missed.rounds * Math.floor(devices / membersEach))
  await stage.say(
    speakers.map((device) => ({
      device,
      logs: heard.filter(({ members }) => members.includes(device)).map(({ id }) => id),
      posts: missed.posts
    }))
  )
  return many
}

/** All devices but the speakers at once; then, of Hibiki, all of them again with what they missed meanwhile. */
export const storm = (
  subject: Subject,
  scene: Scene,
  shape: SceneShape
): Promise<Partial<Record<ScenarioName, Found>>> =>
  onStage(subject, scene, async (stage) => {
    const { devices } = shape
    const came = await stage.arrive(placesOf(scene).slice(0, devices), storming)
    const found = { storm: { outside: came.outside, figures: arrivalFigures(came, devices) } }
    if (subject.name !== "hibiki" && subject.name !== "nginx+hibiki") return found
    const many = await leaveAndMiss(stage, scene, shape)
    const back = await stage.comeBack(many, storming)
    // Whatever was missed was read, in order and once, by everybody.
    await stage.settle()
    return { ...found, back: { outside: back.outside, figures: arrivalFigures(back, devices) } }
  })

/**
 * Twice the grace for which a user's actor waits for the next socket: half of the devices come back to an actor that
 * has ended, half to one that lives.
 */
const graceSpreadMs = 10_000

/**
 * All devices back at once, the first 10 s after it left, the last at once, all others evenly between them: some of
 * them come in the very turn in which the actor of their user would end.
 */
export const grace = (subject: Subject, scene: Scene, { devices }: SceneShape): Promise<Found> =>
  onStage(subject, scene, async (stage) => {
    const many = placesOf(scene).slice(0, devices)
    await bring(stage, many)
    await stage.settle()
    await stage.leave(many, graceSpreadMs)
    const back = await stage.comeBack(many, devices)
    await sleep(restMs)
    // One that was cut off later fails the bench here.
    await stage.settle()
    const { ends } = back.value
    // None of them gives a cause: whatever code the server closes one with, the fault is its own.
    const closedByFault = Object.entries(ends).filter(([end]) => end.startsWith("closed"))
    const sum = (counted: ReadonlyArray<readonly [string, number]>) =>
      counted.reduce((total, [, count]) => total + count, 0)
    return {
      outside: back.outside,
      figures: {
        ...arrivalFigures(back, devices),
        failures: sum(Object.entries(ends)),
        "closed by a fault": sum(closedByFault),
        ...Object.fromEntries(Object.entries(ends).map(([end, count]) => [`ended, ${end}`, count]))
      }
    }
  })

/** Starts of a folder that is there already. */
export const start = async (hibiki: HibikiEmbedded, scene: Scene, { starts }: Sizes): Promise<Found> => {
  const readyMs: Array<number> = []
  const resident: Array<number> = []
  for (let i = 0; i < starts; i++) {
    const server = await hibiki.startServer(scene)
    readyMs.push(server.readyMs)
    await sleep(restMs)
    resident.push(residentBytes(server.pid))
    await server.end()
  }
  return {
    outside: outsideUnknown,
    figures: {
      "start ms": percentile(readyMs, 50),
      "slowest start ms": Math.max(...readyMs),
      "resident MB": Math.max(...resident) / 1_048_576
    }
  }
}
