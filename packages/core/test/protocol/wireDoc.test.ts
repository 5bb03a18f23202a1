import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { LogEvent } from "../../src/domain/Event.ts"
import { RefusalCode } from "../../src/domain/Refusal.ts"
import { CloseCodes } from "../../src/protocol/CloseCode.ts"

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8")
const page = read("../../docs/wire-protocol.md")
const words = new Set(page.match(/\w+/g))
const ops = (file: string) => [...read(`src/protocol/${file}`).matchAll(/op: "(\w+)"/g)].map(([, op]) => op ?? "")
const badFrameCodes = [...(read("src/protocol/ServerFrame.ts").split("BadFrameCode =")[1] ?? "").matchAll(/"(\w+)"/g)].map(
  ([, code]) => code ?? ""
)

describe("docs/wire-protocol.md", () => {
  const all = {
    "ops of the client": ops("ClientFrame.ts"),
    "ops of the server": ops("ServerFrame.ts"),
    "codes of unreadable frames": badFrameCodes,
    "codes of refusals": RefusalCode.literals,
    "close codes": Object.values(CloseCodes).flatMap(({ code, reason }) => [String(code), reason]),
    "kinds of events": LogEvent.members.flatMap((union) => union.members.map((event) => event.fields.kind.literals[0]))
  }
  for (const [what, names] of Object.entries(all))
    it(`names all ${what}`, () => {
      assert.isAbove(names.length, 8)
      assert.deepStrictEqual(
        [...names].filter((name) => !words.has(name)),
        []
      )
    })
})
