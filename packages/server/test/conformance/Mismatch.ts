/** What a case throws: that the server did something else than it should, or that the case can't be tried. */
import { isDeepStrictEqual } from "node:util"

/** The server did something else than it should. */
export class Mismatch extends Error {
  constructor(
    readonly what: string,
    readonly expected: unknown,
    readonly got: unknown
  ) {
    super(`${what}: expected ${shown(expected)}, got ${shown(got)}`)
  }
}

/** The case can't be tried on this server: no failure, but told. */
export class Skipped extends Error {}

export const shown = (value: unknown): string => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value))
  return text.length > 300 ? `${text.slice(0, 300)}...` : text
}

export const expectSame = (what: string, expected: unknown, got: unknown): void => {
  if (!isDeepStrictEqual(expected, got)) throw new Mismatch(what, expected, got)
}

export const expectThat = (what: string, holds: boolean, got: unknown): void => {
  if (!holds) throw new Mismatch(what, "it to hold", got)
}
