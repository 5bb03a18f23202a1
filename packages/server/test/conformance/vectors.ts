/** The wire vectors as the suite uses them. */
import { vectors } from "../../../core/test/protocol/vectors.ts"

const opOf = (frame: unknown): ReadonlyArray<string> =>
  typeof frame === "object" && frame !== null && "op" in frame && typeof frame.op === "string" ? [frame.op] : []

/** Every op that the valid vectors of one side show. */
export const opsOf = (side: "client" | "server"): ReadonlyArray<string> => [
  ...new Set(vectors[side].valid.flatMap(({ frame }) => opOf(frame)))
]
