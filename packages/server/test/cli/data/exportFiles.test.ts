/** An export whose target takes no more ends, and says why. */
import { randomBytes } from "node:crypto"
import { Writable } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { sinkTo } from "../../../src/cli/data/exportFiles.ts"

/** A disk that is full after so many bytes. */
const fillingUp = (bytes: number): Writable => {
  let left = bytes
  return new Writable({
    write: (chunk: Buffer, _, done) => {
      left -= chunk.length
      setImmediate(() => done(left < 0 ? new Error("ENOSPC: no space left on device") : null))
    }
  })
}

describe("an export to a disk that fills up", () => {
  for (const packed of [true, false])
    it(`fails with the disk's reason, ${packed ? "packed" : "plain"}`, async () => {
      for (const bytes of [0, 100_000, 1_000_000]) {
        const sink = sinkTo(fillingUp(bytes), { packed, ends: true })
        const writeOn = async () => {
          for (let lines = 0; lines < 1_000; lines++) await sink.write([randomBytes(20_000).toString("base64")])
          await sink.end()
        }
        const reason = await writeOn().then(
          () => assert.fail("it should have failed"),
          (error: unknown) => error
        )
        assert.match(String(reason), /no space left/)
      }
    })
})
