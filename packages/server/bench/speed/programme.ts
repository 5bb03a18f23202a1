/** Which scenarios run on which subjects, how large they are, and the rounds. */
import { median } from "../../../core/bench/report.ts"
import type { Run, ScenarioName } from "./figures.ts"
import { recovery } from "./recovery.ts"
import { makeScene, type Scene, type SceneShape } from "./Scene.ts"
import { type Found, grace, idle, pairs, room, type Sizes, start, storm } from "./scenarios.ts"
import { behindNginx } from "./subjects/behindNginx.ts"
import { HibikiEmbedded } from "./subjects/hibiki.ts"
import { hibikiCluster } from "./subjects/hibikiCluster.ts"
import { limitWs, limitWsCoalesced, naive, socketioPg } from "./subjects/references.ts"
import type { Subject, SubjectName } from "./subjects/Subject.ts"

type Measure = Exclude<ScenarioName, "back">

/** Messages a second of a quiet day, at which little comes together. */
const steadyPerSecond = 800
/**
 * What one of two has to say at a time where there is always more to do than is done: with as many `limit-ws-coalesced`
 * has its lead on `limit-ws`.
 */
const several = 4

export interface Programme {
  readonly rounds: number
  readonly scenarios: ReadonlyArray<Measure>
  readonly subjects: ReadonlyArray<SubjectName>
  readonly shapes: {
    readonly room: SceneShape
    readonly pairs: SceneShape
    readonly idle: SceneShape
    readonly storm: SceneShape
  }
  readonly sizes: Sizes
}

export const full: Programme = {
  rounds: 3,
  scenarios: [
    "room",
    "room-half",
    "pairs",
    "pairs-both",
    "pairs-several",
    "pairs-steady",
    "pairs-beyond",
    "pairs-beyond-several",
    "idle",
    "storm",
    "grace",
    "start",
    "recovery"
  ],
  subjects: [
    "limit-ws",
    "limit-ws-coalesced",
    "socketio-pg",
    "naive",
    "nginx+limit-ws",
    "hibiki",
    "hibiki-cluster",
    "nginx+hibiki"
  ],
  shapes: {
    room: { devices: 1_000, membersEach: 1_000, conversationsEach: 1, postsBefore: 10 },
    pairs: { devices: 4_000, membersEach: 2, conversationsEach: 1, postsBefore: 50 },
    idle: { devices: 10_000, membersEach: 50, conversationsEach: 5, postsBefore: 1 },
    storm: { devices: 5_000, membersEach: 50, conversationsEach: 20, postsBefore: 1, speakers: 100 }
  },
  sizes: { warmUpSeconds: 3, pairsWarmUpSeconds: 20, seconds: 6, idleBefore: 1_000, starts: 5 }
}

export const quick: Programme = {
  rounds: 1,
  scenarios: ["room", "pairs", "idle"],
  subjects: ["limit-ws", "hibiki"],
  shapes: {
    room: { devices: 200, membersEach: 200, conversationsEach: 1, postsBefore: 10 },
    pairs: { devices: 400, membersEach: 2, conversationsEach: 1, postsBefore: 10 },
    idle: { devices: 1_000, membersEach: 50, conversationsEach: 5, postsBefore: 1 },
    storm: { devices: 500, membersEach: 50, conversationsEach: 20, postsBefore: 1, speakers: 10 }
  },
  sizes: { warmUpSeconds: 1, pairsWarmUpSeconds: 1, seconds: 2, idleBefore: 200, starts: 1 }
}

const embedded = ["limit-ws", "socketio-pg", "hibiki"] as const
const throughNginx = ["nginx+limit-ws", "nginx+hibiki"] as const
/**
 * Where each subject is measured: the cluster by what passes between two, memory and arrival against the one limit
 * only.
 */
const measuredIn: Readonly<Record<Measure, ReadonlyArray<SubjectName>>> = {
  room: [...embedded, "limit-ws-coalesced", ...throughNginx],
  // Half of what `limit-ws` can.
  "room-half": ["limit-ws", "limit-ws-coalesced", "hibiki", ...throughNginx],
  pairs: [...embedded, "limit-ws-coalesced", "naive", "hibiki-cluster"],
  "pairs-both": ["socketio-pg", "naive", "hibiki-cluster"],
  "pairs-several": ["limit-ws", "limit-ws-coalesced", "socketio-pg", "naive", "hibiki-cluster"],
  "pairs-steady": ["naive", "hibiki-cluster"],
  "pairs-beyond": ["hibiki-cluster"],
  "pairs-beyond-several": ["hibiki-cluster"],
  idle: [...embedded, ...throughNginx],
  storm: [...embedded, ...throughNginx],
  grace: ["hibiki", "hibiki-cluster"],
  start: ["hibiki"],
  recovery: ["hibiki-cluster"]
}

/** The one that a half load is half of. */
const limitBefore = (name: SubjectName): SubjectName => (name.startsWith("nginx+") ? "nginx+limit-ws" : "limit-ws")

/** Scenes are made once, and shared by all rounds and subjects. */
const scenesOf = ({ shapes }: Programme): Readonly<Record<keyof Programme["shapes"], () => Scene>> => {
  const made = new Map<SceneShape, Scene>()
  const once = (shape: SceneShape) => () => {
    const scene = made.get(shape) ?? makeScene(shape)
    made.set(shape, scene)
    return scene
  }
  return { room: once(shapes.room), pairs: once(shapes.pairs), idle: once(shapes.idle), storm: once(shapes.storm) }
}

export const runRounds = async (programme: Programme, note: (what: string) => void): Promise<ReadonlyArray<Run>> => {
  const hibiki = new HibikiEmbedded(note)
  const all: ReadonlyArray<Subject> = [
    ...[limitWs, limitWsCoalesced, socketioPg, naive, hibiki, hibikiCluster],
    ...[behindNginx("nginx+limit-ws", limitWs), behindNginx("nginx+hibiki", hibiki)]
  ]
  const subjects = all.filter(({ name }) => programme.subjects.includes(name))
  const scenes = scenesOf(programme)
  const runs: Array<Run> = []
  const foundOf = (scenario: ScenarioName, subject: SubjectName, figure: string): number =>
    median(
      runs.flatMap((run) => (run.scenario === scenario && run.subject === subject ? [run.figures[figure] ?? 0] : []))
    )
  /** Messages a second that are half of what this one delivers at most. */
  const halfLoad = (limit: SubjectName) => foundOf("room", limit, "deliveries/s") / 2 / programme.shapes.room.devices
  /** Messages a second that are twice of what `naive` can. */
  const twice = (saturated: "pairs" | "pairs-several") => 2 * foundOf(saturated, "naive", "messages/s")
  const measure = async (
    scenario: Measure,
    subject: Subject,
    round: number
  ): Promise<Partial<Record<ScenarioName, Found>>> => {
    const { shapes, sizes } = programme
    switch (scenario) {
      case "room":
        return { room: await room(subject, scenes.room(), sizes) }
      case "room-half":
        return { "room-half": await room(subject, scenes.room(), sizes, halfLoad(limitBefore(subject.name))) }
      case "pairs":
        return { pairs: await pairs(subject, scenes.pairs(), sizes, { writers: "one" }) }
      case "pairs-both":
        return { "pairs-both": await pairs(subject, scenes.pairs(), sizes, { writers: "both" }) }
      case "pairs-steady":
        return {
          "pairs-steady": await pairs(subject, scenes.pairs(), sizes, { writers: "one", perSecond: steadyPerSecond })
        }
      case "pairs-several":
        return {
          "pairs-several": await pairs(subject, scenes.pairs(), sizes, { writers: "one", postsAtOnce: several })
        }
      case "pairs-beyond":
        return {
          "pairs-beyond": await pairs(subject, scenes.pairs(), sizes, { writers: "one", perSecond: twice("pairs") })
        }
      case "pairs-beyond-several":
        return {
          "pairs-beyond-several": await pairs(subject, scenes.pairs(), sizes, {
            writers: "one",
            perSecond: twice("pairs-several")
          })
        }
      case "idle":
        return { idle: await idle(subject, scenes.idle(), sizes) }
      case "storm":
        return storm(subject, scenes.storm(), shapes.storm)
      case "grace":
        return { grace: await grace(subject, scenes.storm(), shapes.storm) }
      case "start":
        return { start: await start(hibiki, scenes.pairs(), sizes) }
      case "recovery":
        return { recovery: await recovery(round) }
    }
  }
  try {
    for (let round = 1; round <= programme.rounds; round++) {
      for (const scenario of programme.scenarios) {
        for (const subject of subjects.filter(({ name }) => measuredIn[scenario].includes(name))) {
          const found = await measure(scenario, subject, round)
          for (const [name, { figures, outside }] of Object.entries(found)) {
            runs.push({ round, scenario: name as ScenarioName, subject: subject.name, figures, outside })
            const told = Object.entries(figures).map(
              ([figure, value]) => `${figure} ${value.toFixed(value < 100 ? 2 : 0)}`
            )
            note(
              `round ${round}, ${name}, ${subject.name}: ${told.join(", ")}; others ${outside.others.toFixed(2)}, stolen ${outside.stolen.toFixed(2)}, slow ${(100 * outside.slow).toFixed(1)} %, disk late ${(100 * outside.diskLate).toFixed(1)} %`
            )
          }
        }
      }
    }
  } finally {
    hibiki.remove()
  }
  return runs
}
