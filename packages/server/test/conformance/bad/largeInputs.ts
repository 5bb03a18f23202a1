/** Sizes that no honest client sends. */
import type { BadInput, Outcome } from "./BadInput.ts"

const keysOf = (count: number): string => Array.from({ length: count }, (_, n) => `"k${n}":0`).join(",")
const frame = (name: string, text: string, closed: number): BadInput => ({
  name,
  tried: { sent: { how: "text", text }, outcome: { closed } }
})
const body = (name: string, text: string, outcome: Outcome): BadInput => ({
  name,
  tried: ({ people: { member } }) => ({
    sent: {
      how: "http",
      request: {
        ...{ method: "POST", path: "/api/v1/user.find", body: text },
        headers: { "content-type": "application/json", authorization: `Bearer ${member.token}` }
      }
    },
    outcome
  })
})
const tooLarge: Outcome = { status: 413, code: "too_large" }

export const largeInputs: ReadonlyArray<BadInput> = [
  frame("a frame of 10,000 keys", `{"op":"ping",${keysOf(10_000)}}`, 1009),
  frame("a frame of 5,000 keys", `{"op":"ping",${keysOf(5_000)}}`, 4400),
  frame("a frame of one key of 60,000 characters", `{"op":"ping","${"k".repeat(60_000)}":0}`, 4400),
  frame("a frame of 30,000 numbers", `{"op":"watch","userIds":[${new Array(30_000).fill("0").join(",")}]}`, 4400),
  body("a body of 10,000 keys", `{"query":"a",${keysOf(10_000)}}`, tooLarge),
  body("a body of 5,000 keys", `{"query":"a",${keysOf(5_000)}}`, { status: 400, code: "too_many", field: "payload" }),
  body("a body of depth 1,000,000", `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`, tooLarge)
]
