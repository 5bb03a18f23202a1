/**
 * Decides when a failing layer fails: counted, so that a run repeats exactly and a test can check that the fault hit at
 * all.
 */

/** Called once at each opportunity. A fault that never hit has proven nothing, so tests look at `hits`. */
export class Fault {
  /** Opportunities so far, and those it took. */
  calls = 0
  hits = 0
  readonly #when: (call: number) => boolean

  /** `when` gets the opportunity's number, from 1 on. */
  constructor(when: (call: number) => boolean) {
    this.#when = when
  }

  strikes(): boolean {
    const hit = this.#when(++this.calls)
    if (hit) this.hits++
    return hit
  }
}

/** At every n-th opportunity. */
export const everyNth = (n: number): Fault => new Fault((call) => call % n === 0)

/** At the n-th opportunity only. */
export const onlyNth = (n: number): Fault => new Fault((call) => call === n)

/** While `isOn` says so: for faults that a test switches on and off. */
export const whenever = (isOn: () => boolean): Fault => new Fault(() => isOn())
