/** Makes a folder, and those above it that are not there. */
import { existsSync } from "node:fs"
import { mkdir, stat } from "node:fs/promises"
import { dirname } from "node:path"

/**
 * One by one: node's own `recursive` never ends, and with it no process that asked for it, where a folder is there in
 * which none can be made, such as /proc.
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

/** The path itself or the nearest one above it that is there. */
export const nearestThere = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : nearestThere(dirname(path))

/** What stands where a folder should: the path itself, or one above it. */
export const inTheWay = async (folder: string): Promise<string | undefined> => {
  const there = nearestThere(folder)
  return (await isFolder(there)) ? undefined : there
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )
