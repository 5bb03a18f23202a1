/** The wire vectors of docs/reference/wire-vectors.json, as tests read them. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

interface Vector {
  readonly name: string
  readonly text?: string
  readonly parts?: ReadonlyArray<string | { readonly repeat: string; readonly times: number }>
}
export interface ValidVector extends Vector {
  readonly frame?: unknown
}
export interface InvalidVector extends Vector {
  readonly code: string
  readonly field: string
  readonly id?: string
  readonly conversationId?: string
}
interface Vectors {
  readonly client: { readonly valid: ReadonlyArray<ValidVector>; readonly invalid: ReadonlyArray<InvalidVector> }
  readonly server: { readonly valid: ReadonlyArray<ValidVector>; readonly ignored: ReadonlyArray<Vector> }
}

export const vectorsPath = fileURLToPath(new URL("../../../../docs/reference/wire-vectors.json", import.meta.url))
export const vectorsText = readFileSync(vectorsPath, "utf8")
export const vectors: Vectors = JSON.parse(vectorsText)

export const inputOf = (vector: Vector): string =>
  vector.text ??
  (vector.parts ?? []).map((part) => (typeof part === "string" ? part : part.repeat.repeat(part.times))).join("")
