import { assert, describe, it } from "@effect/vitest"
import type { Schema } from "effect"
import type { CommandKind } from "../../src/commands/CommandKind.ts"
import { commandKinds } from "../../src/commands/commandKinds.ts"

const kinds: ReadonlyArray<readonly [string, CommandKind<Schema.Schema.AnyNoContext>]> = Object.entries(commandKinds)

describe("kinds of commands", () => {
  it("are listed under their own names, which their bodies carry", () => {
    for (const [name, { body, kind }] of Object.entries(commandKinds)) {
      assert.strictEqual(kind, name)
      assert.deepStrictEqual(body.fields.kind.literals as ReadonlyArray<string>, [name])
    }
  })

  it("cause events whose effects one module gives, and no two", () => {
    const given = kinds.flatMap(([, { effects }]) => Object.keys(effects ?? {}))
    assert.deepStrictEqual([...new Set(given)], given)
    for (const [name, { causes }] of kinds)
      for (const cause of causes) assert.isTrue(given.includes(cause), `${name}: ${cause}`)
  })
})
