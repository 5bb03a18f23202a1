// Rules that Biome and TypeScript can't state: time, chance and scheduling in core, what the page's policy forbids, the
// environment's one place, silent catches, machine paths.
// Sources are parsed, so that comments and texts never count.
import { readdirSync, readFileSync, statSync } from "node:fs"
import { basename, dirname, join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const skippedFolders = new Set(["node_modules", "dist", ".git", "coverage", ".hibiki"])

const filesUnder = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : filesUnder(path)
    return entry.isFile() ? [path] : []
  })

/** `Date.now` of `Date.now()`, `a` of `a()`; undefined for anything longer or computed. */
const calledName = (expression) => {
  if (ts.isIdentifier(expression)) return expression.text
  const isMember = ts.isPropertyAccessExpression(expression) && ts.isIdentifier(expression.expression)
  return isMember ? `${expression.expression.text}.${expression.name.text}` : undefined
}

const bannedInCore = new Map([
  ["Date.now", "time comes from Effect's Clock or the kernel"],
  ["Date", "time comes from Effect's Clock or the kernel"],
  ["Math.random", "chance comes from Effect's Random or crypto.getRandomValues"],
  ["Promise.all", "use Effect.all"],
  ["Promise.allSettled", "use Effect.all"],
  ["Promise.any", "use Effect.raceAll"],
  ["Promise.race", "use Effect.race"],
  ["crypto.randomUUID", "it is missing on plain http: ids come from crypto.getRandomValues"]
])

const coreRules = (node, report) => {
  if (ts.isNewExpression(node) && calledName(node.expression) === "Date" && !node.arguments?.length)
    report(node, "new Date() in core: time comes from Effect's Clock or the kernel")
  // A member counts even when it is not called: `const now = Date.now` is the same clock.
  const name = ts.isPropertyAccessExpression(node)
    ? calledName(node)
    : ts.isCallExpression(node)
      ? calledName(node.expression)
      : undefined
  const isMemberBelowCall = ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)
  if (name !== undefined && !isMemberBelowCall && bannedInCore.has(name))
    report(node, `${name} in core: ${bannedInCore.get(name)}`)
}

const isEnvironment = (node) =>
  (ts.isPropertyAccessExpression(node) && node.name.text === "env" && node.expression.getText() === "process") ||
  (ts.isElementAccessExpression(node) && node.expression.getText() === "process") ||
  (ts.isVariableDeclaration(node) &&
    ts.isObjectBindingPattern(node.name) &&
    node.initializer?.getText() === "process") ||
  (ts.isImportSpecifier(node) &&
    (node.propertyName ?? node.name).text === "env" &&
    node.parent.parent.parent.moduleSpecifier.text === "node:process")

const markupSinks = /^(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|srcdoc)$/

const isLiteral = (node) => ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)

/**
 * Of the page: texts never become markup, and the policy forbids style attributes, which is what a style that is a text
 * turns into.
 */
