// Who may import whom (ARCHITECTURE.md explains why). Run by scripts/check-layers.mjs, which also fails when hardly
// anything was cruised.
const core = "^packages/core/src"
const server = "^packages/server/src"
const web = "^packages/web/src"
const features = "(messages|conversations|users|devices|presence|push|auth)"
const npm = (names) => `^node_modules/(${names.join("|")})/`
const coreLibraries = npm(["effect", "@effect/platform", "@effect/rpc"])
/** A file named after its technology holds a layer. */
const layer = "(Memory|Sql|Live|InProcess|Pglite|Redis|Rabbit)\\.ts$"

/** A folder of core may import itself, what is listed, and nothing else. */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { pathNot: [`${from}/`, ...allowed] }
})

const not = (name, comment, from, to) => ({ name, comment, severity: "error", from, to })

module.exports = {
  forbidden: [
    only("kernel-only-effect", "The kernel knows no chat: it imports only effect.", `${core}/kernel`, [
      npm(["effect"])
    ]),
    only(
      "fibers-only-kernel",
      "What fibers are run with knows no chat: of ours it imports the kernel's timers.",
      `${core}/fibers`,
      [`${core}/kernel/(CallbackTimer|Timers)`, npm(["effect"])]
    ),
    only("domain-only-effect", "The domain stands below everything.", `${core}/domain`, [npm(["effect"])]),
    only("protocol-only-domain", "The protocol is the domain and its commands on the wire.", `${core}/protocol`, [
      `${core}/(domain|commands)/`,
      coreLibraries
    ]),
    only("commands-only-domain", "A command knows the domain, and no store, socket or queue.", `${core}/commands`, [
      `${core}/domain/`,
      npm(["effect"])
    ]),
    only(
      "client-only-protocol",
      "Clients load in browsers and know only the domain and the protocol.",
      `${core}/client`,
      [`${core}/(domain|protocol)/`, `${core}/fibers/makeWithin`, coreLibraries]
    ),
    only(
      "features-below-clients",
      "Features import the domain, the commands, the protocol, the kernel, what fibers are run with, and each other's ports.",
      `${core}/${features}`,
      [`${core}/(domain|commands|protocol|kernel|fibers)/`, `${core}/${features}/`, coreLibraries]
    ),
    not(
      "feature-meets-by-port",
      "Features meet through ports, not through each other's layers.",
      { path: `${core}/${features}/` },
      { path: `${core}/.*${layer}`, pathNot: `${core}/$1/` }
    ),
    only("core-stands-alone", "Core never imports server, web, node or a service's driver.", core, [coreLibraries]),
    not(
      "testing-is-product",
      "What core/testing offers runs under any test runner.",
      { path: "^packages/[^/]+/src/" },
      { path: "vitest" }
    ),
    not(
      "testing-not-in-product",
      "Only tests import core/testing.",
      { path: "^packages/[^/]+/src/", pathNot: `${core}/testing/` },
      { path: `${core}/testing/` }
    ),
    not(
      "layers-joined-in-roles",
      "Only roles, backends and cli import another folder's layers.",
      { path: `${server}/([^/]+)/`, pathNot: `${server}/(roles|backends|cli)/` },
      { path: `^packages/(core|server)/src/.*${layer}`, pathNot: `${server}/$1/` }
    ),
    not(
      "roles-above-features",
      "Roles, backends and commands stand above the features, infra and the edges.",
      { path: `${server}/`, pathNot: `${server}/(roles|backends|cli)/` },
      { path: `${server}/(roles|backends|cli)/` }
    ),
    not(
      "web-only-client",
      "The page knows core's client, domain and protocol, and no server.",
      { path: `${web}/` },
      { path: "^packages/(core|server)/", pathNot: `${core}/(client|domain|protocol)/` }
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
      { path: `${web}/(features|i18n|lib|ui)/` },
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
