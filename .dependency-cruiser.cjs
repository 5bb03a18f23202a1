// Who may import whom (ARCHITECTURE.md explains why). Run by scripts/check-layers.mjs, which also fails when hardly
// anything was cruised.
const core = "^packages/core/src"
const testing = "^packages/testing/src"
const node = "^packages/node/src"
const terminal = "^packages/terminal/src"
const server = "^packages/server/src"
const web = "^packages/web/src"
const npm = (names) => `^node_modules/(${names.join("|")})/`
const effect = npm(["effect"])
const coreLibraries = npm(["effect", "@effect/platform", "@effect/rpc"])
const builtIn = "^(node:)?[a-z_/0-9]+$"
/** A file named after its technology holds a layer. */
const layer = "(Memory|Sql|Live|InProcess|Pglite|Redis|Rabbit)\\.ts$"

/** Each folder of core with the folders below it, which are all that it may import. */
const below = ["domain", "commands", "protocol", "ports", "fibers", "metrics"]
const coreFolders = {
  metrics: [],
  kernel: ["metrics"],
  domain: [],
  fibers: ["kernel/Timers\\.ts", "metrics"],
  commands: ["domain"],
  protocol: ["domain", "commands"],
  ports: ["domain", "commands", "protocol", "metrics"],
  inprocess: below,
  ingress: below,
  accounts: below,
  conversations: below,
  admin: [...below, "accounts", "conversations"],
  worker: below,
  push: below,
  gateway: [...below, "kernel", "accounts", "ingress"],
  board: [...below, "accounts", "kernel/insertLeader\\.ts"],
  operate: [...below, "kernel", "gateway/device/DeviceSession\\.ts"],
  client: ["domain", "protocol", "fibers/Time\\.ts"]
}
/** The rooms of the client, from the lowest: each may import those before it. */
const clientRooms = ["connection", "outbox", "feed", "list", "store", "hints", "loop"]
/** The same for the server's folders, which all may import core and node. */
const serverFolders = {
  accounts: [],
  operate: [],
  push: [],
  api: [],
  http: ["operate"],
  gateway: ["http"],
  sql: [],
  redis: [],
  rabbit: [],
  pglite: ["sql"],
  roles: ["accounts", "operate", "push", "api", "http", "gateway", "sql", "redis", "rabbit", "pglite"]
}
/** The same for the page's folders; of the runtime, features know types alone. */
const webFolders = {
  lib: [],
  runtime: ["lib"],
  ui: ["lib"],
  i18n: ["lib", "ui"],
  model: ["lib", "runtime", "ui", "i18n"],
  features: ["lib", "runtime", "ui", "i18n", "model"],
  shell: ["lib", "ui", "i18n", "model", "features"]
}
/** Folders of core that load no more than Effect itself: they are part of every page and program. */
const leanest = ["metrics", "kernel", "domain", "fibers", "commands"]

const not = (name, comment, from, to) => ({ name, comment, severity: "error", from, to })

const foldersOf = (root, folders, others) =>
  Object.entries(folders).map(([folder, allowed]) =>
    not(
      `${root.split("/")[1]}-${folder}`,
      `${folder}/ may import ${allowed.length === 0 ? "no other folder" : `only ${allowed.join(", ")}`} of its package.`,
      { path: `${root}/${folder}/` },
      {
        pathNot: [folder, ...allowed]
          .map((name) => `${root}/${name}${name.endsWith(".ts") ? "$" : "/"}`)
          .concat(others(folder))
      }
    )
  )

const unlisted = (name, root, folders, files = []) =>
  not(
    `${name}-unlisted`,
    "A new folder says here what it may import.",
    { path: `${root}/`, pathNot: [...Object.keys(folders).map((folder) => `${root}/${folder}/`), ...files] },
    {}
  )

