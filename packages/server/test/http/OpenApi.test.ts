/** The description of `/api/v1` against the contracts that it describes. */
import { assert, describe, it } from "@effect/vitest"
import { Authorization } from "@hibiki/core/protocol/rpc/Authorization"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Schema } from "effect"
import { errorStatus } from "../../src/http/Answer.ts"
import { errorsOf, openApi, tagOf } from "../../src/http/OpenApi.ts"
import { callsOf } from "../../src/http/StrictRpc.ts"
import { isStreamTag } from "../conformance/StreamSocket.ts"

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly security?: unknown
  readonly requestBody: {
    readonly content: { readonly "application/json": { readonly schema: Record<string, unknown> } }
  }
  readonly responses: Record<
    string,
    {
      readonly description: string
      readonly content: { readonly "application/json": { readonly schema: Record<string, unknown> } }
    }
  >
}
const document = JSON.parse(JSON.stringify(openApi(HibikiRpcs, "https://chat.example.org"))) as {
  readonly openapi: string
  readonly servers: ReadonlyArray<{ readonly url: string }>
  readonly paths: Record<string, { readonly post: Operation }>
  readonly components: { readonly schemas: Record<string, unknown> }
}
const references = (value: unknown): ReadonlyArray<string> =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, member]) =>
        key === "$ref" && typeof member === "string" ? [member] : references(member)
      )

describe("OpenApi", () => {
  it("describes every call that has one answer, and nothing else", () => {
    assert.match(document.openapi, /^3\.1\./)
    assert.deepStrictEqual(
      Object.keys(document.paths).sort(),
      Object.keys(Authorization)
        .filter((tag) => !isStreamTag(tag))
        .map((tag) => `/api/v1/${tag}`)
        .sort()
    )
    assert.deepStrictEqual(document.servers, [{ url: "https://chat.example.org" }])
  })
  it("tells how long texts may be that a schema of ours checks", () => {
    const payloadOf = (tag: string) =>
      document.paths[`/api/v1/${tag}`]?.post.requestBody.content["application/json"].schema
    const name = { type: "string", minLength: 1, maxLength: 64 }
    const [created, registered] = [payloadOf("conversation.create"), payloadOf("auth.register")]
    assert.deepNestedInclude(created, { "properties.title": name })
    assert.deepNestedInclude(registered, { "properties.displayName": name })
    assert.deepNestedInclude(registered, { "properties.device.properties.name": name })
    assert.deepNestedInclude(registered, { "properties.password": { type: "string", maxLength: 128 } })
  })
  it("refers only to schemas that it holds", () => {
    const found = references(document)
    assert.isNotEmpty(found)
    for (const reference of found)
      assert.property(document.components.schemas, reference.replace("#/components/schemas/", ""))
  })
  it("says of a call that answers nothing that its answer is an object, which later versions may add to", () => {
    const nothing = callsOf(HibikiRpcs).filter(
      ({ successSchema }) => JSON.stringify(successSchema.ast) === JSON.stringify(Schema.Struct({}).ast)
    )
    assert.isAbove(nothing.length, 8)
    for (const { _tag, successSchema } of nothing) {
      const schema = document.paths[`/api/v1/${_tag}`]?.post.responses["200"]?.content["application/json"].schema
      assert.deepNestedInclude(
        schema,
        { "properties.value.type": "object", "properties.value.additionalProperties": true },
        _tag
      )
      assert.deepStrictEqual(Schema.encodeUnknownSync(successSchema as Schema.Schema<unknown>)({}), {})
    }
    assert.notInclude(JSON.stringify(document), "$id")
  })
  for (const rpc of callsOf(HibikiRpcs)) {
    const operation = document.paths[`/api/v1/${rpc._tag}`]?.post
    it(`describes ${rpc._tag} whole: words, closed payload, answer, every error, and whether a token is needed`, () => {
      assert.isDefined(operation)
      assert.strictEqual(operation?.operationId, rpc._tag)
      assert.isAbove(operation?.summary.length ?? 0, 10)
      assert.strictEqual(
        operation?.security !== undefined,
        Authorization[rpc._tag as keyof typeof Authorization] !== "anyone"
      )
      const payload = operation?.requestBody.content["application/json"].schema
      assert.deepInclude(payload, { type: "object", additionalProperties: false })
      const statuses = errorsOf(rpc).map((error) => String(errorStatus[tagOf(error.ast) ?? ""]))
      assert.sameMembers(Object.keys(operation?.responses ?? {}), [
        ...new Set(["200", "400", "429", "503", ...statuses])
      ])
    })
    it(`knows a status for every error of ${rpc._tag}, which can be told to come back later`, () => {
      const tags = errorsOf(rpc).map((error) => tagOf(error.ast))
      for (const tag of tags) assert.property(errorStatus, String(tag))
      assert.include(tags, "Unavailable")
    })
  }
})
