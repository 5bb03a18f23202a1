/**
 * A process beside the bench's own, so that the clients' CPU time is not the server's: it answers one order at a time.
 */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"

interface Answer {
  readonly value?: unknown
  readonly failure?: string
}

/** `Orders`: of each order's name what it is told and what it answers. */
export type OrderTable = Readonly<Record<string, { readonly told: unknown; readonly answers: unknown }>>

/**
 * Of a whole run: a heap of 1 GB is collected as a whole once it is full, and one that begins small each few seconds.
 */
const roomFlags = ["--min-semi-space-size=64", "--max-semi-space-size=64", "--initial-heap-size=1024"]

export class WorkerProcess<Orders extends OrderTable> {
  private constructor(private readonly child: ChildProcess) {}

  static start<Orders extends OrderTable>(file: URL): WorkerProcess<Orders> {
    const child = fork(fileURLToPath(file), {
      // What dies young is most of what clients make, and the rest stays: where V8 collects it, its threads take both
      // cores in the middle of what is measured.
      execArgv: ["--conditions=source", "--import", "tsx", "--expose-gc", ...roomFlags],
      stdio: ["ignore", "inherit", "inherit", "ipc"]
    })
    return new WorkerProcess(child)
  }

  ask<Name extends keyof Orders & string>(order: Name, told: Orders[Name]["told"]): Promise<Orders[Name]["answers"]> {
    return new Promise((resolve, reject) => {
      const finish = ({ failure, value }: Answer) => {
        this.child.off("message", finish)
        this.child.off("exit", gone)
        if (failure === undefined) resolve(value)
        else reject(new Error(`${order} failed: ${failure}`))
      }
      const gone = () => finish({ failure: "its process has ended" })
      this.child.on("message", finish)
      this.child.on("exit", gone)
      this.child.send({ order, told })
    })
  }

  end(): void {
    this.child.kill("SIGKILL")
  }
}

type Handlers<Orders extends OrderTable> = {
  readonly [Name in keyof Orders]: (told: Orders[Name]["told"]) => Promise<Orders[Name]["answers"]>
}

/** The other side: to be called once in the process that was started. */
export const answerOrders = <Orders extends OrderTable>(handlers: Handlers<Orders>): void => {
  // Nobody is left to give orders.
  process.once("disconnect", () => process.exit())
  process.on("message", ({ order, told }: { readonly order: string; readonly told: unknown }) => {
    const handler = handlers[order]
    const done = handler === undefined ? Promise.reject(new Error("an unknown order")) : handler(told)
    done.then(
      (value) => process.send?.({ value } satisfies Answer),
      (error: unknown) =>
        process.send?.({
          failure: error instanceof Error ? (error.stack ?? error.message) : String(error)
        } satisfies Answer)
    )
  })
}
