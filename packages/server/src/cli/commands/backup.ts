/** `hibiki backup`: a consistent copy of the embedded store in one file. */
import { resolve } from "node:path"
import { Args, Command } from "@effect/cli"
import { administer } from "./administer.ts"

const path = Args.text({ name: "file" }).pipe(
  Args.withDescription("File to write, such as hibiki.tar.gz. An existing one is left alone.")
)

export const backup = Command.make("backup", { path }, ({ path }) =>
  administer({ op: "backup", path: resolve(path) })
).pipe(
  Command.withDescription(
    "Write a consistent copy of the data folder to a .tar.gz file. A running server pauses all sends for the time it takes."
  )
)
