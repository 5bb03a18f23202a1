// Builds the server into packages/server/dist and the page into packages/web/dist, each only when something it is made
// of has changed.
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs"
import { isBuiltin } from "node:module"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { youngClosures } from "./build-closures.mjs"
import { filesUnder, finishBuild, hashOf, isFresh, root, writeWhole } from "./build-files.mjs"
import { buildWeb } from "./build-web.mjs"

const server = join(root, "packages/server")
const dist = join(server, "dist")

/**
 * Source file -> its place in dist. Every output lies one folder below dist, so `../pglite/x.js` means the same from
 * each.
 */
const entries = { "cli/main": "cli/main.ts", "pglite/pgliteWorker": "pglite/pgliteWorker.ts" }

const schema = join(server, "schema")

/** Become part of the program (ownSchema.ts), by their names and in their order. */
const schemaFiles = () =>
  filesUnder(schema)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => [basename(file), readFileSync(file, "utf8")])

const packageFolders = () =>
  readdirSync(join(root, "packages"))
    .map((name) => join(root, "packages", name))
    .filter((folder) => existsSync(join(folder, "package.json")))

const inputs = () => [
  fileURLToPath(import.meta.url),
  join(root, "scripts/build-files.mjs"),
  join(root, "scripts/build-closures.mjs"),
  join(root, "package.json"),
  join(root, "package-lock.json"),
  ...packageFolders().map((folder) => join(folder, "package.json")),
  ...["core", "node", "server", "terminal"].flatMap((name) => filesUnder(join(root, "packages", name, "src"))),
  ...filesUnder(schema)
]

/**
 * What becomes part of the program, of which most is left out then: loaded module by module from their folders, as all
 * other packages are, these are 700 files before the first line runs. And ioredis, for its closures, which only what is
 * part of the program can be rid of (build-closures.mjs).
 */
const ioredis = "ioredis|@ioredis\\/commands|cluster-key-slot|denque|redis-errors|redis-parser|standard-as-callback"
const bundled = new RegExp(`^(effect|@effect\\/[^/]+|@hibiki\\/[^/]+|fast-check|pure-rand|ini|${ioredis})(\\/|$)`)

/** The folder from which a package is loaded by what lies in `from`. */
const packageFor = (name, from) => {
  const folder = join(from, "node_modules", name)
  if (existsSync(folder)) return realpathSync(folder)
  return dirname(from) === from ? undefined : packageFor(name, dirname(from))
}

/** By name: `packages: "external"` would leave out these, too. */
const othersStayOutside = {
  name: "others stay outside",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ importer, kind, path, resolveDir }) => {
      if (kind === "entry-point" || bundled.test(path)) return undefined
      // What is bundled asks for its own packages from where the program lies, and would silently get another version
      // there.
      const [name] = /^(@[^/]+\/)?[^/]+/.exec(path) ?? []
      const outside = packageFor(name, dist)
      if (!isBuiltin(path) && (outside === undefined || packageFor(name, resolveDir) !== outside))
        return {
          errors: [
            {
              text: `${path} is not the same package for ${importer} and for ${dist}: bundle it, or have one version of it`
            }
          ]
        }
      return { path, external: true }
    })
  }
}

export const buildServer = async () => {
  const present = Object.entries(entries).filter(([, source]) => existsSync(join(server, "src", source)))
  if (present.length === 0) throw new Error("nothing to build: packages/server/src/cli/main.ts does not exist")
  const hash = hashOf(inputs())
  if (isFresh(dist, hash)) return
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
    // What of the bundled packages is no module asks for node's own by it.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);'
    },
    conditions: ["source"],
    define: { builtSchemaFiles: JSON.stringify(schemaFiles()) },
    plugins: [othersStayOutside],
    sourcemap: true,
    legalComments: "none",
    logLevel: "warning",
    write: false
  })
  const isEntry = (file) => present.some(([name]) => file.path === join(dist, `${name}.js`))
  const contentsOf = (file) => (file.path.endsWith(".js") ? youngClosures(file.text) : file.contents)
  for (const file of outputFiles.filter((each) => !isEntry(each))) writeWhole(file.path, contentsOf(file))
  for (const file of outputFiles.filter(isEntry)) writeWhole(file.path, contentsOf(file))
  finishBuild(
    dist,
    hash,
    outputFiles.map((file) => file.path)
  )
  console.error(`built packages/server/dist in ${Date.now() - started} ms`)
}

/** At once: each is on one core for most of its time. */
export const build = async () => {
  await Promise.all([buildServer(), buildWeb()])
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  build().catch((error) => {
    // esbuild has printed its own messages; anything else has to be said here.
    if (!error.errors) console.error(String(error.message ?? error))
    process.exitCode = 1
  })
}
