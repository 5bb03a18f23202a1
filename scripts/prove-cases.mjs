// For each step of the checks: files that break one rule each, and what the step has to say about them. `{root}` is the
// copy's folder.

const lines = (count, line) => Array.from({ length: count }, (_, index) => line(index)).join("\n")

/** A small project without a fault. */
export const good = {
  "packages/core/src/domain/Good.ts":
    'import { Clock } from "effect"\n\nexport const good = Clock.currentTimeMillis\nexport const random = (bytes: Uint8Array) => crypto.getRandomValues(bytes)\n\n/** Date.now and Math.random in a comment are no clock. */\nexport const text = "Date.now() Math.random() process.env"\n',
  "packages/core/src/domain/Plain.ts": "export const plain = 1\n",
  "packages/core/src/ports/Store.ts": "export const store = 1\n",
  "packages/core/src/inprocess/StoreInProcess.ts":
    'import { store } from "../ports/Store.ts"\n\nexport const StoreInProcess = store\n',
  "packages/core/src/kernel/Kernel.ts": 'import { Effect } from "effect"\n\nexport const kernel = Effect.void\n',
  "packages/core/src/gateway/Gateway.ts": 'import { store } from "../ports/Store.ts"\n\nexport const gateway = store\n',
  "packages/core/src/client/Client.ts": 'import { good } from "../domain/Good.ts"\n\nexport const client = good\n',
  "packages/testing/src/Testing.ts": "export const testing = 1\n",
  "packages/node/src/Lock.ts": 'import { readFileSync } from "node:fs"\n\nexport const lock = readFileSync\n',
  "packages/terminal/src/runChat.ts":
    'import { client } from "@hibiki/core/client/Client"\nimport { lock } from "@hibiki/node/Lock"\n\nexport const runChat = () => [client, lock]\n',
  "packages/core/test/Good.test.ts":
    'import { assert, it } from "@effect/vitest"\nimport { client } from "@hibiki/core/client/Client"\nimport { random, text } from "@hibiki/core/domain/Good"\nimport { gateway } from "@hibiki/core/gateway/Gateway"\nimport { StoreInProcess } from "@hibiki/core/inprocess/StoreInProcess"\nimport { kernel } from "@hibiki/core/kernel/Kernel"\nimport { testing } from "@hibiki/testing/Testing"\n\nit("is good", () => assert.ok([client, random, text, gateway, kernel, StoreInProcess, testing]))\n',
  "packages/server/src/pglite/pgliteWorker.ts": "process.exitCode = 0\n",
  "packages/server/src/cli/main.ts":
    'import { StoreInProcess } from "@hibiki/core/inprocess/StoreInProcess"\nimport { environment } from "./config/environment.ts"\n\nconsole.log(StoreInProcess, environment)\nvoid import("@hibiki/terminal/runChat").then(({ runChat }) => runChat())\n',
  "packages/server/src/cli/config/environment.ts": "export const environment = process.env\n",
  "packages/web/src/main.tsx":
    'import { plain } from "@hibiki/core/domain/Plain"\nimport type { Effect } from "effect"\nimport { Long } from "./ui/Long.tsx"\n\nexport const page = (run: Effect.Effect<void>) => <Long words={[run, plain].join()} width={plain} />\nexport const later = () => import("./runtime/live.ts")\n',
  "packages/web/src/ui/Long.tsx": `/** element.innerHTML and style="" in a comment are none. */\nexport const Long = (props: { readonly words: string; readonly width: number }) => {\n${lines(110, (index) => `  use(${index})`)}\n  return <p style={{ width: \`\${props.width}px\` }}>{props.words}</p>\n}\nconst use = (n: number) => n\n`,
  "packages/web/src/runtime/live.ts":
    'import { client } from "@hibiki/core/client/Client"\nimport { Effect } from "effect"\n\nexport const live = () => Effect.runPromise(client)\n'
}

const distExcluded = 'exclude: { path: "^packages/[^/]+/dist/" }'

const domain = (name) => `packages/core/src/domain/${name}.ts`
const http = (name) => `packages/server/src/http/${name}.ts`
const ui = (name) => `packages/web/src/ui/${name}.tsx`
const test = (name) => `packages/core/test/${name}.test.ts`

