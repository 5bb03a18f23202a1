/** What the reader of frames tells, as lines. */
import { type HalfRead, readFrames } from "../../src/gateway/FrameReader.ts"

/** Reads pieces as they come, until nothing more may be read, and gives what was told, with what is held at the end. */
export const readPieces = (pieces: ReadonlyArray<Uint8Array>) => {
  const told: Array<string> = []
  let over = false
  let half: HalfRead | undefined
  const end = (what: string) => {
    told.push(what)
    over = true
  }
  for (const piece of pieces) {
    if (over) break
    half = readFrames(Buffer.from(piece), half, {
      frame: () => undefined,
      text: (message) => told.push(`text ${message}`),
      binary: () => told.push("binary"),
      pinged: (payload) => told.push(`ping ${Buffer.from(payload).toString("latin1")}`),
      ponged: () => told.push("pong"),
      ended: (code) => end(`close ${code}`),
      faulty: (fault) => end(`fault ${fault}`)
    })
  }
  return { told, half }
}
