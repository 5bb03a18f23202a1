/** How a server ends itself: as a kill from outside would, with no turn of anything in between. */
import { writeSync } from "node:fs"
import { lastWords, type Point } from "../points.ts"

export const endHere = (point: Point, more = ""): void => {
  writeSync(1, `${lastWords(point)}${more}\n`)
  process.kill(process.pid, "SIGKILL")
}
