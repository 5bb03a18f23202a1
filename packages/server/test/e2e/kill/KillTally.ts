/** What the kills of all folders came to, in lines to read. */
import type { Violation } from "@hibiki/testing/checker/checkHistory"
import type { History } from "@hibiki/testing/checker/History"
import { shortestStory } from "@hibiki/testing/checker/shortestStory"
import { type KillReport, killText } from "./killRun.ts"
import { resentPosts } from "./resentPosts.ts"

interface PointTally {
  kills: number
  violations: number
  readonly open: Array<number>
}

export class KillTally {
  readonly #points = new Map<string, PointTally>()
  readonly #readyAfterMs: Array<number> = []
  /** Of each rule that was broken, the first. */
  readonly #stories = new Map<string, string>()
  readonly #complaints: Array<string> = []
  #violations = 0
  #seconds = 0
  #events = 0
  #resent = 0
  readonly #submitted = { posts: 0, others: 0 }

  add({ complaints, history, kills, loadSeconds, readyAfterMs, violations }: KillReport): void {
    for (const { open, point } of kills) {
      const tally = this.#point(killText(point))
      tally.kills++
      if (open !== undefined) tally.open.push(open)
    }
    for (const violation of violations) {
      this.#point(nearestKill(history, violation)).violations++
      if (!this.#stories.has(violation.rule)) this.#stories.set(violation.rule, shortestStory(history, violation))
    }
    this.#violations += violations.length
    this.#complaints.push(...complaints)
    this.#readyAfterMs.push(...readyAfterMs)
    this.#seconds += loadSeconds
    for (const { events } of history.logs) this.#events += events.length
    for (const entry of history.entries)
      if (entry._tag === "submitted") this.#submitted[entry.body.kind === "post" ? "posts" : "others"]++
    this.#resent += resentPosts(history.entries)
  }

  /** A folder in which the run itself came to nothing, such as one that no start opens again. */
  addFailure(error: unknown): void {
    this.#complaints.push(error instanceof Error ? error.message : String(error))
  }

  get isClean(): boolean {
    return this.#violations === 0 && this.#complaints.length === 0
  }

  lines(): ReadonlyArray<string> {
    const { others, posts } = this.#submitted
    const kills = [...this.#points.values()].reduce((sum, one) => sum + one.kills, 0)
    return [
      ...[...this.#points].map(
        ([point, { kills, open, violations }]) =>
          `${point.padEnd(26)} ${String(kills).padStart(3)} kills, ${violations} violations${open.length === 0 ? "" : `, ${rangeOf(open)} sends open`}`
      ),
      ...[...this.#stories.values()].flatMap((story) => ["", story]),
      ...this.#complaints.map((complaint) => `! ${complaint}`),
      `${posts} posts (${Math.round(posts / this.#seconds)} a second under load) and ${others} changes sent, ${this.#resent} posts sent again; ${this.#events} events stored; ready after ${rangeOf(this.#readyAfterMs)} ms`,
      `${kills} kills, ${this.#violations} violations${this.#complaints.length === 0 ? "" : `, ${this.#complaints.length} complaints`}`
    ]
  }

  #point(point: string): PointTally {
    const tally = this.#points.get(point) ?? { kills: 0, violations: 0, open: [] }
    this.#points.set(point, tally)
    return tally
  }
}

const rangeOf = (values: ReadonlyArray<number>): string => {
  const sorted = [...values].sort((a, b) => a - b)
  return `${sorted[0]} to ${sorted[sorted.length - 1]} (median ${sorted[Math.floor(sorted.length / 2)]})`
}

/**
 * The kill that is nearest to where it shows: what was lost by one shows at its answer before, what came back wrong
 * after it.
 */
const nearestKill = ({ entries }: History, { at }: Violation): string => {
  if (at === undefined) return "at the end"
  const kills = entries
    .filter((entry) => entry._tag === "fault")
    .sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))
  return kills[0]?.text ?? "no kill"
}
