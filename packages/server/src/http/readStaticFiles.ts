/** Reads the built page's folder into memory, once, at the start: no request's path ever reaches the file system. */
import { readdir, readFile, stat } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import type { FilesByName } from "./StaticFiles.ts"

/** Where the workspace's own page is built. The same path from this source and from a chunk of the built server. */
export const builtPage = fileURLToPath(new URL("../../../web/dist/", import.meta.url))

const bytesMax = 32 * 1024 * 1024

/**
 * Every file of the folder by its name there, `/` between; empty when there is no such folder. Newest first and 32 MB
 * at most: the build keeps replaced files for a while, and those are what is left out, which is logged.
 */
export const readStaticFiles = (folder: string): Effect.Effect<FilesByName> =>
  Effect.promise(() => listed(folder)).pipe(
    Effect.flatMap((found) => {
      let room = bytesMax
      const kept = found.filter(({ bytes }) => {
        room -= bytes
        return room >= 0
      })
      const omitted = found.length - kept.length
      return Effect.zipRight(
        omitted === 0
          ? Effect.void
          : Effect.logWarning(`The built page is larger than 32 MB: ${omitted} of its files are not served.`),
        Effect.promise(() => readAll(folder, kept))
      )
    })
  )

interface Found {
  readonly path: string
  readonly bytes: number
  readonly at: number
}

const listed = async (folder: string): Promise<ReadonlyArray<Found>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const found: Array<Found> = []
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    // The build's own notes.
    if (!entry.isFile() || /(?:^|[/\\])\./.test(relative(folder, path))) continue
    // A build that runs meanwhile may remove it.
    const about = await stat(path).catch(() => undefined)
    if (about !== undefined) found.push({ path, bytes: about.size, at: about.mtimeMs })
  }
  return found.sort((a, b) => b.at - a.at)
}

const readAll = async (folder: string, found: ReadonlyArray<Found>): Promise<FilesByName> => {
  const files = new Map<string, Uint8Array>()
  for (const { path } of found) {
    const content = await readFile(path).catch(() => undefined)
    if (content !== undefined) files.set(relative(folder, path).split(sep).join("/"), content)
  }
  return files
}
