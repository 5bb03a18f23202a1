/**
 * How soon the cluster serves again when a part of it was killed and is up once more, while ten devices write 200
 * messages a second.
 */
import { startServices } from "../../test/cluster/Cluster.ts"
import { faultNamed } from "../../test/cluster/nemesis/everyFault.ts"
import type { Fault } from "../../test/cluster/nemesis/Fault.ts"
import type { StrikeFigures } from "../../test/cluster/nemesis/judge/StrikeFigures.ts"
import { missesOf, nemesisRun } from "../../test/cluster/nemesis/nemesisRun.ts"
import { Stage } from "../../test/cluster/nemesis/Stage.ts"
import { now } from "../../test/e2e/kill/recording/Recorder.ts"
import { type Figures, outsideUnknown } from "./figures.ts"
import type { Found } from "./scenarios.ts"

/** The only one, so that nothing is decided before the next is ready. */
const killOnlyWorker: Fault = {
  name: "kill-only-worker",
  asked: {},
  strike: async ({ stage }) => {
    const [worker] = stage.of("worker")
    if (worker === undefined) throw new Error("there is no worker")
    const code = await stage.end(worker, "SIGKILL")
    await stage.start("worker")
    return { shown: { "killed processes": code === null ? 1 : 0 }, backAt: now() }
  }
}

/**
 * Sockets of a killed gateway go to the other one, so they count from their end; all else from when what was killed is
 * ready.
 */
const parts = [
  {
    fault: faultNamed("kill-gateway"),
    figure: "gateway: sockets live ms",
    of: ({ resumedP99Ms }: StrikeFigures) => resumedP99Ms
  },
  { fault: killOnlyWorker, figure: "worker: accepted ms", of: ({ firstAcceptedMs }: StrikeFigures) => firstAcceptedMs },
  {
    fault: faultNamed("kill-rabbit"),
    figure: "broker: accepted ms",
    of: ({ firstAcceptedMs }: StrikeFigures) => firstAcceptedMs
  },
  {
    fault: faultNamed("crash-postgres"),
    figure: "database: accepted ms",
    of: ({ firstAcceptedMs }: StrikeFigures) => firstAcceptedMs
  }
] as const

export const recoveryFigures: ReadonlyArray<string> = parts.map(({ figure }) => figure)

/** Of load around each. */
const loadMs = 12_000

/** Fails when a promise is broken meanwhile, or when a part was not felt to be away. */
export const recovery = async (seed: number): Promise<Found> => {
  const services = await startServices()
  try {
    const stage = await Stage.open(services, { worker: 1, gateway: 2, api: 1 })
    try {
      const [report] = await nemesisRun(stage, {
        rounds: [parts.map(({ fault }) => fault)],
        loadMs,
        crowd: 30,
        isLong: false,
        seed,
        workerProgram: () => Promise.reject(new Error("no fault of these ends a worker from within"))
      })
      if (report === undefined) throw new Error("nothing was struck")
      const wrong = [...report.stories, ...missesOf(report)]
      if (wrong.length > 0) throw new Error(wrong.join("\n"))
      return { outside: outsideUnknown, figures: figuresOf(report.strikes.map(({ figures }) => figures)) }
    } finally {
      await stage.stop()
    }
  } finally {
    await services.stop()
  }
}

/** Of strikes in the order of the parts. */
const figuresOf = (strikes: ReadonlyArray<StrikeFigures>): Figures =>
  Object.fromEntries(
    parts.map(({ figure, of }, n) => {
      const strike = strikes[n]
      return [figure, (strike === undefined ? undefined : of(strike)) ?? Number.NaN]
    })
  )
