/**
 * The procedures of the manual for units of systemd, beside the units and settings that there are. No systemd is
 * needed.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { assert, describe, it } from "vitest"
import { dataFolder } from "../../src/cli/config/dataFolder.ts"
import { loadSettings, unknownVariables, type Variables } from "../../src/cli/config/Environment.ts"
import { root } from "../e2e/harness.ts"

const operations = readFileSync(join(root, "docs/reference/operations.md"), "utf8")

/** Files of settings in the manual, each told by its first line. */
const files = (): ReadonlyArray<readonly [name: string, variables: Variables]> =>
  [...operations.matchAll(/^# \/etc\/hibiki\/([\w-]+)\.env\b.*\n((?:(?!```).*\n)*)/gm)].map(
    ([, name = "", lines = ""]) => [
      name,
      Object.fromEntries([...lines.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, variable = "", value]) => [variable, value]))
    ]
  )

/** Units that the manual hands to this verb of systemctl. */
const units = (verb: string): ReadonlyArray<string> =>
  [...operations.matchAll(new RegExp(`systemctl ${verb}((?: [a-z][\\w@-]*)+)`, "g"))].flatMap(([, names = ""]) =>
    names.trim().split(" ")
  )

describe("the manual for systemd", () => {
  it("has each unit that it starts started at the next boot, too, and none that it stops", () => {
    assert.deepStrictEqual([...units("start"), ...units("stop")], [])
    const enabled = units("enable --now")
    assert.includeMembers([...enabled], ["hibiki@api-1", "hibiki@api-1b", "hibiki-edge"])
    assert.includeMembers([...units("disable --now")], ["hibiki@api-1"])
    for (const name of enabled) {
      const file = `deploy/systemd/${name.replace(/@.*/, "@")}.service`
      assert.isTrue(existsSync(join(root, file)), file)
      assert.match(readFileSync(join(root, file), "utf8"), /^\[Install\]\nWantedBy=multi-user\.target$/m)
    }
  })

  it("puts what commands need to know into the file that they are given, and only role and port into that of a process", async () => {
    assert.sameMembers([...new Set(files().map(([name]) => name))], ["hibiki", "gateway-1", "chat"])
    for (const [name, variables] of files()) {
      assert.deepStrictEqual(unknownVariables(variables), [], name)
      if (name !== "hibiki") assert.sameMembers(Object.keys(variables), ["ROLE", "HIBIKI_PORT"], name)
    }
    const embedded = files().find(
      ([name, variables]) => name === "hibiki" && variables["HIBIKI_DATABASE_URL"] === undefined
    )
    assert.strictEqual(dataFolder(await Effect.runPromise(loadSettings(embedded?.[1] ?? {}))), "/var/lib/hibiki/data")
  })

  it("names files of commands that run as another user by absolute paths, below the folder of that user", () => {
    const [section = ""] = /^## Run with systemd$.*?^## /ms.exec(operations) ?? []
    const named = [...section.matchAll(/hibiki(?:\.js)? (?:backup|export|import) ([^\s`-]+)/g)].map(
      ([, path = ""]) => path
    )
    assert.isAbove(named.length, 1)
    for (const path of named) assert.match(path, /^\/var\/lib\/hibiki\/(?!data\/)/)
  })
})
