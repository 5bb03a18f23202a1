// A vitest reporter that writes a run's journal: a JSON line when a file's tests are queued, one when they ended, and
// one when the run did. A run that is cut off leaves what it had come to.
import { appendFileSync } from "node:fs"

/** The journal's place, for the run that wants one. */
export const journalVariable = "HIBIKI_TEST_JOURNAL"

const escapeCode = String.fromCharCode(27)
/** What a terminal reads as a colour. */
const colours = new RegExp(`${escapeCode}\\[[\\d;]*m`, "g")

/** Of one error: its message, without colours, and with the difference of what was compared. */
const textOf = ({ diff, message, name, stack }) => {
  const said = message || stack || "failed without a message"
  const text = name && !said.startsWith(name) ? `${name}: ${said}` : said
  return [text, diff].filter(Boolean).join("\n").replaceAll(colours, "")
}

const ancestorsOf = (test) => {
  const names = []
  for (let suite = test.parent; suite.type === "suite"; suite = suite.parent) names.unshift(suite.name)
  return names
}

/** Of a group of tests whose set-up or end failed: the tests in it were skipped, or passed before it. */
const brokenGroups = (module) =>
  [module, ...module.children.allSuites()]
    .filter((group) => group.errors().length > 0)
    .map((group) => ({
      name: group.type === "suite" ? group.fullName : "the file itself",
      errors: group.errors().map(textOf)
    }))

const testOf = (test) => {
  const { errors, state } = test.result()
  return {
    ancestors: ancestorsOf(test),
    title: test.name,
    state,
    ...(state === "failed" ? { errors: errors.map(textOf) } : {}),
    figures: test.meta().figures ?? []
  }
}

export default class Journal {
  #write(entry) {
    const path = process.env[journalVariable]
    if (path !== undefined) appendFileSync(path, `${JSON.stringify(entry)}\n`)
  }

  onTestModuleQueued(module) {
    this.#write({ kind: "queued", file: module.moduleId, project: module.project.name })
  }

  onTestModuleEnd(module) {
    this.#write({
      kind: "ended",
      file: module.moduleId,
      project: module.project.name,
      isFailed: module.state() === "failed",
      broken: brokenGroups(module),
      tests: [...module.children.allTests()].map(testOf)
    })
  }

  onTestRunEnd(_modules, unhandled) {
    this.#write({ kind: "finished", errors: unhandled.map(textOf) })
  }
}
