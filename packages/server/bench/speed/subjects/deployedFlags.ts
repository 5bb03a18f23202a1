/** What node is told where Hibiki is deployed. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../../../test/e2e/harness.ts"

/** From the unit of systemd; containers are given the same. */
export const deployedFlags = (): ReadonlyArray<string> => {
  const unit = readFileSync(join(root, "deploy/systemd/hibiki@.service"), "utf8")
  const flags = /^ExecStart=\S+\/node (.+) packages\/server\/bin\/hibiki\.js /m.exec(unit)?.[1]
  if (flags === undefined) throw new Error("the unit does not start node with flags")
  return flags.split(" ")
}