const lint = (file, rule, content) => ({ file, content, says: new RegExp(`lint/\\w+/${rule}\\b`) })
const coreGlobal = (name) => lint(domain(`Global${name}`), "noRestrictedGlobals", `export const used = ${name}\n`)

const formatAndLint = [
  { file: domain("Format"), content: "export  const a=1;", says: /format/ },
  {
    file: domain("Imports"),
    content: 'import { Option } from "effect"\nimport { Clock } from "effect"\n\nexport const a = [Clock, Option]\n',
    says: /organizeImports/
  },
  lint(domain("DefaultExport"), "noDefaultExport", "export default 1\n"),
  lint(domain("Barrel"), "noBarrelFile", 'export { good } from "./Good.ts"\n'),
  lint(domain("ExportAll"), "noReExportAll", 'export * from "./Good.ts"\n'),
  lint(domain("Any"), "noExplicitAny", "export const a = (value: any) => value\n"),
  lint(domain("NonNull"), "noNonNullAssertion", "export const a = (value: string | undefined) => value!.length\n"),
  lint(domain("Enum"), "noEnum", "export enum A {\n  b\n}\n"),
  lint(
    domain("ReadOnly"),
    "noUnusedExpressions",
    "export const a = (value: { readonly b: number }) => {\n  value.b\n}\n"
  ),
  lint(domain("Unused"), "noUnusedImports", 'import { Clock } from "effect"\n\nexport const a = 1\n'),
  lint(
    domain("LongFile"),
    "noExcessiveLinesPerFile",
    `${lines(501, (index) => `export const a${index} = ${index}`)}\n`
  ),
  lint(
    domain("LongFunction"),
    "noExcessiveLinesPerFunction",
    `export const a = () => {\n${lines(71, (index) => `  ga(${index})`)}\n}\nconst ga = (n: number) => n\n`
  ),
  lint(http("Console"), "noConsole", 'console.log("a")\n'),
  lint(http("Floating"), "noFloatingPromises", "const run = async () => 1\nexport const a = () => {\n  run()\n}\n"),
  lint(
    http("Misused"),
    "noMisusedPromises",
    "const run = async () => true\nexport const a = () => {\n  if (run()) return 1\n  return 2\n}\n"
  ),
  lint(http("Require"), "noCommonJs", 'export const a = require("node:fs")\n'),
  lint(http("NodeProtocol"), "useNodejsImportProtocol", 'import { join } from "path"\n\nexport const a = join\n'),
  lint(
    ui("Destructured"),
    "noSolidDestructuredProps",
    "export const Destructured = ({ words }: { readonly words: string }) => <p>{words}</p>\n"
  ),
  lint(
    ui("Mapped"),
    "useSolidForComponent",
    "export const Mapped = (props: { readonly all: ReadonlyArray<string> }) => (\n  <ul>\n    {props.all.map((each) => (\n      <li>{each}</li>\n    ))}\n  </ul>\n)\n"
  ),
  lint(ui("Untranslated"), "noJsxLiterals", "export const Untranslated = () => <p>Send</p>\n"),
  lint(ui("Foreign"), "noReactSpecificProps", 'export const Foreign = () => <p className="a" />\n'),
  lint(
    ui("LongComponent"),
    "noExcessiveLinesPerFunction",
    `export const LongComponent = () => {\n${lines(121, (index) => `  use(${index})`)}\n  return <p />\n}\nconst use = (n: number) => n\n`
  ),
  lint(
    "packages/web/src/lib/long.ts",
    "noExcessiveLinesPerFunction",
    `export const a = () => {\n${lines(71, (index) => `  ga(${index})`)}\n}\nconst ga = (n: number) => n\n`
  ),
  lint(test("Focused"), "noFocusedTests", 'import { it } from "@effect/vitest"\n\nit.only("a", () => undefined)\n'),
  lint(test("Skipped"), "noSkippedTests", 'import { it } from "@effect/vitest"\n\nit.skip("a", () => undefined)\n'),
  ...[
    "setTimeout",
    "setInterval",
    "setImmediate",
    "queueMicrotask",
    "performance",
    "process",
    "Buffer",
    "globalThis"
  ].map(coreGlobal)
]

const untyped = (name, expression) => ({
  file: domain(`Untyped${name}`),
  content: `export const a = ${expression}\n`,
  says: /error TS/
})

