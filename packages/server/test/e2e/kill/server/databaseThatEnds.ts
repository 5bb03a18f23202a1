/** The embedded database, and the files of a first start, watched from outside: at one point the process is ended. */
import fs from "node:fs"
import promises from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
import { basename, join } from "node:path"
import { Effect } from "effect"
import type { FolderStep } from "../../../../src/pglite/PgliteFolder.ts"
import { SqlPglite } from "../../../../src/pglite/SqlPglite.ts"
import type { Point } from "../points.ts"
import { endHere } from "./endHere.ts"
import { overStatements } from "./overStatements.ts"
import { statementsThatEnd } from "./statementsThatEnd.ts"

/** Opening takes about as long. */
const openingMs = 500

export const databaseThatEnds = (point: Point): typeof SqlPglite.layer => {
  if (point === "made" || point === "moved") endAtMove(point)
  if (point === "emptyKey") endAtKey()
  return (options) => {
    const onStep = (step: FolderStep) =>
      Effect.zipRight(
        options.onStep?.(step) ?? Effect.void,
        Effect.sync(() => {
          if (point === "making" && step === "making") endWhenFilesAppear(options.folder)
          if (point === "opening" && step === "opening") setTimeout(() => endHere("opening"), Math.random() * openingMs)
        })
      )
    return overStatements(SqlPglite.layer({ ...options, onStep }), statementsThatEnd(point))
  }
}

/** The move of the whole database is the one place between making and opening it. */
const endAtMove = (point: "made" | "moved"): void => {
  const rename = promises.rename
  promises.rename = async (from, to) => {
    const isDatabase = basename(String(to)) === "pg"
    if (isDatabase && point === "made") endHere("made")
    await rename(from, to)
    if (isDatabase) endHere("moved")
  }
  // What was imported by name follows.
  syncBuiltinESMExports()
}

/** Between opening the file and writing to it. */
const endAtKey = (): void => {
  const write = fs.writeFileSync
  fs.writeFileSync = (file, data, options) => {
    if (typeof file === "string" && basename(file).startsWith("secret-key")) {
      write(file, "", options)
      endHere("emptyKey")
    }
    write(file, data, options)
  }
  syncBuiltinESMExports()
}

const endWhenFilesAppear = (folder: string): void => {
  setInterval(() => {
    const places = fs.readdirSync(folder).filter((name) => name.startsWith("pg."))
    if (places.some((name) => fs.existsSync(join(folder, name, "base")))) endHere("making")
  }, 5)
}
