/**
 * Makes a failing plan shorter while it still fails, by leaving out parts of it (delta debugging: Zeller and
 * Hildebrandt, 2002).
 */
import type { Plan } from "./Plan.ts"

/** `fails` runs the plan and returns whether it shows the same failure. Called at most `triesMax` times. */
export const shorten = (plan: Plan, fails: (plan: Plan) => boolean, triesMax: number): Plan => {
  let tries = 0
  const stillFails = (candidate: Plan) => tries++ < triesMax && fails(candidate)
  const faults = without(plan.faults, (rest) => stillFails({ ...plan, faults: rest }))
  const fewer = { ...plan, faults }
  return { ...fewer, actions: without(plan.actions, (rest) => stillFails({ ...fewer, actions: rest })) }
}

/** Leaves out ever smaller runs of items. */
const without = <A>(items: ReadonlyArray<A>, stillFails: (items: ReadonlyArray<A>) => boolean): ReadonlyArray<A> => {
  let kept = items
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length; ) {
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)]
      if (rest.length < kept.length && stillFails(rest)) kept = rest
      else from += size
    }
  }
  return kept
}
