// Builds the page into packages/web/dist, only when something it is made of has changed, and compresses it once, at the
// highest quality.
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { dirname, extname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { brotliCompress, gzip, constants as zlib } from "node:zlib"
import { filesUnder, finishBuild, hashOf, isFresh, root, writeWhole } from "./build-files.mjs"

const web = join(root, "packages/web")
const dist = join(web, "dist")
const entry = join(web, "src/main.tsx")
const page = "index.html"
const worker = join(web, "offline/worker.js")

const inputs = () => [
  ...["build-web.mjs", "build-files.mjs"].map((name) => join(dirname(fileURLToPath(import.meta.url)), name)),
  join(root, "package-lock.json"),
  join(root, "packages/core/package.json"),
  ...["client", "commands", "domain", "fibers", "kernel", "protocol"].flatMap((folder) =>
    filesUnder(join(root, "packages/core/src", folder))
  ),
  ...["package.json", "tsconfig.json", "vite.config.ts", page].map((name) => join(web, name)),
  ...["offline", "public", "src"].flatMap((folder) => filesUnder(join(web, folder)))
]

/**
 * Their names change with their content, so what is compressed beside them can't be stale. What keeps its name, the
 * server compresses.
 */
const isHashed = (name) => name.startsWith("assets/")
const compressible = new Set([".css", ".js", ".json", ".mjs", ".svg", ".txt", ".wasm", ".webmanifest"])
const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

/** The file with `.br` and `.gz` beside it, each only where it is smaller. */
const variants = async (name, contents) => {
  if (!isHashed(name) || !compressible.has(extname(name))) return []
  const [br, gz] = await Promise.all([
    brotli(contents, { params: { [zlib.BROTLI_PARAM_QUALITY]: 11, [zlib.BROTLI_PARAM_SIZE_HINT]: contents.length } }),
    gzipped(contents, { level: 9 })
  ])
  return [
    [`${name}.br`, br],
    [`${name}.gz`, gz]
  ].filter(([, compressed]) => compressed.length < contents.length)
}

/** A test runner that builds first says NODE_ENV=test, which would put the development build of Solid into the page. */
const inProduction = async (action) => {
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = "production"
  try {
    return await action()
  } finally {
    if (before === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = before
  }
}

const bundle = async () => {
  const { build } = await import("vite")
  const { output } = await inProduction(() =>
    build({
      root: web,
      configFile: join(web, "vite.config.ts"),
      logLevel: "warn",
      // Written below, each file whole and the page last: whoever reads the page finds everything it names.
      build: { write: false }
    })
  )
  const made = output.map((file) => [file.fileName, Buffer.from(file.type === "chunk" ? file.code : file.source)])
  const copied = filesUnder(join(web, "public")).map((file) => [
    relative(join(web, "public"), file),
    readFileSync(file)
  ])
  return [...made, ...copied]
}

/**
 * The service worker, with what it is to keep: all that the page may ask for. Not the build's own notes, which are not
 * served.
 */
const offline = (files) => {
  const served = files.filter(([name]) => !name.startsWith("."))
  const version = createHash("sha256")
  for (const [name, contents] of served) version.update(`${name}\n`).update(contents)
  const build = {
    version: version.digest("hex").slice(0, 16),
    files: served.map(([name]) => (name === page ? "/" : `/${name}`)).sort()
  }
  return ["worker.js", Buffer.from(`const build = ${JSON.stringify(build)}\n${readFileSync(worker, "utf8")}`)]
}

export const buildWeb = async () => {
  if (!existsSync(entry)) return
  const hash = hashOf(inputs())
  if (isFresh(dist, hash)) return
  const started = Date.now()
  const made = await bundle()
  const files = [...made, offline(made)]
  const compressed = (await Promise.all(files.map(([name, contents]) => variants(name, contents)))).flat()
  const all = [...compressed, ...files].sort(([a], [b]) => Number(a === page) - Number(b === page))
  for (const [name, contents] of all) writeWhole(join(dist, name), contents)
  finishBuild(
    dist,
    hash,
    all.map(([name]) => join(dist, name))
  )
  console.error(`built packages/web/dist in ${Date.now() - started} ms`)
}
