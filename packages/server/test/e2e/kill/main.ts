/** `npm run kills -- --times 50`: kills the embedded server at every point, several times, and says what came of it. */
import { commandLine, countOf } from "../../../bench/kit/commandLine.ts"
import { KillTally } from "./KillTally.ts"
import { killRun } from "./killRun.ts"
import { plan } from "./points.ts"

const usage = "Usage: npm run kills -- [--times N] [--hurry]"
const { values } = commandLine(usage, {
  times: { type: "string", default: "50" },
  hurry: { type: "boolean", default: false }
})

const log = (line: string) => console.log(line)
const tally = new KillTally()
for (const points of plan(countOf(usage, "times", values.times))) {
  try {
    tally.add(await killRun({ points, loadMs: 1_500, openAtLeast: 20, hurry: values.hurry, log }))
  } catch (error) {
    tally.addFailure(error)
  }
}
for (const line of tally.lines()) log(line)
process.exitCode = tally.isClean ? 0 : 1
