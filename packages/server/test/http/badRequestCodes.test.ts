import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { BadRequestCode } from "@hibiki/core/protocol/rpc/BadRequestCode"

const folder = fileURLToPath(new URL("../../src/http", import.meta.url))
const given = readdirSync(folder)
  .flatMap((file) => [...readFileSync(`${folder}/${file}`, "utf8").matchAll(/badInput\(([^,]+),/g)])
  .flatMap(([, code = ""]) => [...code.matchAll(/"(\w+)"/g)].map(([, word = ""]) => word))

describe("BadRequest", () => {
  it("has no code that nothing is answered with", () =>
    assert.sameMembers([...new Set(given)], [...BadRequestCode.literals]))
})
