// What the builds share: inputs hashed by content, outputs written whole, and files of earlier builds kept for those
// who still load them.
import { createHash } from "node:crypto"
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { dirname, join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"

export const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const keepReplacedMs = 60 * 60 * 1000

export const filesUnder = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : []

/** By content, not by time: a checkout or a copy changes times, and a change undone changes them back to nothing. */
export const hashOf = (inputs) => {
  const hash = createHash("sha256").update(process.versions.node)
  for (const file of inputs) {
    // Another program's temporary file may vanish between the listing and the read.
    const content = existsSync(file) ? readFileSync(file) : ""
    hash.update(`\0${relative(root, file)}\0${content.length}\0`).update(content)
  }
  return hash.digest("hex")
}

/** Temporary name, then rename: two builds at once, or a server starting meanwhile, never see half a file. */
export const writeWhole = (path, contents) => {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, contents)
  renameSync(temporary, path)
}

const stampOf = (dist) => join(dist, ".stamp")

/** What the last build into a folder was made of, and what it made, relative to the folder. */
const readStamp = (dist) => {
  if (!existsSync(stampOf(dist))) return { hash: "", files: [] }
  const [hash, ...files] = readFileSync(stampOf(dist), "utf8").split("\n")
  return { hash, files }
}

export const isFresh = (dist, hash) => {
  const stamp = readStamp(dist)
  return stamp.hash === hash && stamp.files.length > 0 && stamp.files.every((file) => existsSync(join(dist, file)))
}

/**
 * Ends a build: notes what it was made of, and removes what earlier ones left. A server or a page that runs since
 * before may still load its own parts lazily, so a file goes an hour after it was replaced, at the next build.
 */
export const finishBuild = (dist, hash, written) => {
  const now = Date.now()
  const current = new Set(written.map((file) => relative(dist, file).split(sep).join("/")))
  for (const file of readStamp(dist).files) {
    // Its time says from now on when it was replaced; older than every file of this build, so that a reader can tell.
    if (!current.has(file) && existsSync(join(dist, file))) utimesSync(join(dist, file), now / 1000 - 1, now / 1000 - 1)
  }
  writeWhole(stampOf(dist), [hash, ...current].join("\n"))
  for (const file of filesUnder(dist)) {
    if (file === stampOf(dist) || current.has(relative(dist, file).split(sep).join("/"))) continue
    if (now - statSync(file, { throwIfNoEntry: false })?.mtimeMs > keepReplacedMs) rmSync(file, { force: true })
  }
}
