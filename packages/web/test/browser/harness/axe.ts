/**
 * The accessibility gate: axe in the page, serious and critical findings only. Run from outside the page's own policy.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import type { Device } from "./browser.ts"
import type { World } from "./world.ts"

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

interface Finding {
  readonly id: string
  readonly impact?: string | null
  readonly nodes: ReadonlyArray<{ readonly target: ReadonlyArray<unknown>; readonly failureSummary?: string }>
}

/** Looked at in both, one after the other, so that a test walks once for both. */
const themes = ["light", "dark"] as const

const findingsIn = async (page: Page, theme: (typeof themes)[number]): Promise<ReadonlyArray<string>> => {
  await page.emulateMedia({ colorScheme: theme })
  const findings = await page.evaluate(async (isDark): Promise<ReadonlyArray<Finding>> => {
    if (matchMedia("(prefers-color-scheme: dark)").matches !== isDark) throw new Error("the page is in another theme")
    return (await Reflect.get(globalThis, "axe").run(document, { resultTypes: ["violations"] })).violations
  }, theme === "dark")
  return findings
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 3)
        .map(
          ({ failureSummary, target }) =>
            `${theme}: ${id} at ${target.join(" ")}: ${failureSummary?.replaceAll("\n", " ")}`
        )
    )
}

/** One line a finding, with the theme and where it is. The page has the theme afterwards that it had before. */
export const seriousFindings = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(source)
  const wasDark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches)
  const found: Array<string> = []
  for (const theme of wasDark ? themes.toReversed() : themes) found.push(...(await findingsIn(page, theme)))
  await page.emulateMedia({ colorScheme: wasDark ? "dark" : "light" })
  return found
}

/** A walk through screens, on a small and a large one and in both languages. */
export const walkEverywhere = (world: Pick<World, "device">, walk: (device: Device) => Promise<void>): void => {
  describe("no serious finding, light or dark", () => {
    for (const size of ["phone", "laptop"] as const)
      for (const language of ["ja", "en"] as const)
        it(`on a ${size}, in ${language}`, async () =>
          walk(await world.device({ name: `${size} ${language}`, size, language })))
  })
}
