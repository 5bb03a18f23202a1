/**
 * What stands before the processes of a role, as nginx does: each new connection goes to the next gateway that says it
 * is ready, or to any when none does.
 */
import { Link } from "./Link.ts"

const lookEveryMs = 250
const lookWithinMs = 1_000

export interface Gate {
  readonly url: string
}

export class Front {
  readonly link: Link
  readonly #gates: () => ReadonlyArray<Gate>
  readonly #timer: NodeJS.Timeout

  static async open(gates: () => ReadonlyArray<Gate>): Promise<Front> {
    let turn = 0
    let ready: ReadonlyArray<number> = []
    const link = await Link.open("clients", () => {
      turn++
      return ready.map((_, i) => ready[(turn + i) % ready.length] ?? 0)
    })
    const front = new Front(link, gates, (ports) => {
      ready = ports
    })
    await front.look()
    return front
  }

  readonly #found: (ports: ReadonlyArray<number>) => void

  private constructor(link: Link, gates: () => ReadonlyArray<Gate>, found: (ports: ReadonlyArray<number>) => void) {
    this.link = link
    this.#gates = gates
    this.#found = found
    this.#timer = setInterval(() => void this.look(), lookEveryMs)
  }

  get url(): string {
    return `http://127.0.0.1:${this.link.port}`
  }

  /** Asks all gateways at once. */
  async look(): Promise<void> {
    const gates = await Promise.all(
      this.#gates().map(async ({ url }) => ({ port: Number(new URL(url).port), ready: await isReady(url) }))
    )
    const ready = gates.filter((gate) => gate.ready)
    this.#found((ready.length === 0 ? gates : ready).map(({ port }) => port))
  }

  close(): Promise<void> {
    clearInterval(this.#timer)
    return this.link.close()
  }
}

export const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(lookWithinMs) }).then(
    ({ ok }) => ok,
    () => false
  )
