/** One subject with a fresh process, and the load generator in front of it. */
import { WorkerProcess } from "../kit/WorkerProcess.ts"
import type { Outside } from "./figures.ts"
import type { Arrival, GeneratorOrders, Load, Measured, Percentiles } from "./generator/orders.ts"
import { type DiskWatch, openDiskWatch } from "./measure/DiskSpeed.ts"
import { watchSpeed } from "./measure/MachineSpeed.ts"
import { cpuMicrosOfMachine, cpuMicrosOfTree } from "./measure/processes.ts"
import { msOf, type Stretch } from "./measure/Stretch.ts"
import type { Scene } from "./Scene.ts"
import type { RunningSubject, Subject } from "./subjects/Subject.ts"

/** Tickets that are asked for at the same time. */
const ticketsAtOnce = 20
/**
 * A ticket lives for 30 s, and those who come use it in the last third. On a slow machine the first are older than that
 * when the last is taken, and are taken again, which is cheaper: a token's first use is written down.
 */
const ticketsFreshForMs = 20_000
const ticketPasses = 4
/**
 * Where no storm is measured: devices that take their tickets together, none of which may grow too old, and sockets on
 * their way in at a time.
 */
const calmly = { tickets: 500, sockets: 200 } as const

export interface Timed<A> {
  readonly value: A
  /** CPU time of all the subject's processes (µs), user and system. */
  readonly cpuMicros: number
  /** Of each of them, when they are several. */
  readonly cpuMicrosOf: Readonly<Record<string, number>>
  readonly outside: Outside
  /** When the machine was slow, or its disk late. */
  readonly slow: ReadonlyArray<Stretch>
}

export class Stage {
  private constructor(
    readonly subject: RunningSubject,
    private readonly scene: Scene,
    private readonly generator: WorkerProcess<GeneratorOrders>
  ) {}

  static async open(subject: Subject, scene: Scene): Promise<Stage> {
    const running = await subject.start(scene)
    return new Stage(
      running,
      scene,
      WorkerProcess.start<GeneratorOrders>(new URL("generator/main.ts", import.meta.url))
    )
  }

  /** All at once. The first time each device needs a ticket, which is taken before the clock starts. */
  async arrive(devices: ReadonlyArray<number>, atOnce: number, before?: () => Promise<void>): Promise<Timed<Arrival>> {
    const tickets = await this.ticketsOf(devices)
    await before?.()
    return this.timed(() => this.bring(devices, tickets, atOnce))
  }

  /** Without haste. Gives why some are not there; nobody comes after them. */
  arriveCalmly(devices: ReadonlyArray<number>): Promise<Timed<ReadonlyArray<string>>> {
    return this.timed(async () => {
      for (let from = 0; from < devices.length; from += calmly.tickets) {
        const some = devices.slice(from, from + calmly.tickets)
        const { failures } = await this.bring(some, await this.ticketsOf(some), calmly.sockets)
        if (failures.length > 0) return failures
      }
      return []
    })
  }

  comeBack(devices: ReadonlyArray<number>, atOnce: number): Promise<Timed<Arrival>> {
    return this.timed(() => this.bring(devices, "resume", atOnce))
  }

  /** Measures a load once it has gone on for a while. The load ends; what was wrong meanwhile fails the bench. */
  async load(load: Load, warmUpSeconds: number, seconds: number): Promise<Timed<Measured>> {
    await this.generator.ask("start", load)
    await this.generator.ask("measure", { seconds: warmUpSeconds })
    const measured = await this.timed(() => this.generator.ask("measure", { seconds }))
    await this.settle()
    return measured
  }

  /** Of the last load: how long it took until what was never under way while the machine was slow was accepted. */
  ackMsOutside(slow: ReadonlyArray<Stretch>): Promise<Percentiles> {
    return this.generator.ask("ackMsOutside", slow)
  }

  /** All at once, or one after the other in this time. */
  leave(devices: ReadonlyArray<number>, overMs = 0): Promise<undefined> {
    return this.generator.ask("leave", { devices, overMs })
  }

  say(speeches: GeneratorOrders["say"]["told"]): Promise<undefined> {
    return this.generator.ask("say", speeches)
  }

  async settle(): Promise<void> {
    const wrong = [...(await this.generator.ask("settle", undefined))]
    const complaints = this.subject.complaints()
    if (complaints !== "") wrong.push(`the server says: ${complaints}`)
    if (wrong.length > 0) throw new Error(wrong.join("\n"))
  }

  async close(): Promise<void> {
    this.generator.end()
    await this.subject.end()
  }

  private async bring(
    devices: ReadonlyArray<number>,
    tickets: ReadonlyArray<string> | "resume",
    atOnce: number
  ): Promise<Arrival> {
    const { inAnyOrder = false, port, wire } = this.subject
    const scene = tickets === "resume" ? undefined : this.scene
    return this.generator.ask("open", { port, wire, inAnyOrder, devices, tickets, atOnce, scene })
  }

  private async timed<A>(run: () => Promise<A>): Promise<Timed<A>> {
    const disk = await openDiskWatch()
    try {
      return await this.timedBeside(disk, run)
    } finally {
      await disk.close()
    }
  }

  private async timedBeside<A>(disk: DiskWatch, run: () => Promise<A>): Promise<Timed<A>> {
    const names = Object.entries(this.subject.processes)
    const read = () => ({
      subject: names.map(([, pid]) => cpuMicrosOfTree([pid])),
      ours: cpuMicrosOfTree([process.pid]),
      machine: cpuMicrosOfMachine(),
      ms: performance.now()
    })
    const before = read()
    const stopWatching = watchSpeed()
    // Not while processes are looked up, which keeps this one from noticing an answer for some 50 ms.
    disk.begin()
    const value = await run()
    const late = disk.end()
    const slow = stopWatching()
    const after = read()
    // The subject and the generator are children of this process.
    const others = after.machine.had - before.machine.had - (after.ours - before.ours)
    const tookMicros = 1_000 * (after.ms - before.ms)
    const took = after.subject.map((micros, i) => micros - (before.subject[i] ?? 0))
    return {
      value,
      cpuMicros: took.reduce((sum, micros) => sum + micros, 0),
      cpuMicrosOf: names.length === 1 ? {} : Object.fromEntries(names.map(([name], i) => [name, took[i] ?? 0])),
      slow: [...slow, ...late],
      outside: {
        others: others / tookMicros,
        stolen: (after.machine.stolen - before.machine.stolen) / tookMicros,
        slow: (1_000 * msOf(slow)) / tookMicros,
        diskLate: (1_000 * msOf(late)) / tookMicros
      }
    }
  }

  private async ticketsOf(devices: ReadonlyArray<number>): Promise<ReadonlyArray<string>> {
    const tickets: Array<string> = []
    const takenMs: Array<number> = []
    const all = devices.map((_, i) => i)
    let missing = all
    for (let pass = 0; missing.length > 0; pass++) {
      if (pass === ticketPasses) throw new Error(`${missing.length} tickets would be too old before they can be used`)
      const wanted = missing.values()
      const one = async () => {
        for (const i of wanted) {
          takenMs[i] = performance.now()
          tickets[i] = await this.subject.ticketFor(this.scene.devices[devices[i] ?? -1]?.accessToken ?? "")
        }
      }
      await Promise.all(Array.from({ length: ticketsAtOnce }, one))
      const oldest = performance.now() - ticketsFreshForMs
      missing = all.filter((i) => (takenMs[i] ?? 0) < oldest)
    }
    return tickets
  }
}
