/** A newer server has codes that are not known here: whoever reads them must not fail at that. */
import { assert, it } from "@effect/vitest"
import { Schema } from "effect"
import { BadRequest, Refused } from "../../../src/protocol/rpc/RpcErrors.ts"

it("the code of a refusal is any text", () => {
  assert.deepInclude(Schema.decodeUnknownSync(Refused)({ _tag: "Refused", code: "too_old" }), {
    _tag: "Refused",
    code: "too_old"
  })
})

it("the code of a bad request is any text", () => {
  const read = Schema.decodeUnknownSync(BadRequest)({ _tag: "BadRequest", code: "too_old", field: "payload.title" })
  assert.deepInclude(read, { _tag: "BadRequest", code: "too_old", field: "payload.title" })
})