const typesWithoutNode = [
  ...[
    "setTimeout",
    "setInterval",
    "setImmediate",
    "queueMicrotask",
    "process",
    "Buffer",
    "performance",
    "window",
    "fetch",
    "localStorage"
  ].map((name) => untyped(name, name)),
  untyped("Uuid", "crypto.randomUUID()"),
  {
    file: domain("UntypedNode"),
    content: 'import { readFileSync } from "node:fs"\n\nexport const a = readFileSync\n',
    says: /error TS/
  }
]

const wrongType = (file) => ({ file, content: 'export const a: number = "b"\n', says: /error TS2322/ })

const imports = (file, target, rule) => ({
  file,
  content: `import { a } from "${target}"\n\nexport const b = a\n`,
  says: new RegExp(`^${rule}:`)
})

const layers = [
  imports("packages/core/src/kernel/Chatty.ts", "../domain/Good.ts", "core-kernel"),
  imports("packages/core/src/kernel/Wired.ts", "@effect/platform", "core-kernel"),
  imports("packages/core/src/fibers/Chatty.ts", "../domain/Good.ts", "core-fibers"),
  imports("packages/core/src/fibers/Actors.ts", "../kernel/Kernel.ts", "core-fibers"),
  imports(domain("Platform"), "@effect/platform", "core-domain"),
  imports(domain("Upward"), "../ports/Store.ts", "core-domain"),
  imports("packages/core/src/commands/Upward.ts", "../ports/Store.ts", "core-commands"),
  imports("packages/core/src/protocol/Upward.ts", "../ports/Store.ts", "core-protocol"),
  imports("packages/core/src/ports/Answer.ts", "../inprocess/StoreInProcess.ts", "core-ports"),
  imports("packages/core/src/inprocess/Client.ts", "../client/Client.ts", "core-inprocess"),
  imports("packages/core/src/ingress/Gateway.ts", "../gateway/Gateway.ts", "core-ingress"),
  imports("packages/core/src/accounts/Gateway.ts", "../gateway/Gateway.ts", "core-accounts"),
  imports("packages/core/src/conversations/Gateway.ts", "../gateway/Gateway.ts", "core-conversations"),
  imports("packages/core/src/worker/Gateway.ts", "../gateway/Gateway.ts", "core-worker"),
  imports("packages/core/src/push/Gateway.ts", "../gateway/Gateway.ts", "core-push"),
  imports("packages/core/src/board/Gateway.ts", "../gateway/Gateway.ts", "core-board"),
  imports("packages/core/src/gateway/Answer.ts", "../inprocess/StoreInProcess.ts", "core-gateway"),
  imports("packages/core/src/client/Port.ts", "../ports/Store.ts", "core-client"),
  imports("packages/core/src/client/connection/Upward.ts", "../Client.ts", "client-connection"),
  imports("packages/core/src/client/outbox/Upward.ts", "../Client.ts", "client-outbox"),
  imports("packages/core/src/client/feed/Upward.ts", "../Client.ts", "client-feed"),
  imports("packages/core/src/client/list/Upward.ts", "../Client.ts", "client-list"),
  imports("packages/core/src/client/store/Upward.ts", "../Client.ts", "client-store"),
  imports("packages/core/src/client/hints/Upward.ts", "../Client.ts", "client-hints"),
  imports("packages/core/src/client/loop/Upward.ts", "../Client.ts", "client-loop"),
  imports("packages/core/src/client/pages/Page.ts", "../../domain/Good.ts", "client-unlisted"),
  imports("packages/core/src/worker/Node.ts", "node:fs", "core-worker"),
  imports("packages/core/src/chat/Chat.ts", "../domain/Good.ts", "core-unlisted"),
  imports("packages/server/src/chat/Chat.ts", "@hibiki/core/domain/Good", "server-unlisted"),
  imports("packages/testing/src/Driver.ts", "pg", "testing-stands-alone"),
  imports("packages/testing/src/Server.ts", "@hibiki/server/cli/main", "testing-stands-alone"),
  imports("packages/testing/src/Vitest.ts", "vitest", "testing-stands-alone"),
  imports("packages/testing/src/EffectVitest.ts", "@effect/vitest", "testing-stands-alone"),
  imports("packages/node/src/Domain.ts", "@hibiki/core/domain/Good", "node-below-programs"),
  imports("packages/node/src/Socket.ts", "ws", "node-below-programs"),
  imports("packages/node/src/Chat.ts", "@hibiki/terminal/runChat", "node-below-programs"),
  imports("packages/terminal/src/Server.ts", "@hibiki/server/cli/main", "terminal-only-client"),
  imports("packages/terminal/src/Store.ts", "@hibiki/core/ports/Store", "terminal-only-client"),
  imports("packages/terminal/src/Driver.ts", "pg", "terminal-only-client"),
  imports("packages/server/src/http/Chat.ts", "@hibiki/terminal/runChat", "terminal-behind-cli"),
  imports("packages/web/src/lib/Terminal.ts", "@hibiki/terminal/runChat", "terminal-behind-cli"),
  imports("packages/server/src/cli/EarlyChat.ts", "@hibiki/terminal/runChat", "terminal-loaded-late"),
  imports("packages/web/src/lib/Node.ts", "@hibiki/node/Lock", "web-only-client"),
  imports("packages/core/src/worker/Testing.ts", "@hibiki/testing/Testing", "no-testing-in-product"),
  imports("packages/server/src/accounts/Command.ts", "../cli/config/environment.ts", "server-accounts"),
  imports("packages/server/src/push/Command.ts", "../cli/config/environment.ts", "server-push"),
  imports("packages/server/src/api/Command.ts", "../cli/config/environment.ts", "server-api"),
  imports("packages/server/src/http/Command.ts", "../cli/config/environment.ts", "server-http"),
  imports("packages/server/src/gateway/Command.ts", "../cli/config/environment.ts", "server-gateway"),
  imports("packages/server/src/sql/Command.ts", "../cli/config/environment.ts", "server-sql"),
  imports("packages/server/src/redis/Command.ts", "../cli/config/environment.ts", "server-redis"),
  imports("packages/server/src/rabbit/Command.ts", "../cli/config/environment.ts", "server-rabbit"),
  imports("packages/server/src/pglite/Command.ts", "../cli/config/environment.ts", "server-pglite"),
  imports("packages/server/src/roles/Command.ts", "../cli/config/environment.ts", "server-roles"),
  imports("packages/server/src/sql/Layer.ts", "@hibiki/core/inprocess/StoreInProcess", "roles-join-layers"),
  imports("packages/server/src/http/Test.ts", "../../test/kit.ts", "no-tests-in-product"),
  imports("packages/server/src/http/Absent.ts", "./NotThere.ts", "no-unresolvable"),
  imports("packages/server/src/http/Dev.ts", "knip", "no-dev-dependencies"),
  imports("packages/core/src/worker/CycleOne.ts", "./CycleTwo.ts", "no-cycles"),
  imports("packages/core/src/worker/CycleTwo.ts", "./CycleOne.ts", "no-cycles"),
  imports("packages/web/src/lib/Feature.ts", "@hibiki/core/ports/Store", "web-only-client"),
  imports("packages/web/src/lib/Server.ts", "@hibiki/server/cli/main", "web-only-client"),
  imports("packages/web/src/lib/Stores.ts", "solid-js/store", "no-solid-stores"),
  imports("packages/web/src/features/chat/Effectful.ts", "effect", "effect-only-in-runtime"),
  imports("packages/web/src/features/chat/Rpc.ts", "@effect/rpc", "effect-only-in-runtime"),
  imports("packages/web/src/features/chat/Live.ts", "../../runtime/live.ts", "runtime-behind-app"),
  imports("packages/web/src/lib/Control.ts", "../ui/Long.tsx", "web-lib"),
  imports("packages/web/src/runtime/Control.ts", "../ui/Long.tsx", "web-runtime"),
  imports("packages/web/src/ui/Live.ts", "../runtime/live.ts", "web-ui"),
  imports("packages/web/src/i18n/Live.ts", "../runtime/live.ts", "web-i18n"),
  imports("packages/web/src/model/Main.ts", "../main.tsx", "web-model"),
  imports("packages/web/src/features/chat/Main.ts", "../../main.tsx", "web-features"),
  imports("packages/web/src/shell/Live.ts", "../runtime/live.ts", "web-shell"),
  imports("packages/web/src/chat/Chat.ts", "../ui/Long.tsx", "web-unlisted"),
  {
    file: "packages/web/src/features/chat/Later.ts",
    content: 'export const b = () => import("../../runtime/live.ts")\n',
    says: /^runtime-behind-app:/
  },
  { file: "packages/server/test/kit.ts", content: "export const a = 1\n", says: /no-tests-in-product/ },
  { file: "packages/web/src/Page.ts", content: "export const a = 1\n", says: /server-not-web/ },
  imports("packages/server/src/http/Page.ts", "../../../web/src/Page.ts", "server-not-web")
]

