/**
 * Files that are complete at every moment: written beside, synced, then renamed over the old one. Readable by the owner
 * only.
 */
import { open, readFile, rename } from "node:fs/promises"
import { dirname } from "node:path"

export const writeWhole = async (path: string, content: string): Promise<void> => {
  const temporary = `${path}.new`
  const file = await open(temporary, "w", 0o600)
  try {
    // The mode above applies only to a new file, and a crash may have left one.
    await file.chmod(0o600)
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

/**
 * Serializes the writes of a file. A caller during a write shares the next write with all other callers, even if the
 * caller of the current write has given up. So `write` must include every change made before it begins.
 */
export const inTurn = (write: () => Promise<void>): (() => Promise<void>) => {
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    if (next !== undefined) return next
    next = last
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return write()
      })
    last = next
    return next
  }
}

/** Returns undefined if there is no such file. */
export const readWhole = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
}

/** Makes the rename itself durable, if the system can sync a folder. */
const syncFolder = async (path: string): Promise<void> => {
  try {
    const folder = await open(path, "r")
    await folder.sync().finally(() => folder.close())
  } catch {
    // Windows can't open folders; the rename is atomic there all the same.
  }
}
