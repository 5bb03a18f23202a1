import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, expect, it } from "@effect/vitest"
import { withSection } from "../../bench/report.ts"
import { LogEvent } from "../../src/domain/Event.ts"
import { RefusalCode } from "../../src/domain/Refusal.ts"
import { commandOps } from "../../src/protocol/ClientFrame.ts"
import { CloseCodes } from "../../src/protocol/CloseCode.ts"
import { BadRequestCode } from "../../src/protocol/rpc/BadRequestCode.ts"
import { callTable, frameTable } from "./commandTables.ts"
import { withCommandVectors } from "./commandVectors.ts"
import { vectorsPath, vectorsText } from "./vectors.ts"

const pathOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const read = (path: string) => readFileSync(pathOf(path), "utf8")
const file = "../../docs/reference/wire-protocol.md"
const page = read(file)
const ops = (file: string) => [
  ...new Set([...read(`src/protocol/${file}`).matchAll(/op: "(\w+)"/g)].map(([, op]) => op ?? ""))
]
const badFrameCodes = [
  ...(read("src/protocol/ServerFrame.ts").split("BadFrameCode =")[1]?.split("\n\n")[0] ?? "").matchAll(/"(\w+)"/g)
].map(([, code]) => code ?? "")

const section = (title: string): string => page.split(/^## \d+\. /m).find((part) => part.startsWith(`${title}\n`)) ?? ""
const words = (text: string | undefined): ReadonlyArray<string> => text?.match(/\w+/g) ?? []
/** Cells of the tables in a text, row by row, without their heads. */
const rows = (text: string | undefined): ReadonlyArray<ReadonlyArray<string>> =>
  [...(text ?? "").matchAll(/^\|---.*\n((?:\|.*\n)+)/gm)].flatMap(([, body = ""]) =>
    body
      .trimEnd()
      .split("\n")
      .map((row) => row.split("|").slice(1))
  )
const firstColumn = (text: string | undefined): ReadonlyArray<string> => rows(text).flatMap(([cell]) => words(cell))
/** What stands in backquotes after these words, to the end of their paragraph. */
const spansAfter = (text: string, beginning: string): ReadonlyArray<string> =>
  [...(text.split(beginning)[1]?.split("\n")[0] ?? "").matchAll(/`([^`]+)`/g)].flatMap(([, span]) => words(span))

const ofServer = section("Server frames").split("**Events** are")
const closeCodes = rows(section("Sockets")).map(([code, reason]) => `${code?.trim()} ${reason?.trim()}`)

describe("docs/reference/wire-protocol.md", () => {
  const all: Readonly<Record<string, readonly [inCode: ReadonlyArray<string>, inPage: ReadonlyArray<string>]>> = {
    "codes of bad requests": [
      BadRequestCode.literals,
      firstColumn(section("Sign-in and tickets").split("By its `code`:")[1])
    ],
    "ops of the client": [
      [...new Set([...ops("ClientFrame.ts"), ...commandOps])],
      firstColumn(section("Client frames"))
    ],
    "ops of the server": [ops("ServerFrame.ts"), firstColumn(ofServer[0])],
    "codes of unreadable frames": [badFrameCodes, spansAfter(section("Client frames"), "The codes:")],
    "codes of refusals": [RefusalCode.literals, firstColumn(section("Logs").split("### Final codes")[1])],
    "close codes": [
      Object.values(CloseCodes).map(({ code, reason }) => `${code} ${reason}`),
      closeCodes.filter((row) => /^\d/.test(row))
    ],
    "kinds of events": [
      LogEvent.members.flatMap((union) => union.members.map((event) => event.fields.kind.literals[0])),
      firstColumn(ofServer[1])
    ]
  }
  for (const [what, [inCode, inPage]] of Object.entries(all))
    it(`names all ${what} where it tells of them, and no other`, () => {
      assert.isAbove(inCode.length, 8)
      assert.sameMembers([...inPage], [...inCode])
    })

  it("tells of the commands what their kinds say: `npm run docs` writes the tables", async () => {
    const written = withSection(withSection(page, "sent commands", frameTable), "called commands", callTable)
    await expect(written).toMatchFileSnapshot(pathOf(file))
  })
})

describe("docs/reference/wire-vectors.json", () => {
  it("has those that follow from the kinds of commands: `npm run docs` writes them", async () => {
    await expect(withCommandVectors(vectorsText)).toMatchFileSnapshot(vectorsPath)
  })
})
