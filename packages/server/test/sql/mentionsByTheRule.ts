/** Holds the rule in SQL against the one in core: for each handle and text both say the same. */
import * as SqlClient from "@effect/sql/SqlClient"
import { isMentioned } from "@hibiki/core/domain/Mentions"
import { Effect, FastCheck } from "effect"
import { mentioned } from "../../src/sql/mentionSql.ts"

type Pair = readonly [text: string, handle: string]

/**
 * Whatever stands around a mention, or looks like one; the last of each block of letters, and what comes after it,
 * among it.
 */
const around = FastCheck.string({
  unit: FastCheck.constantFrom(..."@@＠＠/.-_ \n'’aZzß9éÖ×÷øжΩ\u0301ა\u10ff\u1100،؟।ครﬁẞ鈴さｱ🍵𝒜\\()[]*+?^$|{}"),
  maxLength: 8
})
const oddHandle = FastCheck.string({
  unit: FastCheck.constantFrom(..."az09_.-éßжაकคع\u0301鈴さ𝒜"),
  minLength: 1,
  maxLength: 5
})

/** With the handle as it is or in capitals, once or twice, whole or less its last character. */
const oddPair = FastCheck.tuple(oddHandle, around, around, around, FastCheck.nat(5)).map(
  ([handle, start, middle, end, how]): Pair => {
    const named = how % 3 === 0 ? handle.toUpperCase() : how % 3 === 1 ? handle : [...handle].slice(0, -1).join("")
    return [`${start}@${named}${middle}${how < 3 ? "" : `＠${handle}`}${end}`, handle]
  }
)

/**
 * Every character below U+2100 and some above, before and behind a mention, by itself and behind a dot, and at the end
 * of a handle where that is told.
 */
const everyCharacter = (): ReadonlyArray<Pair> => {
  const codes = Array.from({ length: 0x20ff }, (_, n) => n + 1)
  const high = [
    0x2fff, 0x3042, 0x9234, 0xac00, 0xd7ff, 0xe000, 0xff20, 0xff21, 0xff41, 0xffff, 0x10000, 0x1d49c, 0x1f375, 0x10ffff
  ]
  return [...codes, ...high].flatMap((code): ReadonlyArray<Pair> => {
    const one = String.fromCodePoint(code)
    return [
      [`${one}@sato`, "sato"],
      [`@sato${one}`, "sato"],
      [`@sato.${one}`, "sato"],
      [`@鈴木${one}`, "鈴木"]
    ]
  })
}
const lastCharacters = [
  ..."09AZaz_.-ªµÀÖ×Øö÷ø\u0637\u0df3\u0e04\u10fa\u10ff\u1100\u1dff\u1e00\u1fff\u2000鈴さ𝒜"
].flatMap((last): ReadonlyArray<Pair> => {
  const handle = `a${last}`
  return [
    [`@${handle}`, handle],
    [`@${handle}b`, handle],
    [`@${handle}.b`, handle],
    [`@${handle}.`, handle]
  ]
})

/** `check` is called with what is not the same, and that should be nothing. */
export const mentionsByTheRule = (check: (different: ReadonlyArray<Pair>, mentioned: number, pairs: number) => void) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const pairs = [
      ...everyCharacter(),
      ...lastCharacters,
      ...FastCheck.sample(oddPair, { numRuns: 4_000, seed: 26 }),
      ["@", ""] as const
    ]
    const rows = yield* sql.unsafe<{ readonly mentioned: boolean }>(
      `select ${mentioned("e.text", "e.handle")} as mentioned
       from (select p->>0 as text, p->>1 as handle, n from jsonb_array_elements($1::jsonb) with ordinality e(p, n) offset 0) e order by n`,
      [JSON.stringify(pairs)]
    )
    const ours = pairs.map(([text, handle]) => isMentioned(text, handle))
    check(
      pairs.filter((_, i) => rows[i]?.mentioned !== ours[i]),
      ours.filter(Boolean).length,
      pairs.length
    )
  })
