// What tests measure: times, rates and shares of the CPU. They inform: the run prints each beside its bound, and is red
// only at some times that bound, since a busy machine is slower. Counts are no figures; tests compare them exactly.
import { TestRunner } from "vitest"

/** A figure is red at so many times its bound. */
export const figureFactor = 4

/** Records what the running test measured, and throws when it is too far above its bound, or no number. */
export const expectFigure = ({ bound, measured, name, unit }) => {
  const test = TestRunner.getCurrentTest()
  if (test === undefined) throw new Error("a figure is measured within a test")
  const figures = test.meta.figures ?? []
  figures.push({ bound, measured, name, unit })
  test.meta.figures = figures
  // Written so that NaN, of what was not measured, fails.
  if (!(measured <= figureFactor * bound))
    throw new Error(`${name}: ${measured} ${unit}, more than ${figureFactor} times its bound of ${bound}`)
}
