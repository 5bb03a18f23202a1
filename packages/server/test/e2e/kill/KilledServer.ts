/**
 * The server of a run, in one folder and at one port: started again after each kill, with the point at which it ends
 * next.
 */
import { endServer, type RunningServer, run, startServer, waitFor } from "../harness.ts"
import { lastWords, type Point } from "./points.ts"

/** Wide enough for the load of a machine, where a person's limits would be in the way. */
export const limits = {
  HIBIKI_REGISTRATION: "open",
  HIBIKI_LIMIT_SEND_PER_SECOND: "100000",
  HIBIKI_LIMIT_SEND_BURST: "100000",
  HIBIKI_LIMIT_SEND_PER_SECOND_CONVERSATION: "100000",
  HIBIKI_LIMIT_SEND_BURST_CONVERSATION: "100000",
  HIBIKI_LIMIT_FRAMES_PER_SECOND: "100000",
  HIBIKI_LIMIT_TICKET_PER_MINUTE: "100000",
  HIBIKI_LIMIT_REGISTER_PER_HOUR: "100000",
  HIBIKI_LOG_LEVEL: "error"
}

export class KilledServer {
  readonly #variables: Readonly<Record<string, string>>
  readonly #program: string
  #running: RunningServer | undefined

  /** `program`: the server that ends at points. */
  constructor(folder: string, port: number, program: string) {
    this.#program = program
    this.#variables = { ...limits, HIBIKI_DATA: folder, HIBIKI_PORT: String(port) }
  }

  /** Starts the program as it is shipped, or one that waits for `arm` when it is to end at a point. */
  async start(point: Point | undefined): Promise<RunningServer> {
    this.#running =
      point === undefined || point === "random"
        ? await startServer(this.#variables)
        : await startServer(this.#variables, [], [this.#program, point])
    return this.#running
  }

  /** From here on it ends itself at its point. */
  arm(): void {
    this.#running?.process.kill("SIGUSR2")
  }

  get pid(): number {
    return this.#running?.process.pid ?? 0
  }

  /** Waits for its end. The last words of one that ended at its point; one killed from outside has none. */
  async killed(point: Point): Promise<string> {
    await waitFor("the server to be killed", () => this.#running?.process.signalCode === "SIGKILL")
    await this.#running?.exited
    return point === "random" ? "" : lastLine(point, this.#running?.stdout() ?? "")
  }

  /** A start that ends itself before it is ready. */
  async startAndEnd(point: Point): Promise<string> {
    const started = run([this.#program, point], this.#variables)
    await waitFor(
      `a start to end at ${point}`,
      () => started.process.signalCode !== null || started.stdout().includes("Ctrl-C stops")
    )
    started.process.kill("SIGKILL")
    await started.exited
    return lastLine(point, `${started.stdout()}${started.stderr()}`)
  }

  async end(signal?: NodeJS.Signals): Promise<void> {
    if (this.#running !== undefined) await endServer(this.#running, signal)
  }
}

const lastLine = (point: Point, output: string): string => {
  const line = output.split("\n").find((one) => one.startsWith(lastWords(point)))
  if (line === undefined) throw new Error(`the server did not come to ${point}: ${output.slice(-500)}`)
  return line
}
