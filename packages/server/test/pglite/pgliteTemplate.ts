/**
 * Databases that are made once and copied for each test that is about something else: making one takes longer than all
 * of the start that follows.
 */
import { createHash, randomUUID } from "node:crypto"
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { startPgliteMaker } from "../../src/pglite/pgliteEntry.ts"
import { SqlPglite } from "../../src/pglite/SqlPglite.ts"
import { migrate } from "../../src/sql/Migrations.ts"
import { ownSchema } from "../../src/sql/ownSchema.ts"
import { endWithProcess } from "../e2e/endWithProcess.ts"

/** Kept between runs, and gone with the next `npm ci`. */
const kept = fileURLToPath(new URL("../../../../node_modules/.cache/hibiki/", import.meta.url))

const digestOf = (...parts: ReadonlyArray<string | Uint8Array>): string => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest("hex").slice(0, 16)
}

/** Of what makes it: another version of PGlite, or other parameters, make another one. */
const emptyDigest = (): string => {
  const pglite = join(dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite")), "../package.json")
  const maker = fileURLToPath(new URL("../../src/pglite/pgliteWorker.ts", import.meta.url))
  return digestOf(readFileSync(pglite), readFileSync(maker))
}

/** One of a kind is kept: what earlier versions made goes when another is made. */
const removeOthers = (kind: string, name: string): void => {
  for (const other of readdirSync(kept))
    if (other.startsWith(`${kind}-`) && !other.startsWith(name))
      rmSync(join(kept, other), { recursive: true, force: true })
}

/**
 * Where the one of this kind and digest is: made beside its place where it is missing. Test files that need it at the
 * same moment make it twice, and one is kept.
 */
const template = async (kind: string, digest: string, make: (fresh: string) => Promise<void>): Promise<string> => {
  const name = `${kind}-${digest}`
  const place = join(kept, name)
  if (existsSync(place)) return place
  mkdirSync(kept, { recursive: true })
  removeOthers(kind, name)
  const fresh = `${place}.${randomUUID()}`
  const remove = () => rmSync(fresh, { recursive: true, force: true })
  const isGone = endWithProcess(remove)
  try {
    await make(fresh)
    if (!existsSync(place)) renameSync(fresh, place)
  } catch (error) {
    // Somebody else's may have come between.
    if (!existsSync(place)) throw error
  } finally {
    remove()
    isGone()
  }
  return place
}

const copy = (from: string, to: string): void => cpSync(from, to, { recursive: true, errorOnExist: true, force: false })

/** As a first start makes it. */
const makeEmpty = async (fresh: string): Promise<void> => {
  const child = startPgliteMaker(fresh)
  const isGone = endWithProcess(() => child.kill("SIGKILL"))
  let told = ""
  child.stderr?.on("data", (chunk: unknown) => {
    told += String(chunk)
  })
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve))
  isGone()
  if (code !== 0) throw new Error(`the empty database was not made: ${told.slice(0, 500)}`)
}

/** Where the empty one is. */
export const emptyPglite = (): Promise<string> => template("pglite", emptyDigest(), makeEmpty)

/**
 * Puts one into a data folder, which is made when it is not there: a start opens and migrates it, and has nothing to
 * make.
 */
export const putEmptyPglite = async (folder: string): Promise<void> => {
  const empty = await emptyPglite()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  copy(empty, join(folder, "pg"))
}

const migrateFolder = async (folder: string): Promise<void> => {
  await putEmptyPglite(folder)
  await Effect.runPromise(Effect.provide(migrate(), SqlPglite.layer({ folder })))
}

/**
 * Puts one with all tables into a data folder: a start opens it, and finds nothing to migrate. All copies of it are of
 * one epoch.
 */
export const putMigratedPglite = async (folder: string): Promise<void> => {
  const migrated = await template("migrated", digestOf(emptyDigest(), JSON.stringify(ownSchema)), migrateFolder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  copy(join(migrated, "pg"), join(folder, "pg"))
}