const rule = (file, content, says) => ({ file, content: `${content}\n`, says })

const rules = [
  rule(domain("LongComment"), `// ${"word ".repeat(30)}\nexport const a = 1`, /a line of more than 120 columns/),
  rule(domain("Now"), "export const a = () => Date.now()", /Date\.now in core/),
  rule(domain("NowAsValue"), "export const a = Date.now", /Date\.now in core/),
  rule(domain("NewDate"), "export const a = () => new Date()", /new Date\(\) in core/),
  rule(domain("DateCall"), "export const a = () => Date()", /Date in core/),
  rule(domain("Chance"), "export const a = () => Math.random()", /Math\.random in core/),
  rule(domain("All"), "export const a = () => Promise.all([])", /Promise\.all in core/),
  rule(domain("Race"), "export const a = () => Promise.race([])", /Promise\.race in core/),
  rule(domain("First"), "export const a = () => Promise.any([])", /Promise\.any in core/),
  rule(domain("Settled"), "export const a = () => Promise.allSettled([])", /Promise\.allSettled in core/),
  rule(domain("Uuid"), "export const a = () => crypto.randomUUID()", /crypto\.randomUUID in core/),
  rule(http("Env"), "export const a = process.env.HOME", /process\.env outside/),
  rule(http("EnvElement"), 'export const a = process["env"]', /process\.env outside/),
  rule(http("EnvTaken"), "export const { env } = process", /process\.env outside/),
  rule(http("EnvImported"), 'import { env } from "node:process"\nexport const a = env', /process\.env outside/),
  rule(
    http("Daemon"),
    'import { Effect } from "effect"\nexport const a = Effect.forkDaemon(Effect.void)',
    /forkDaemon/
  ),
  rule(
    http("SpreadLiteral"),
    "export const a = (b: number) => ({ ...{ b }, c: 1 })\n",
    /a literal spread into another/
  ),
  rule(
    http("AllOfPlatform"),
    'import { Headers } from "@effect/platform"\nexport const a = Headers.empty',
    /all of @effect\/platform/
  ),
  rule(
    http("Promised"),
    'import { Effect } from "effect"\nexport const a = () => Effect.runPromise(Effect.void)',
    /runPromise outside/
  ),
  rule(http("Catch"), "export const a = () => {\n  try {\n    JSON.parse('')\n  } catch {}\n}", /empty catch/),
  rule(http("utils"), "export const a = 1", /main export/),
  rule(http("Unchecked"), "// @ts-expect-error\nexport const a: number = ''", /switches the type check off/),
  rule(
    "packages/web/src/features/chat/run.ts",
    'import { Effect } from "effect"\nexport const a = () => Effect.runPromise(Effect.void)',
    /runPromise outside/
  ),
  rule(
    "packages/web/src/lib/markup.ts",
    "export const a = (to: Element, text: string) => {\n  to.innerHTML = text\n}",
    /innerHTML: what people wrote/
  ),
  rule(
    "packages/web/src/lib/markupElement.ts",
    'export const a = (to: Element, text: string) => {\n  to["outerHTML"] = text\n}',
    /outerHTML: what people wrote/
  ),
  rule(
    "packages/web/src/lib/inserted.ts",
    'export const a = (to: Element, text: string) => to.insertAdjacentHTML("beforeend", text)',
    /insertAdjacentHTML: what/
  ),
  rule("packages/web/src/lib/written.ts", "export const a = (text: string) => document.write(text)", /document\.write/),
  rule(
    "packages/web/src/lib/randomId.ts",
    "export const a = () => crypto.randomUUID()",
    /crypto\.randomUUID is missing/
  ),
  rule(
    "packages/web/src/lib/styled.ts",
    'export const a = (to: Element) => to.setAttribute("style", "color:red")',
    /setAttribute\("style"\)/
  ),
  rule(
    ui("Markup"),
    "export const Markup = (props: { text: string }) => <p innerHTML={props.text} />",
    /innerHTML: what people wrote/
  ),
  rule(
    ui("MarkupProperty"),
    "export const MarkupProperty = (props: { text: string }) => <p prop:innerHTML={props.text} />",
    /innerHTML: what/
  ),
  rule(
    ui("Spread"),
    "export const Spread = (props: { text: string }) => <p {...{ innerHTML: props.text }} />",
    /innerHTML: what people wrote/
  ),
  rule(ui("Styled"), 'export const Styled = () => <p style="color: red" />', /a style attribute/),
  rule(ui("StyledBraces"), 'export const StyledBraces = () => <p style={"color: red"} />', /a style attribute/),
  rule(
    ui("StyledText"),
    "export const StyledText = (props: { color: string }) => <p style={`color: ${props.color}`} />",
    /a style attribute/
  ),
  rule("docs/path.md", "See {root}/README.md", /a path of this machine/),
  rule(".npmrc", "registry=http://localhost/", /registry address/)
]

