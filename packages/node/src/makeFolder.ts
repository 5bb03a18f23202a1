/** Creates a folder, and the missing ones above it. */
import { existsSync } from "node:fs"
import { mkdir, stat } from "node:fs/promises"
import { dirname } from "node:path"

/**
 * Creates them one by one. Node's own `recursive` never ends, and with it the process, if an existing folder can't
 * contain new ones, such as /proc.
 */
export const makeFolder = async (folder: string): Promise<void> => {
  if (await isFolder(folder)) return
  const above = dirname(folder)
  if (!existsSync(above)) await makeFolder(above)
  await mkdir(folder, { mode: 0o700 }).catch(async (error: unknown) => {
    // Another process was quicker.
    if (!(await isFolder(folder))) throw error
  })
}

/** Returns the path itself or the nearest existing one above it. */
export const nearestThere = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : nearestThere(dirname(path))

/** Returns the file in the place of a folder: the path itself, or one above it. */
export const inTheWay = async (folder: string): Promise<string | undefined> => {
  const there = nearestThere(folder)
  return (await isFolder(there)) ? undefined : there
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )
