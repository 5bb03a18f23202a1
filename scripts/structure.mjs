// `npm run structure`: how long the product's files are, and how its folders import each other. `-- --files` names the
// imports behind each arrow. Fails when more arrows run up than `upMax` allows, or a folder has no place in the order.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"

/** Folders of each package, lowest first. Those of one line stand side by side and may not import each other. */
const order = {
  core: [
    ["kernel", "domain"],
    ["fibers", "commands"],
    ["protocol"],
    ["ports"],
    ["inprocess", "ingress", "accounts", "conversations", "worker", "push", "client"],
    ["gateway", "board"]
  ],
  server: [["http", "accounts", "push", "api", "sql", "redis", "rabbit"], ["gateway", "pglite"], ["roles"], ["cli"]],
  terminal: [["tty", "profile"], ["session"], ["view"], ["app"], ["."]],
  web: [["lib", "styles"], ["runtime", "ui"], ["i18n"], ["model"], ["features"], ["shell"], ["."]]
}
/** Pairs of folders of which the lower imports the higher. */
const upMax = { core: 0, server: 0, terminal: 0, web: 0 }
const lineMax = 120
const short = 40
const named = process.argv.includes("--files")

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const at = (packageName) => join(root, "packages", packageName, "src")

const sourcesOf = (packageName) =>
  readdirSync(at(packageName), { recursive: true })
    .filter((name) => /(?<!\.d)\.tsx?$/.test(name))
    .map((name) => {
      const text = readFileSync(join(at(packageName), name), "utf8")
      return { name, text, lines: text.trimEnd().split("\n") }
    })

const percent = (part, whole) => `${Math.round((100 * part) / Math.max(whole, 1))} %`

const lengths = (packageName, sources) => {
  const counts = sources.map(({ lines }) => lines.length).sort((a, b) => a - b)
  const below = counts.filter((count) => count < short).length
  const all = sources.flatMap(({ lines }) => lines)
  const wide = all.filter((line) => line.length > lineMax).length
  const longest = sources.find(({ lines }) => lines.length === counts.at(-1))
  return [
    packageName.padEnd(9),
    `${counts.length} files`,
    `${all.length} lines`,
    `median ${counts[counts.length >> 1] ?? 0}`,
    `below ${short} lines ${below} (${percent(below, counts.length)})`,
    `longest ${counts.at(-1) ?? 0}${longest ? ` (${longest.name})` : ""}`,
    `lines over ${lineMax} columns ${wide} (${((100 * wide) / Math.max(all.length, 1)).toFixed(1)} %)`
  ].join(", ")
}

/** Files of the same package that a file imports, types included, each with its path below src. */
const importsWithin = (packageName, { name, text }) =>
  ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName }) => {
    const own = `@hibiki/${packageName}/`
    if (fileName.startsWith(own)) return [fileName.slice(own.length)]
    const path = relative(at(packageName), join(at(packageName), dirname(name), fileName))
    return fileName.startsWith(".") && !path.startsWith("..") ? [path] : []
  })

/** The name of the folder just below `folder` in which a path lies; `.` for a file of the folder itself. */
const childOf = (folder, path) => {
  const rest = folder === "" ? path : path.slice(folder.length + 1)
  return rest.includes("/") ? rest.slice(0, rest.indexOf("/")) : "."
}

/** "from -> to" of the folders just below `folder`, with the imports behind each. */
const arrowsBelow = (packageName, sources, folder) => {
  const arrows = new Map()
  const isWithin = (path) => folder === "" || path.startsWith(`${folder}/`)
  for (const source of sources.filter(({ name }) => isWithin(name)))
    for (const imported of importsWithin(packageName, source).filter(isWithin)) {
      const [from, to] = [childOf(folder, source.name), childOf(folder, imported)]
      if (from === to) continue
      const arrow = `${from} -> ${to}`
      arrows.set(arrow, [...(arrows.get(arrow) ?? []), `${source.name} -> ${imported}`])
    }
  return arrows
}

const print = (indent, arrow, files) => {
  console.log(`${indent}${arrow} (${files.length})`)
  if (named) for (const file of files) console.log(`${indent}    ${file}`)
}

const bothWays = (arrows) =>
  [...arrows.keys()]
    .map((arrow) => arrow.split(" -> "))
    .filter(([from, to]) => from < to && to !== "." && from !== "." && arrows.has(`${to} -> ${from}`))

/** Folders that import each other, however many times. */
const reportPairs = (packageName, sources) => {
  const parents = new Set([""])
  for (const { name } of sources)
    for (let folder = dirname(name); folder !== "."; folder = dirname(folder)) parents.add(folder)
  for (const parent of [...parents].sort()) {
    const arrows = arrowsBelow(packageName, sources, parent)
    for (const [one, other] of bothWays(arrows)) {
      console.log(`  ${packageName}/${parent === "" ? "" : `${parent}/`} ${one} <-> ${other}`)
      for (const arrow of [`${one} -> ${other}`, `${other} -> ${one}`]) print("    ", arrow, arrows.get(arrow) ?? [])
    }
  }
}

const reportArrows = (packageName, sources) => {
  const levels = order[packageName]
  const levelOf = (folder) => levels.findIndex((level) => level.includes(folder))
  const arrows = arrowsBelow(packageName, sources, "")
  const unlisted = new Set(sources.map(({ name }) => childOf("", name)).filter((folder) => levelOf(folder) < 0))
  const up = [...arrows].filter(([arrow]) => {
    const [from = -1, to = -1] = arrow.split(" -> ").map(levelOf)
    return to >= from
  })
  console.log(`  ${packageName.padEnd(9)} ${arrows.size} arrows, ${up.length} up`)
  for (const [arrow, files] of up) print("    ", arrow, files)
  for (const folder of unlisted) console.log(`    ${folder} has no place in the order`)
  return up.length > upMax[packageName] || unlisted.size > 0
}

const packages = readdirSync(join(root, "packages")).filter((name) => existsSync(at(name)))
const bySource = packages.map((name) => [name, sourcesOf(name)])

console.log("Files")
for (const [name, sources] of bySource) console.log(`  ${lengths(name, sources)}`)
const everything = bySource.flatMap(([name, sources]) =>
  sources.map((source) => ({ ...source, name: `${name}/${source.name}` }))
)
console.log(`  ${lengths("all", everything)}`)

console.log("Arrows between folders that stand in an order")
const failed = bySource.filter(([name]) => name in order).filter(([name, sources]) => reportArrows(name, sources))

console.log("Folders that import each other")
for (const [name, sources] of bySource) reportPairs(name, sources)

process.exitCode = failed.length > 0 ? 1 : 0
