import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"

const client = fileURLToPath(new URL("../../src/client/", import.meta.url))

/** What a file imports for values, with what those import in turn. Type imports leave nothing behind. */
const reaches = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(file)) return seen
  seen.add(file)
  if (!file.endsWith(".ts")) return seen
  const source = readFileSync(file, "utf8")
  for (const [, clause = "", from = ""] of source.matchAll(
    /^(?:import|export)\s+(?!type\b)([^"]*?)\s*from "([^"]+)"/gm
  )) {
    const names = clause.replace(/[{}]/g, "").split(",")
    if (names.every((name) => name.trim() === "" || name.trim().startsWith("type "))) continue
    reaches(from.startsWith(".") ? join(dirname(file), from) : from, seen)
  }
  return seen
}

/** What a page needs before it has loaded the live part. */
const plain = [
  "loop/ClientCore",
  "hints/ClientHints",
  "connection/ConnectionMachine",
  "list/ConversationState",
  "feed/Feed",
  "feed/FeedView",
  "feed/KeptFeed",
  "feed/LogCursor",
  "outbox/Outbox",
  "list/PersonalFeed",
  "feed/FeedRows",
  "../domain/Limits",
  "../domain/RowRules",
  "../domain/TextRules",
  "../protocol/ClientFrame",
  "../protocol/ServerFrame"
]

describe("the client's plain parts", () => {
  for (const name of plain)
    it(`${name} reaches no library, so that a page can show what it has before one is loaded`, () => {
      const found = [...reaches(join(client, `${name}.ts`))]
      assert.deepStrictEqual(
        found.filter((file) => !file.endsWith(".ts")),
        []
      )
      assert.isAbove(found.length, 0)
    })

  it("the check itself sees a library", () => assert.isTrue(reaches(join(client, "HibikiClient.ts")).has("effect")))
})
