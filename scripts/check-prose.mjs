// Counts two habits that a reader has to translate in documents, settings and comments, and fails above a bound: clauses
// that begin with a bare who or what, and "is said", "is kept" and the like. `--list` prints every place.
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")

/** Hits of each pattern per 1,000 words of documents, settings and comments each. A document may have one hit. */
const aim = 0.5

/** The most words that README.md may have. */
const readmeWords = 900

/** "says what happened, what it means and what to do": objects of a verb, the first of which is not a hit either. */
const objects =
  /\b(?:says?|tells?|shows?|sees?|knows?|decides?|names?|explains?|records?|reports?|describes?|documents?|asks?|lists?|defines?|chooses?|learns?|checks?|counts?|of|on|about) (?:what|who|whom|how|why|whether|which|where|when)\b/i

const sentenceStart = String.raw`(?:^|\n[ \t]*\n)[\s>#*_("+|-]*|\n[ \t]*(?:[-*+]|\d+\.|#+|>)[ \t]+[*_("]*|\|[ \t]*[*_("]*|[.!?][*_)"]*\s+[*_("]*|[;:][*_)"]*\s+`

const patterns = [
  {
    name: "bare",
    advice: "clauses that begin with a bare who, what or whoever: name the actor or the thing instead",
    regex: new RegExp(
      `(?:(${sentenceStart})(?:those\\s+who|whoever|whatever|what|who)|(?:,\\s+|\\band\\s+)(?:those\\s+who|whoever|whatever(?!\\s+(?:an?|the|it|its|happens|comes)\\b)|what))(?=\\s+(?!to\\b)[\\w\`])`,
      "gi"
    ),
    /** A question, or one of several objects of a verb. */
    isFine: ({ after, before, match }) =>
      (/^[^.!;:]*\?/.test(after) && match[1] !== undefined) || (match[1] === undefined && objects.test(before))
  },
  {
    name: "passive",
    advice: "is, was or be said, told, asked, held or kept: name who does it, by the trade's word",
    regex:
      /\b(?:is|are|was|were|be|been|being)\s+(?:(?:not|never|always|only|also|still|then|both|\w+ly)\s+)?(?:said|told|asked|held|kept)\b/gi,
    isFine: () => false
  }
]

const blank = (text) => text.replace(/[^\n]/g, " ")

/** Blanks all that is no prose, place by place, so that an offset stays an offset of the file. */
const proseOf = (markdown) =>
  markdown
    .replace(/<!-- ([\w ]+): begin -->[\s\S]*?<!-- \1: end -->/g, blank)
    .replace(/^ *```[\s\S]*?^ *```/gm, blank)
    .replace(/<!--[\s\S]*?-->/g, blank)
    // The heads of a table are labels, such as "what it means".
    .replace(/^\|.*\|[ \t]*\n(?=\|[ :|-]+\|[ \t]*$)/gm, blank)
    .replace(/\]\([^)\s]*\)/g, blank)
    .replace(/`[^`\n]+`/g, (code) => "x".repeat(code.length))

const sentenceBefore = (text, index) =>
  text
    .slice(Math.max(0, index - 400), index)
    .split(/[.!?;]\s|\n\s*\n|\|/)
    .at(-1)

const lineOf = (text, index) => text.slice(0, index).split("\n").length

const hitsOf = (path, text) =>
  Object.fromEntries(
    patterns.map(({ isFine, name, regex }) => {
      const found = [...text.matchAll(regex)].filter((match) => {
        const end = match.index + match[0].length
        return !isFine({ match, before: sentenceBefore(text, match.index), after: text.slice(end, end + 300) })
      })
      const places = found.map((match) => {
        const at = match.index + match[0].length
        return `${path}:${lineOf(text, at)} ${name}: ${text
          .slice(at - match[0].trimStart().length, at + 60)
          .replace(/\s+/g, " ")}`
      })
      return [name, places]
    })
  )

const measure = (path, text) => ({
  path,
  words: text.match(/[\p{L}\p{N}]\S*/gu)?.length ?? 0,
  hits: hitsOf(path, text)
})

const filesUnder = (folder, matches) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesUnder(path, matches)
    return matches.test(entry.name) ? [path] : []
  })

const exists = (folder) => readdirSync(root).includes(folder)

const documents = [
  ...readdirSync(root)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(root, name)),
  ...(exists("docs") ? filesUnder(join(root, "docs"), /\.md$/) : [])
]

/** A source's comments and its longer texts, each in place, with all else blanked. */
const textsOf = (path, source) => {
  const kind = path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, false, kind)
  const texts = []
  let code = ""
  const visit = (node) => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)
    if (isText || ts.isRegularExpressionLiteral(node) || ts.isJsxText(node)) {
      // Of JSX the full start, since two slashes at a line's begin are text there.
      const from = ts.isJsxText(node) ? node.pos : node.getStart(file)
      code += source.slice(code.length, from) + blank(source.slice(from, node.end))
      if (isText && /\w \w+ \w+ \w/.test(node.text)) texts.push([from + 1, node.end - 1])
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  code += source.slice(code.length)
  const comments = [...code.matchAll(/\/\*[\s\S]*?\*\/|\/\/.*/g)].map((match) => [
    match.index,
    match.index + match[0].length
  ])
  return { comments: only(source, comments), texts: only(source, texts) }
}

const commentSigns = /\/\*+|\*+\/|^[ \t]*\*+(?= |$)|\/\/+/gm

/** The ranges of a text in their places. A bar, as between the cells of a table, parts those with code between them. */
const only = (source, ranges) => {
  let text = ""
  for (const [from, to] of ranges) {
    const between = source.slice(text.length, from)
    text += between.trim() === "" ? between : `${blank(between.slice(0, -1))}${between.endsWith("\n") ? "\n" : "|"}`
    text += source
      .slice(from, to)
      .replace(commentSigns, blank)
      .replace(/`[^`\n]+`/g, (code) => "x".repeat(code.length))
  }
  return text
}

