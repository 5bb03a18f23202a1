/**
 * Kills a server in one folder again and again while ten devices write, and judges what was sent, seen and stored by
 * the promises.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { checkHistory, type Violation } from "@hibiki/testing/checker/checkHistory"
import type { History, HistoryEntry } from "@hibiki/testing/checker/History"
import { freePort } from "../harness.ts"
import { comeBack, reachEnd, settleWithinMs } from "./arrivals.ts"
import { Child } from "./Child.ts"
import { finalLogs } from "./finalLogs.ts"
import { KilledServer } from "./KilledServer.ts"
import type { Populated, ReadersMessage, WritersMessage, WritersReport } from "./load.ts"
import { isInStart, type Point } from "./points.ts"
import { populate } from "./populate.ts"
import { mergeEntries } from "./recording/mergeEntries.ts"
import { now } from "./recording/Recorder.ts"
import { refusals } from "./refusals.ts"
import { buildServer } from "./server/buildServer.ts"

export interface KillOptions {
  readonly points: ReadonlyArray<Point>
  /** Load before each kill, in ms. */
  readonly loadMs: number
  /** Fewest commands handed over and not answered when a server is killed under load. */
  readonly openAtLeast: number
  /** Whether the clients are told that the server is there again, instead of finding out by their own back-off. */
  readonly hurry: boolean
  /** How long the devices have at the end to come to rest at one place. */
  readonly settleWithinMs?: number
  readonly log: (line: string) => void
}

export interface Kill {
  readonly point: Point
  /** Sends without an answer then; undefined: nobody was there yet. */
  readonly open?: number
}

export interface KillReport {
  readonly kills: ReadonlyArray<Kill>
  readonly readyAfterMs: ReadonlyArray<number>
  /** How long there was load, without the time in which no server was up. */
  readonly loadSeconds: number
  readonly history: History
  readonly violations: ReadonlyArray<Violation>
  /** What must not happen in this load, or shows that it proved nothing; none of the promises. */
  readonly complaints: ReadonlyArray<string>
}

/** How a history names a kill. */
export const killText = (point: Point): string => `killed at ${point}`

/** Ten devices, ten posts each in every 400 ms: 250 a second. */
const pace = { posts: 10, everyMs: 400, lookEveryRounds: 5, screen: 1_000_000 }

interface Load extends Populated {
  readonly writing: Child<WritersMessage>
  readonly reading: Child<ReadersMessage>
}

export const killRun = async (options: KillOptions): Promise<KillReport> => {
  const folder = await mkdtemp(join(tmpdir(), "hibiki-kill-"))
  const port = await freePort()
  const built = await buildServer(new URL("server/main.ts", import.meta.url))
  const run = new Run(options, new KilledServer(folder, port, built.program), `http://127.0.0.1:${port}`)
  try {
    for (const [i, point] of options.points.entries()) {
      if (isInStart(point)) await run.killInStart(point)
      else await run.killUnderLoad(point)
      options.log(`${i + 1} of ${options.points.length}: ${run.lastLine}`)
    }
    return await run.finish(folder)
  } finally {
    await run.abandon()
    for (const path of [folder, built.folder]) await rm(path, { recursive: true, force: true })
  }
}

class Run {
  readonly #options: KillOptions
  readonly #server: KilledServer
  readonly #origin: string
  readonly #entries: Array<HistoryEntry> = []
  readonly #kills: Array<Kill> = []
  readonly #readyAfterMs: Array<number> = []
  readonly #complaints: Array<string> = []
  #load: Load | undefined
  #loadMs = 0
  lastLine = ""

  constructor(options: KillOptions, server: KilledServer, origin: string) {
    this.#options = options
    this.#server = server
    this.#origin = origin
  }

  async killInStart(point: Point): Promise<void> {
    this.lastLine = await this.#server.startAndEnd(point)
    this.#killed({ point })
  }

  async killUnderLoad(point: Point): Promise<void> {
    const { writing } = await this.#loaded(point)
    let open = 0
    if (point === "random") open = await writing.ask<number>({ op: "burst", pid: this.#server.pid })
    else this.#server.arm()
    const words = await this.#server.killed(point)
    if (point !== "random") open = await writing.ask<number>({ op: "open" })
    this.lastLine = `${words === "" ? "killed from outside" : words}, ${open} sends open`
    this.#killed({ point, open })
    if (open < this.#options.openAtLeast)
      this.#complaints.push(
        `kill ${this.#kills.length} (${point}) found ${open} sends open, fewer than ${this.#options.openAtLeast}`
      )
  }

  async finish(folder: string): Promise<KillReport> {
    const { conversations, readers, reading, writing } = await this.#loaded(undefined)
    const written = await writing.ask<WritersReport>({
      op: "finish",
      withinMs: this.#options.settleWithinMs ?? settleWithinMs
    })
    const read = await reachEnd(reading, this.#origin, conversations, readers)
    await this.#server.end()
    const entries = mergeEntries([this.#entries, writing.entries, reading.entries])
    const history: History = { entries, logs: await finalLogs(folder), views: written.views, gone: new Set() }
    return {
      kills: this.#kills,
      readyAfterMs: this.#readyAfterMs,
      loadSeconds: this.#loadMs / 1000,
      history,
      violations: checkHistory(history),
      complaints: [
        ...this.#complaints,
        ...written.complaints,
        ...read.complaints,
        ...read.missing,
        ...refusals(entries)
      ]
    }
  }

  async abandon(): Promise<void> {
    this.#load?.writing.kill()
    this.#load?.reading.kill()
    await this.#server.end("SIGKILL")
  }

  /** A server that ends at `point` when it is armed, and under load for a while. */
  async #loaded(point: Point | undefined): Promise<Load> {
    const { readyMs } = await this.#server.start(point)
    this.#readyAfterMs.push(Math.round(readyMs))
    const since = performance.now()
    this.#load ??= await this.#beginLoad()
    if (this.#options.hurry) this.#load.writing.tell({ op: "hurry" })
    await comeBack(this.#load.writing)
    await new Promise((resolve) => setTimeout(resolve, this.#options.loadMs))
    this.#loadMs += performance.now() - since
    return this.#load
  }

  async #beginLoad(): Promise<Load> {
    const populated = await populate(this.#origin)
    const { conversations, readers, writers } = populated
    for (const { deviceId: device, userId } of [...writers, ...readers])
      this.#entries.push({ _tag: "signedIn", device, userId, at: now() })
    const load = {
      ...populated,
      writing: new Child<WritersMessage>("writers/main.ts"),
      reading: new Child<ReadersMessage>("reader/main.ts")
    }
    const origins = { calls: this.#origin, sockets: this.#origin }
    load.reading.tell({ op: "read", origins, accounts: readers })
    load.writing.tell({ op: "write", origins, pace, devices: writers, conversations })
    return load
  }

  #killed(kill: Kill): void {
    this.#kills.push(kill)
    this.#entries.push({ _tag: "fault", text: killText(kill.point), at: now() })
  }
}
