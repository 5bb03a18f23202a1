/**
 * Files that are whole at every moment: written beside, synced, then renamed over the old one. For the owner's eyes
 * only.
 */
import { open, readFile, rename } from "node:fs/promises"
import { dirname } from "node:path"

export const writeWhole = async (path: string, content: string): Promise<void> => {
  const temporary = `${path}.new`
  const file = await open(temporary, "w", 0o600)
  try {
    // The mode above counts only for a new file, and a crash may have left one.
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
 * Has a file written by one at a time. Who asks while it is being written, be it for one that gave up waiting, shares
 * the writing after that with all who do: it must do what was asked for until it begins.
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

/** Undefined when there is no such file. */
export const readWhole = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
}

/** Makes the rename itself durable, where the system lets a folder be synced. */
const syncFolder = async (path: string): Promise<void> => {
  try {
    const folder = await open(path, "r")
    await folder.sync().finally(() => folder.close())
  } catch {
    // Windows opens no folders; the rename is atomic there all the same.
  }
}
