/** The accessibility gate: axe in the page, serious and critical findings only. Run from outside the page's own policy. */

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Page } from "playwright-core"

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

interface Finding {
  readonly id: string
  readonly impact?: string | null
  readonly nodes: ReadonlyArray<{ readonly target: ReadonlyArray<unknown>; readonly failureSummary?: string }>
}

/** One line a finding, with where it is. */
export const seriousFindings = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(source)
  const findings = await page.evaluate(
    async (): Promise<ReadonlyArray<Finding>> =>
      (await Reflect.get(globalThis, "axe").run(document, { resultTypes: ["violations"] })).violations
  )
  return findings
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ failureSummary, target }) => `${id} at ${target.join(" ")}: ${failureSummary?.replaceAll("\n", " ")}`)
    )
}