module.exports = {
  forbidden: [
    ...foldersOf(core, coreFolders, (folder) => [leanest.includes(folder) ? effect : coreLibraries]),
    ...foldersOf(server, serverFolders, () => ["^packages/(core|node)/", "^node_modules/", builtIn]),
    ...foldersOf(web, webFolders, () => ["^packages/core/", "^node_modules/"]),
    ...clientRooms.map((room, at) =>
      not(
        `client-${room}`,
        at === 0
          ? `client/${room}/ may import no other room of the client.`
          : `client/${room}/ may import only ${clientRooms.slice(0, at).join(", ")} of the client.`,
        { path: `${core}/client/${room}/` },
        { path: `${core}/client/`, pathNot: `${core}/client/(${clientRooms.slice(0, at + 1).join("|")})/` }
      )
    ),
    not(
      "client-unlisted",
      "A new room of the client says here which rooms it may import.",
      { path: `${core}/client/.+/`, pathNot: `${core}/client/(${clientRooms.join("|")})/` },
      {}
    ),
    unlisted("core", core, coreFolders),
    unlisted("server", server, { ...serverFolders, cli: [] }),
    unlisted("web", web, webFolders, [`${web}/main\\.tsx$`]),
    not(
      "roles-join-layers",
      "Which backend stands behind a port is known in roles and cli alone; PGlite is a database with its own layer.",
      { path: `${server}/([^/]+)/`, pathNot: `${server}/(roles|pglite|cli)/` },
      { path: `^packages/(core|server)/src/.*${layer}`, pathNot: `${server}/$1/` }
    ),
    not(
      "testing-stands-alone",
      "What tests build on imports core and Effect, and runs under any test runner.",
      { path: `${testing}/` },
      { pathNot: [`${testing}/`, `${core}/`, coreLibraries] }
    ),
    not(
      "no-testing-in-product",
      "Only tests import @hibiki/testing.",
      { path: "^packages/[^/]+/src/", pathNot: `${testing}/` },
      { path: `${testing}/` }
    ),
    not(
      "node-below-programs",
      "What programs on Node share imports Node, Effect and core's fibers.",
      { path: `${node}/` },
      { pathNot: [`${node}/`, `${core}/fibers/`, effect, builtIn] }
    ),
    not(
      "terminal-only-client",
      "The terminal knows core's client, domain and protocol, and no server.",
      { path: `${terminal}/` },
      {
        pathNot: [
          `${terminal}/`,
          `${node}/`,
          `${core}/(client|domain|protocol)/`,
          `${core}/fibers/Time\\.ts$`,
          npm(["effect", "@effect/platform", "@effect/rpc", "ws"]),
          builtIn
        ]
      }
    ),
    not(
      "terminal-behind-cli",
      "Only the command `hibiki chat` runs the terminal.",
      { path: "^packages/[^/]+/src/", pathNot: [`${terminal}/`, `${server}/cli/`] },
      { path: `${terminal}/` }
    ),
    not(
      "terminal-loaded-late",
      "A server loads nothing of the terminal: `hibiki chat` imports it when it runs.",
      { path: `${server}/cli/` },
      { path: `${terminal}/`, dynamic: false, dependencyTypesNot: ["type-only"] }
    ),
    not(
      "web-only-client",
      "The page knows core's client, domain and protocol, and no server.",
      { path: `${web}/` },
      { path: "^packages/(core|node|server)/", pathNot: `${core}/(client|domain|protocol)/` }
    ),
    not(
      "effect-only-in-runtime",
      "Effects run in src/runtime only; elsewhere types will do. A password is redacted in the screen that it is typed into.",
      { path: `${web}/`, pathNot: `${web}/runtime/` },
      {
        path: "^node_modules/(effect|@effect)/",
        pathNot: "^node_modules/effect/dist/esm/Redacted",
        dependencyTypesNot: ["type-only"]
      }
    ),
    not(
      "runtime-behind-app",
      "Screens use what App hands down: of the runtime they know types.",
      { path: `${web}/features/` },
      { path: `${web}/runtime/`, dependencyTypesNot: ["type-only"] }
    ),
    not(
      "no-solid-stores",
      "The build drops what is only read, and with it how a list follows a store: see vite.config.ts.",
      { path: `${web}/` },
      { path: "^node_modules/solid-js/store/" }
    ),
    not("server-not-web", "The server knows no page.", { path: `${server}/` }, { path: "^packages/web/" }),
    not(
      "no-tests-in-product",
      "Sources never import tests or benches.",
      { path: "^packages/[^/]+/src/" },
      { path: "/(test|bench)/" }
    ),
    not("no-cycles", "A cycle has no order to read it in.", {}, { circular: true }),
    not("no-unresolvable", "An import that can't be found hides from every other rule.", {}, { couldNotResolve: true }),
    not(
      "no-dev-dependencies",
      "What the product imports is a dependency of its package.",
      { path: "^packages/[^/]+/src/" },
      { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] }
    )
  ],
  options: {
    doNotFollow: { path: "^node_modules/" },
    exclude: { path: "^packages/[^/]+/dist/" },
    // Type imports too: a layer is crossed by its types as well.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["source", "import", "node", "default"],
      extensions: [".ts", ".tsx", ".js"]
    }
  }
}
