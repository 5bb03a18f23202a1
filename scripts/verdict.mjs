// What a run of tests says: red, green, or "look once more". Pure rules over the journal (vitest-journal.mjs) of a run;
// second-look.mjs runs vitest by them.
import { relative } from "node:path"
import { figureFactor } from "./figures.mjs"

/** More failed files than this are no accident of a busy machine. */
export const secondLooksMax = 3
/** Lines that a red run ends with, at most. */
export const redLinesMax = 40

/** Files that show promises by where they lie. One failure is red, whatever the machine did. */
const promisesByPath =
  /(?:^|\/)(?:conformance|kill|killedStart|nemesis|sim|contracts|checker|simulation)(?:\/|\.test\.)|\/Authorization\.test\./
/** And by what they run: contract suites, simulation and checker. */
const promisesByImport = /@hibiki\/testing\/(?:contracts|checker|simulation)\//
/** What any test says of a message that took another way than promised. */
const brokenPromise = /\b(?:lost|doubled|duplicated?|twice|reordered|out of order|leaked|leaks?|violations?)\b/i

/** The run's files, by what the journal tells of them. Paths are relative to the root. */
export const readJournal = (text, root) => {
  const files = new Map()
  let finished
  for (const line of text.split("\n")) {
    if (line === "") continue
    const { kind, ...entry } = JSON.parse(line)
    if (kind === "finished") finished = entry
    else {
      const path = relative(root, entry.file)
      files.set(path, { ...files.get(path), ...entry, file: path, hasEnded: kind === "ended" })
    }
  }
  const all = [...files.values()]
  return {
    ended: all.filter(({ hasEnded }) => hasEnded),
    unended: all.filter(({ hasEnded }) => !hasEnded).map(({ file }) => file),
    outside: finished?.errors ?? [],
    isFinished: finished !== undefined
  }
}

/** The failures of one file: each test's, and each group's whose set-up failed. */
const failuresOf = ({ broken, tests }) => [
  ...broken,
  ...tests
    .filter(({ state }) => state === "failed")
    .map(({ ancestors, errors, title }) => ({ name: [...ancestors, title].join(" > "), errors }))
]

export const failedFiles = (run) =>
  run.ended
    .filter(({ isFailed }) => isFailed)
    .map((file) => ({ file: file.file, project: file.project, failures: failuresOf(file) }))

/** Why a failed file gets no second look; undefined when it may have one. `source` is the file's text. */
export const promiseShownBy = ({ failures, file }, source) => {
  if (promisesByPath.test(file) || promisesByImport.test(source)) return "this file shows promises"
  if (failures.some(({ errors }) => errors.some((error) => brokenPromise.test(error))))
    return "its error tells of a broken promise"
  return undefined
}

/**
 * What follows from a first run. `look`: the files to run again, alone. `red`: why the run is red already; nothing is
 * run again then.
 */
export const afterFirst = (run, sourceOf) => {
  const failed = failedFiles(run)
  if (!run.isFinished) return { look: [], red: "the run ended before its tests did" }
  if (run.outside.length > 0) return { look: [], red: "something failed outside of any test" }
  if (failed.length > secondLooksMax) return { look: [], red: `more than ${secondLooksMax} files failed` }
  for (const file of failed) {
    const why = promiseShownBy(file, sourceOf(file.file))
    if (why !== undefined) return { look: [], red: `no second look at ${file.file}: ${why}` }
  }
  return { look: failed, red: undefined }
}

const firstLine = (text) => text.split("\n").find((line) => line.trim() !== "") ?? ""
const cut = (line, most = 200) => (line.length > most ? `${line.slice(0, most - 1)}…` : line)

/** Lines for files that passed alone, each with its first error. */
export const secondLookLines = (files) =>
  files.flatMap(({ failures, file }) => [
    `failed beside others, passed alone: ${file}`,
    cut(`  ${failures[0]?.name ?? "the file itself"}: ${firstLine(failures[0]?.errors[0] ?? "")}`)
  ])

/** The last lines of a red run: why, then file, test, first lines of the error, and how to run it alone. */
export const redLines = ({ failed, outside, unended, why }) => {
  const head = [`RED: ${why}`]
  const tail = [
    ...(unended.length > 0 ? [`not ended: ${unended.slice(0, 4).join(", ")}${unended.length > 4 ? ", …" : ""}`] : []),
    ...outside.slice(0, 2).map((error) => cut(`outside of any test: ${firstLine(error)}`))
  ]
  const lines = []
  const room = redLinesMax - head.length - tail.length - 1
  let told = 0
  for (const { failures, file, project } of failed) {
    const own = [file]
    for (const { errors, name } of failures.slice(0, 3)) {
      own.push(cut(`  ${name}`))
      const said = (errors[0] ?? "").split("\n").filter((line) => line.trim() !== "")
      own.push(...said.slice(0, 4).map((line) => cut(`    ${line}`)))
    }
    if (failures.length > 3) own.push(`  and ${failures.length - 3} more of its tests`)
    own.push(`  alone: npx vitest run ${project === "" ? "" : `--project ${project} `}${file}`)
    if (lines.length + own.length > room) break
    lines.push(...own)
    told++
  }
  if (told < failed.length) lines.push(`and ${failed.length - told} more files`)
  return [...head, ...lines, ...tail]
}

/** A table of what was measured, the nearest to its bound first. */
export const figureLines = (run) => {
  const figures = run.ended.flatMap(({ tests }) => tests.flatMap((test) => test.figures))
  const share = ({ bound, measured }) => measured / bound
  return figures
    .sort((a, b) => share(b) - share(a))
    .map(({ bound, measured, name, unit }) => {
      const over = measured > bound ? `  over, red at ${figureFactor * bound}` : ""
      return `figure: ${name}: ${Number(measured.toPrecision(3))} ${unit}, bound ${bound}${over}`
    })
}