const habits = "What is stored is kept, and what is gone was told. Whoever asks is told so, and what they ask is said."
const wordy = (file, says, content = habits) => ({ file, content, says })

const prose = [
  wordy("docs/guide/bare.md", /^docs\/guide\/bare\.md: \d, at most 1, of clauses that begin with a bare/),
  wordy("docs/passive.md", /^docs\/passive\.md: \d, at most 1, of is, was or be said/),
  wordy("docs/total.md", /^documents: .* bare: What is stored/, `${habits} `.repeat(9)),
  wordy("docs/totalPassive.md", /^documents: .* passive: was told/, `${habits} `.repeat(9)),
  wordy(domain("BareComment"), /^comments: .* bare: .*What is stored/, `// ${habits}\nexport const a = 1`),
  wordy(domain("PassiveComment"), /^comments: .* passive: is kept/, `export const a = 1 // ${habits}`),
  wordy("packages/server/src/cli/config/bare.ts", /^settings: .* bare: .*What/, `export const a = "${habits}"`),
  wordy("packages/server/src/cli/config/passive.ts", /^settings: .* passive: is kept/, `export const a = "${habits}"`)
]

const dead = [
  { file: domain("Dead"), content: "export const deadExport = 1\n", says: /deadExport/ },
  { file: domain("DeadType"), content: "export type DeadType = 1\n", says: /DeadType/ },
  { file: http("Unlisted"), content: 'import got from "got"\n\nexport const a = got\n', says: /got/ },
  { file: "packages/core/test/deadKit.ts", content: "export const a = 1\n", says: /deadKit/ }
]