const pageRules = (node, report) => {
  const name =
    ts.isPropertyAccessExpression(node) || ts.isPropertyAssignment(node) || ts.isJsxAttribute(node)
      ? node.name.getText().replace(/^\w+:/, "")
      : ""
  const element =
    ts.isElementAccessExpression(node) && isLiteral(node.argumentExpression) ? node.argumentExpression.text : ""
  if (markupSinks.test(name) || markupSinks.test(element))
    report(node, `${name || element}: what people wrote is shown as text nodes only`)
  if (ts.isCallExpression(node) && /^document\.write(ln)?$/.test(calledName(node.expression) ?? ""))
    report(node, "document.write makes markup of texts")
  if (ts.isJsxAttribute(node) && node.name.getText() === "style") {
    const value = node.initializer
    if (
      value === undefined ||
      isLiteral(value) ||
      (ts.isJsxExpression(value) && value.expression !== undefined && !isObjectLike(value.expression))
    )
      report(node, "a style attribute: use a class, or an object of what changes")
  }
  const isSetAttribute =
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "setAttribute"
  if (
    isSetAttribute &&
    node.arguments[0] !== undefined &&
    isLiteral(node.arguments[0]) &&
    /^(style|on\w+|srcdoc)$/i.test(node.arguments[0].text)
  )
    report(node, `setAttribute("${node.arguments[0].text}"): the page's policy forbids it`)
  if (isText(node) && /\p{L}'\p{L}/u.test(node.text))
    report(node, "an apostrophe of the page's texts is \u2019, as their quotation marks are")
  if (ts.isPropertyAccessExpression(node) && calledName(node) === "crypto.randomUUID")
    report(node, "crypto.randomUUID is missing on plain http: ids come from crypto.getRandomValues")
}

const isText = (node) => isLiteral(node) || ts.isTemplateLiteralToken(node) || ts.isJsxText(node)

const isObjectLike = (node) => !isLiteral(node) && !ts.isTemplateExpression(node)

const sourceRules = (path, node, report) => {
  if (isEnvironment(node) && !path.startsWith("packages/server/src/cli/config/"))
    report(node, "process.env outside packages/server/src/cli/config: settings are read in one place")
  if (
    (ts.isPropertyAccessExpression(node) && node.name.text === "forkDaemon") ||
    (ts.isImportSpecifier(node) && node.name.text === "forkDaemon")
  )
    report(node, "forkDaemon dies silently: use forkScoped with its cause logged")
  const runsEffects = /^packages\/(server\/src\/cli|web\/src\/runtime)\//.test(path)
  if (ts.isPropertyAccessExpression(node) && /^runPromise(Exit)?$/.test(node.name.text) && !runsEffects)
    report(node, `${node.name.text} outside cli, the page's runtime and tests: return the Effect`)
  if (
    ts.isImportDeclaration(node) &&
    node.moduleSpecifier.text === "@effect/platform" &&
    !node.importClause?.isTypeOnly
  )
    report(node, "all of @effect/platform: it holds two API browsers as texts, 21 MB in memory; import the module")
  const isProduct = /^packages\/(?!testing\/)\w+\/src\//.test(path)
  if (isProduct && ts.isSpreadAssignment(node) && ts.isObjectLiteralExpression(node.expression))
    report(node, "a literal spread into another: V8 takes 2 us for it, and 13 ns for one literal; write its members")
  if (ts.isCatchClause(node) && node.block.statements.length === 0 && !/\/[/*]/.test(node.block.getText()))
    report(node, "empty catch without a word on why nothing has to be done")
}

const vagueNames = /^(utils?|helpers?|types?|misc|common)\.tsx?$/i

const columnsMax = 120

/** A text, a pattern or a template, which no formatter breaks. */
const isLiteralToken = (node) =>
  isText(node) || ts.isRegularExpressionLiteral(node) || ts.isTemplateExpression(node) || ts.isJsxAttribute(node)

/** Lines that are too long although what stands beyond the bound could be broken. */
const longLines = (file, text, problems) => {
  const long = new Map()
  text.split("\n").forEach((line, index) => {
    if (line.length > columnsMax) long.set(index, file.getPositionOfLineAndCharacter(index, columnsMax))
  })
  if (long.size === 0) return
  const visit = (node) => {
    if (isLiteralToken(node))
      for (const [index, position] of long)
        if (node.getStart(file) <= position && position <= node.end + 2) long.delete(index)
    ts.forEachChild(node, visit)
  }
  visit(file)
  for (const index of long.keys())
    problems.push(`${file.fileName}:${index + 1} a line of more than ${columnsMax} columns`)
}

const checkSource = (path, text, problems) => {
  const file = ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.Latest,
    true,
    path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  )
  const report = (node, message) =>
    problems.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1} ${message}`)
  const visit = (node) => {
    sourceRules(path, node, report)
    if (/^packages\/(core|testing)\/src\//.test(path)) coreRules(node, report)
    if (path.startsWith("packages/web/src/")) pageRules(node, report)
    ts.forEachChild(node, visit)
  }
  visit(file)
  longLines(file, text, problems)
  if (vagueNames.test(basename(path))) problems.push(`${path}:1 name a file after its main export`)
  const unchecked = /^\s*\/[/*]\s*@ts-(nocheck|expect-error|ignore)/m.exec(text)
  if (unchecked)
    problems.push(
      `${path}:${lineOf(text, unchecked.index + unchecked[0].indexOf("/"))} ${unchecked[1]} switches the type check off`
    )
}

const lineOf = (text, index) => text.slice(0, index).split("\n").length

/** Folders that are this machine's own; common ones such as /tmp would be found in honest text. */
const machineFolders = () => {
  const common = new Set(["/", "/tmp", "/home", "/opt", "/srv", "/usr", "/var", "/app", "/mnt", "/src"])
  return [root, dirname(root), process.env.HOME ?? "/"].filter((folder) => !common.has(folder))
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

const checkText = (path, text, machinePath, problems) => {
  const found = machinePath?.exec(text)
  if (found) problems.push(`${path}:${lineOf(text, found.index)} a path of this machine`)
  if (path === "package-lock.json") {
    const resolved = text.indexOf('"resolved": "http')
    if (resolved >= 0)
      problems.push(`${path}:${lineOf(text, resolved)} a download address: the lock file must hold none`)
  }
  if (basename(path) === ".npmrc" && /^\s*(@[^:]+:)?registry\s*=/m.test(text))
    problems.push(`${path}:1 a registry address`)
}

const problems = []
const folders = machineFolders()
const machinePath = folders.length > 0 ? new RegExp(`(?<![\\w.-])(${folders.map(escaped).join("|")})/`) : undefined
let sources = 0
for (const absolute of filesUnder(root)) {
  const path = relative(root, absolute).split(sep).join("/")
  const size = statSync(absolute, { throwIfNoEntry: false })?.size
  // Another program's temporary file may be gone since the listing.
  if (size === undefined || size > 2_000_000) continue
  const text = readFileSync(absolute, "utf8")
  // A NUL means a picture or an archive, which has no lines to report; a source counts whatever it holds.
  if (!text.includes("\0")) checkText(path, text, machinePath, problems)
  if (/^packages\/[^/]+\/src\/.*\.tsx?$/.test(path)) {
    sources++
    checkSource(path, text, problems)
  }
}
if (sources === 0) problems.push("packages: no sources found, so nothing was checked")
for (const problem of problems) console.log(problem)
console.log(`${sources} sources, ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0
