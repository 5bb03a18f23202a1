/** Builds the server that ends at points as the shipped one is built: from source it takes twice as long to start. */
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { schemaFiles } from "../../../../src/sql/ownSchema.ts"
import { root } from "../../harness.ts"

const server = join(root, "packages/server")

/** By name, as in the shipped build: the workspace's own packages are part of it. */
const thirdParty = () =>
  ["core", "server"]
    .flatMap((name) => {
      const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
        readFileSync(join(root, "packages", name, "package.json"), "utf8")
      )
      return Object.keys(dependencies)
    })
    .filter((name) => !name.startsWith("@hibiki/"))

/**
 * Into a new folder, inside the project so that what it imports is found. `main`: where the program begins. Answers the
 * folder and the program in it.
 */
export const buildServer = async (main: URL): Promise<{ readonly folder: string; readonly program: string }> => {
  const cache = join(root, "node_modules/.cache")
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, "hibiki-kill-"))
  await build({
    entryPoints: {
      "kill/main": fileURLToPath(main),
      "pglite/pgliteWorker": join(server, "src/pglite/pgliteWorker.ts")
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["source"],
    define: { builtSchemaFiles: JSON.stringify([...schemaFiles]) },
    external: thirdParty(),
    logLevel: "warning"
  })
  return { folder, program: join(folder, "kill/main.js") }
}
