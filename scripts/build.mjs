// Bundles the server's entry points into packages/server/dist, only when something they are made of has changed.
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const server = join(root, "packages/server")
const dist = join(server, "dist")
const stamp = join(dist, ".stamp")
const keepOldChunksMs = 60 * 60 * 1000

/** Source file -> its place in dist. Every output lies one folder below dist, so `../backends/x.js` means the same from each. */
const entries = { "cli/main": "cli/main.ts", "backends/pgliteWorker": "backends/pgliteWorker.ts" }

const packageFolders = () =>
  readdirSync(join(root, "packages"))
    .map((name) => join(root, "packages", name))
    .filter((folder) => existsSync(join(folder, "package.json")))

const filesUnder = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : []

/** By content, not by time: a checkout or a copy changes times, and a change undone changes them back to nothing. */
const hashInputs = () => {
  const hash = createHash("sha256").update(process.versions.node)
  const inputs = [
    fileURLToPath(import.meta.url),
    join(root, "package.json"),
    join(root, "package-lock.json"),
    ...packageFolders().flatMap((folder) => [join(folder, "package.json"), ...filesUnder(join(folder, "src"))])
  ]
  for (const file of inputs) {
    // Another program's temporary file may vanish between the listing and the read.
    const content = existsSync(file) ? readFileSync(file) : ""
    hash.update(`\0${relative(root, file)}\0${content.length}\0`).update(content)
  }
  return hash.digest("hex")
}

const isFresh = (hash, outputs) => existsSync(stamp) && readFileSync(stamp, "utf8") === hash && outputs.every((file) => existsSync(file))

/** By name: `packages: "external"` would leave the workspace packages out of the bundle too. */
const thirdParty = () => [
  ...new Set(
    packageFolders()
      .flatMap((folder) => Object.keys(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).dependencies ?? {}))
      .filter((name) => !name.startsWith("@hibiki/"))
  )
]

/** Temporary name, then rename: two builds at once, or a server starting meanwhile, never see half a file. */
const writeWhole = (path, contents) => {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, contents)
  renameSync(temporary, path)
}

/** A server that runs since before this build may still load its own chunks lazily: only old leftovers go. */
const removeLeftovers = (written) => {
  for (const file of filesUnder(dist)) {
    if (file === stamp || written.has(file)) continue
    if (Date.now() - statSync(file, { throwIfNoEntry: false })?.mtimeMs > keepOldChunksMs) rmSync(file, { force: true })
  }
}

export const build = async () => {
  const present = Object.entries(entries).filter(([, source]) => existsSync(join(server, "src", source)))
  if (present.length === 0) throw new Error("nothing to build: packages/server/src/cli/main.ts does not exist")
  const hash = hashInputs()
  if (
    isFresh(
      hash,
      present.map(([name]) => join(dist, `${name}.js`))
    )
  )
    return
  const started = Date.now()
  const esbuild = await import("esbuild")
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(present.map(([name, source]) => [name, join(server, "src", source)])),
    outdir: dist,
    bundle: true,
    // Shared chunks keep lazily imported parts lazy: a command loads only the third-party packages it needs.
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["source"],
    external: thirdParty(),
    sourcemap: true,
    // Names appear in logs and spans, so they stay as written.
    keepNames: true,
    legalComments: "none",
    logLevel: "warning",
    write: false
  })
  const isEntry = (file) => present.some(([name]) => file.path === join(dist, `${name}.js`))
  for (const file of outputFiles.filter((each) => !isEntry(each))) writeWhole(file.path, file.contents)
  for (const file of outputFiles.filter(isEntry)) writeWhole(file.path, file.contents)
  writeWhole(stamp, hash)
  removeLeftovers(new Set(outputFiles.map((file) => file.path)))
  console.error(`built packages/server/dist in ${Date.now() - started} ms`)
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  build().catch((error) => {
    // esbuild has printed its own messages; anything else has to be said here.
    if (!error.errors) console.error(String(error.message ?? error))
    process.exitCode = 1
  })
}
