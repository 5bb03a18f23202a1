import { assert, describe, it } from "@effect/vitest"
import type { Schema } from "effect"
import type { CommandKind } from "../../src/commands/CommandKind.ts"
import { commandKinds } from "../../src/commands/commandKinds.ts"
import { commandOps } from "../../src/protocol/ClientFrame.ts"
import { ConversationRpcs } from "../../src/protocol/rpc/ConversationRpcs.ts"

const kinds: ReadonlyArray<readonly [string, CommandKind<Schema.Schema.AnyNoContext>]> = Object.entries(commandKinds)

describe("kinds of commands", () => {
  it("are listed under their own names, which their bodies carry", () => {
    for (const [name, { body, kind }] of Object.entries(commandKinds)) {
      assert.strictEqual(kind, name)
      assert.deepStrictEqual(body.fields.kind.literals as ReadonlyArray<string>, [name])
    }
  })

  it("are each a frame or a call, so that a client can give them", () => {
    // `react` with `on: false`, and a frame that is decided in the gateway.
    const otherFrames = ["unreact", "read"]
    const frames: ReadonlySet<string> = new Set([...commandOps, ...otherFrames])
    const missing = kinds.flatMap(([name]) =>
      frames.has(name) || ConversationRpcs.requests.has(`conversation.${name}`) ? [] : [name]
    )
    assert.deepStrictEqual(missing, [])
  })

  it("cause events whose effects one module gives, and no two", () => {
    const given = kinds.flatMap(([, { effects }]) => Object.keys(effects ?? {}))
    assert.deepStrictEqual([...new Set(given)], given)
    for (const [name, { causes }] of kinds)
      for (const cause of causes) assert.isTrue(given.includes(cause), `${name}: ${cause}`)
  })
})
