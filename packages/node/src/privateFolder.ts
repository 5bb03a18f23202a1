/** Closes a folder to the machine's other users. Such folders contain messages, password hashes and tokens. */
import type { BigIntStats } from "node:fs"
import { chmod, lstat, readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { Data } from "effect"
import { shown } from "./Problem.ts"

/**
 * The folder can't be closed to others. `path` is the first entry in the way: another user owns it, or the file system
 * keeps no modes.
 */
export class FolderNotPrivate extends Data.TaggedError("FolderNotPrivate")<{
  readonly folder: string
  readonly path: string
  readonly why: "owner" | "mode"
}> {}

/** The beginning of a sentence that goes on with what to do. */
export const notPrivateText = ({ path, why }: FolderNotPrivate): string =>
  why === "owner"
    ? `Another user owns ${shown(path)}`
    : `${shown(path)} stays open to other users, as its file system keeps no modes`

/**
 * Removes all rights of others from the folder and everything in it, from the top down: in a closed folder nobody can
 * swap anything below. A volume's `lost+found` stays as it is. Returns the folder's mode before, such as `755`, if it
 * was open to others. Throws `FolderNotPrivate`. If another user owns an entry, nothing was changed: a folder named by
 * mistake, such as /srv, stays open to the users that need it.
 */
export const closeFolder = async (folder: string): Promise<string | undefined> => {
  const { isOpen } = await walk(folder, false)
  return isOpen ? (await walk(folder, true)).before : undefined
}

/** Returns and throws what `closeFolder` would, but changes nothing. */
export const openMode = async (folder: string): Promise<string | undefined> => (await walk(folder, false)).before

interface Walked {
  /** The folder's own mode, if it is open to others. */
  readonly before: string | undefined
  /** Whether any entry is. */
  readonly isOpen: boolean
}

const walk = async (folder: string, closes: boolean): Promise<Walked> => {
  const user = process.geteuid?.()
  // Windows: a folder inherits its readers from the user's own.
  if (user === undefined) return { before: undefined, isOpen: false }
  let before: string | undefined
  let isOpen = false
  const seen = new Set<string>()
  const visit = async (path: string): Promise<void> => {
    const found = await ownEntry(path, user, folder)
    if (found === undefined || seen.has(`${found.dev}:${found.ino}`)) return
    seen.add(`${found.dev}:${found.ino}`)
    const mode = Number(found.mode & 0o7777n)
    if ((mode & 0o077) !== 0) {
      isOpen = true
      if (path === folder) before = mode.toString(8)
      if (closes) await close(path, mode & 0o700, folder)
    }
    if (!found.isDirectory()) return
    for (const name of await readdir(path).catch(unlessGone([]))) await visit(join(path, name))
  }
  await visit(folder)
  return { before, isOpen }
}

/** The folder in which file systems put recovered files after a crash: root's own. */
const recovered = "lost+found"

/** A link counts as its target, if this user made both: anybody who could write here once may have left a link. */
const ownEntry = async (path: string, user: number, folder: string): Promise<BigIntStats | undefined> => {
  const itself = await lstat(path, { bigint: true }).catch(unlessGone(undefined))
  const found = itself?.isSymbolicLink() ? await stat(path, { bigint: true }).catch(unlessGone(undefined)) : itself
  if (itself === undefined || found === undefined) return undefined
  // The folder's own path is the operator's choice, even through a link that somebody else made.
  const owners = path === folder ? [found.uid] : [itself.uid, found.uid]
  // At the root of a volume. Nobody gets past the folder to it, and Hibiki puts nothing there.
  if (path === join(folder, recovered) && itself.isDirectory() && itself.uid === 0n) return undefined
  if (owners.some((owner) => owner !== BigInt(user))) throw new FolderNotPrivate({ folder, path, why: "owner" })
  return found
}

const close = async (path: string, mode: number, folder: string): Promise<void> => {
  await chmod(path, mode).catch(unlessGone(undefined))
  // Some file systems accept a new mode without an error and stay at the old one.
  const after = await stat(path).catch(unlessGone(undefined))
  if (after !== undefined && (after.mode & 0o077) !== 0) throw new FolderNotPrivate({ folder, path, why: "mode" })
}

/** A running server adds and removes files meanwhile. */
const unlessGone =
  <A>(instead: A) =>
  (error: NodeJS.ErrnoException): A => {
    if (error.code === "ENOENT") return instead
    throw error
  }
