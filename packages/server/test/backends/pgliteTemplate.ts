/** An empty database, made once and copied for each test that is about something else: making one takes longer than all of the start that follows. */
import { createHash, randomUUID } from "node:crypto"
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { startPgliteMaker } from "../../src/backends/pgliteEntry.ts"
import { endWithProcess } from "../e2e/endWithProcess.ts"

/** Kept between runs, and gone with the next `npm ci`. */
const kept = fileURLToPath(new URL("../../../../node_modules/.cache/hibiki/", import.meta.url))
const prefix = "pglite-"

/** Of what makes it: another version of PGlite, or other parameters, make another one. */
const nameOf = (): string => {
  const pglite = join(dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite")), "../package.json")
  const maker = fileURLToPath(new URL("../../src/backends/pgliteWorker.ts", import.meta.url))
  const hash = createHash("sha256").update(readFileSync(pglite)).update(readFileSync(maker))
  return `${prefix}${hash.digest("hex").slice(0, 16)}`
}

/** One is kept: what earlier versions made goes when another is made. */
const removeOthers = (name: string): void => {
  for (const other of readdirSync(kept))
    if (other.startsWith(prefix) && !other.startsWith(name)) rmSync(join(kept, other), { recursive: true, force: true })
}

/** Made as a first start makes it, beside its place: test files that need it at the same moment make it twice, and one is kept. */
const make = async (name: string): Promise<void> => {
  mkdirSync(kept, { recursive: true })
  removeOthers(name)
  const template = join(kept, name)
  const fresh = `${template}.${randomUUID()}`
  const child = startPgliteMaker(fresh)
  const remove = () => {
    child.kill("SIGKILL")
    rmSync(fresh, { recursive: true, force: true })
  }
  const isGone = endWithProcess(remove)
  let told = ""
  child.stderr?.on("data", (chunk: unknown) => {
    told += String(chunk)
  })
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve))
  try {
    if (code !== 0) throw new Error(`the empty database was not made: ${told.slice(0, 500)}`)
    if (!existsSync(template)) renameSync(fresh, template)
  } catch (error) {
    // Somebody else's may have come between.
    if (!existsSync(template)) throw error
  } finally {
    remove()
    isGone()
  }
}

/** Where it is. */
export const emptyPglite = async (): Promise<string> => {
  const name = nameOf()
  if (!existsSync(join(kept, name))) await make(name)
  return join(kept, name)
}

/** Puts one into a data folder, which is made when it is not there: a start opens and migrates it, and has nothing to make. */
export const putEmptyPglite = async (folder: string): Promise<void> => {
  const template = await emptyPglite()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  cpSync(template, join(folder, "pg"), { recursive: true, errorOnExist: true, force: false })
}
