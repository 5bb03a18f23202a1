/**
 * What is begun and never ended: each is cut within its bound, which is told in `endsWithinMs` with some seconds for a
 * busy machine.
 */
import { framed } from "../raw/framed.ts"
import { upgrade } from "../raw/upgrade.ts"
import type { Stage } from "../Stage.ts"
import type { BadInput, Outcome } from "./BadInput.ts"

const timeout: Outcome = { status: 408, code: "timeout" }
const connection = (name: string, bytes: string | Uint8Array, endsWithinMs: number, outcome: Outcome): BadInput => ({
  name,
  tried: { sent: { how: "connection", bytes, endsWithinMs }, outcome }
})

/** Welcome, and then this. */
const live = (name: string, then: Uint8Array): BadInput => ({
  name,
  tried: async ({ people: { stranger } }: Stage) => {
    const hello = framed(JSON.stringify(stranger.hello(await stranger.ticket())))
    const bytes = Buffer.concat([Buffer.from(upgrade("/ws")), hello, then])
    // Nobody reads a close code there any more, so none is sent.
    return { sent: { how: "connection", bytes, endsWithinMs: 45_000 }, outcome: { began: 101 } }
  }
})

const body =
  "POST /api/v1/auth.policy HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"

export const slowInputs: ReadonlyArray<BadInput> = [
  connection("nothing at all", "", 15_000, timeout),
  connection("headers that never end", "GET / HTTP/1.1\r\nHost: x\r\n", 15_000, timeout),
  connection("a body that never comes", body, 25_000, timeout),
  connection("an upgrade and silence", upgrade("/ws"), 12_000, { began: 101, closed: 4408 }),
  connection(
    "a length within the bound without a body",
    Buffer.concat([Buffer.from(upgrade("/ws")), framed("", { length: 60_000 })]),
    ...([12_000, { began: 101, closed: 4408 }] as const)
  ),
  live("a live socket that answers no ping", new Uint8Array()),
  live("a live socket in the middle of a frame", framed("", { length: 60_000 }))
]