const of = (step, cases) => cases.map((each) => ({ step, ...each }))

export const broken = [
  ...of("format and lint", formatAndLint),
  ...of("types: core without node", typesWithoutNode),
  ...of("types: core", [wrongType(test("WrongType"))]),
  ...of("types: server", [wrongType(http("WrongType"))]),
  ...of("types: node", [wrongType("packages/node/src/WrongType.ts")]),
  ...of("types: terminal", [wrongType("packages/terminal/src/WrongType.ts")]),
  ...of("types: web", [wrongType(ui("WrongType"))]),
  ...of("layers", layers),
  ...of("rules", rules),
  ...of("prose", prose),
  ...of("dead code", dead)
]

/** The copy has hardly any sources, so most dependencies are unused there. */
export const redWithoutSources = ["dead code"]

/** Settings gone wrong rather than sources. */
export const spoiled = [
  {
    step: "layers",
    file: ".dependency-cruiser.cjs",
    spoil: (text) => text.replace(distExcluded, 'exclude: { path: "/src/kernel/" }'),
    says: /sources were not cruised/
  },
  {
    step: "layers",
    file: ".dependency-cruiser.cjs",
    // Packages of npm lie in dist folders too.
    spoil: (text) => text.replace(distExcluded, 'exclude: { path: "/dist/" }'),
    says: /no import of a package/
  },
  {
    step: "layers",
    file: "packages/web/src/main.tsx",
    // Two files further on, in core, stands an import of effect.
    spoil: (text) => `import { client } from "@hibiki/core/client/Client"\n\nexport const early = client\n${text}`,
    says: /effect-after-first-paint: .*main\.tsx -> .*Client\.ts -> .*Good\.ts -> node_modules\/effect/
  },
  {
    step: "rules",
    file: "package-lock.json",
    spoil: (text) => text.replace('"packages": {', '"packages": {\n    "x": { "resolved": "http://localhost/x.tgz" },'),
    says: /download address/
  }
]