const sources = readdirSync(join(root, "packages")).flatMap((name) => {
  const folder = join(root, "packages", name)
  return readdirSync(folder).includes("src") ? filesUnder(join(folder, "src"), /\.tsx?$/) : []
})

const read = (absolute) => [relative(root, absolute).split(sep).join("/"), readFileSync(absolute, "utf8")]

const measured = { documents: [], settings: [], comments: [] }
for (const [path, text] of documents.map(read)) measured.documents.push(measure(path, proseOf(text)))
for (const [path, text] of sources.map(read)) {
  const { comments, texts } = textsOf(path, text)
  measured.comments.push(measure(path, comments))
  if (/^packages\/(server\/src\/cli|node\/src|terminal\/src)\//.test(path)) measured.settings.push(measure(path, texts))
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0)
const problems = []

const rate = (texts, name) => {
  const words = sum(texts.map((text) => text.words))
  return words === 0 ? 0 : (1000 * sum(texts.map(({ hits }) => hits[name].length))) / words
}

const bound = (group) => {
  const texts = measured[group]
  for (const { advice, name } of patterns) {
    if (rate(texts, name) <= aim) continue
    problems.push(`${group}: ${rate(texts, name).toFixed(2)} per 1,000 words, at most ${aim}, of ${advice}`)
    for (const place of texts.flatMap(({ hits }) => hits[name])) problems.push(`${group}: ${place}`)
  }
}

for (const { hits, path, words } of measured.documents)
  for (const { advice, name } of patterns) {
    const most = Math.max(1, Math.floor((words * aim) / 1000))
    if (hits[name].length > most)
      problems.push(`${path}: ${hits[name].length}, at most ${most}, of ${advice}`, ...hits[name])
  }
for (const group of Object.keys(measured)) bound(group)

const readme = measured.documents.find(({ path }) => path === "README.md")
if (readme !== undefined && readme.words > readmeWords)
  problems.push(`README.md: ${readme.words} words, at most ${readmeWords}`)

if (process.argv.includes("--list"))
  for (const { hits } of Object.values(measured).flat())
    for (const place of Object.values(hits).flat()) console.log(place)
for (const problem of problems) console.log(problem)
for (const [group, texts] of Object.entries(measured)) {
  const rates = patterns.map(({ name }) => `${name} ${rate(texts, name).toFixed(2)}`).join(", ")
  console.log(`${group}: ${sum(texts.map(({ words }) => words))} words, per 1,000: ${rates}`)
}
process.exitCode = problems.length > 0 ? 1 : 0
