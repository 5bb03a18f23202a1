/** The violations of one history as the rules add them: each one once, and up to a bound per rule. */
import type { HistoryEntry } from "./History.ts"
import type { Concern, RuleName, Violation } from "./Violation.ts"

/** One bug breaks a rule in thousands of places; more than these tell nothing new. */
const perRuleMax = 50

export class Findings {
  readonly #entries: ReadonlyArray<HistoryEntry>
  readonly #seen = new Set<string>()
  readonly #counts = new Map<RuleName, number>()
  readonly violations: Array<Violation> = []

  constructor(entries: ReadonlyArray<HistoryEntry>) {
    this.#entries = entries
  }

  /** `entry`: the entry of the history at which it shows; undefined: at the end. A rule reports the same text once. */
  add(rule: RuleName, text: string, about: Concern, entry?: number): void {
    const count = this.#counts.get(rule) ?? 0
    const key = `${rule}: ${text}`
    if (count >= perRuleMax || this.#seen.has(key)) return
    this.#seen.add(key)
    this.#counts.set(rule, count + 1)
    const at = entry === undefined ? undefined : this.#entries[entry]?.at
    this.violations.push({
      rule,
      text,
      about,
      ...(entry === undefined ? {} : { entry }),
      ...(at === undefined ? {} : { at })
    })
  }
}
