import { assert, describe, it } from "@effect/vitest"
import type { AuditEntry } from "@hibiki/core/domain/Audit"
import {
  fieldTime,
  filterIn,
  handleIn,
  queryOf,
  targetsOf,
  timeOf,
  withNewest,
  wordMax
} from "../../../src/features/operate/auditEntries.ts"
import { listedMax } from "../../../src/features/operate/createPages.ts"
import { auditEntry } from "./auditRows.ts"

/** From the first number down to the last. */
const down = (first: number, last: number): ReadonlyArray<AuditEntry> =>
  Array.from({ length: first - last + 1 }, (_, at) => auditEntry(first - at))
const seqs = (entries: ReadonlyArray<AuditEntry>) => entries.map(({ seq }) => Number(seq))

describe("the newest page of the audit log", () => {
  it("goes on top of what is known, each entry once", () => {
    const known = { entries: down(5, 2), more: false }
    const next = withNewest(known, { entries: down(7, 4), more: true })
    assert.deepStrictEqual(seqs(next.entries), [7, 6, 5, 4, 3, 2])
    assert.isFalse(next.more, "what is below did not change")
  })

  it("changes nothing without a new entry", () => {
    const known = { entries: down(5, 2), more: true }
    assert.strictEqual(withNewest(known, { entries: down(5, 4), more: true }), known)
    assert.strictEqual(withNewest(known, { entries: [], more: false }), known)
  })

  it("takes the place of the list where entries between them may be missing", () => {
    const page = { entries: down(20, 18), more: true }
    assert.strictEqual(withNewest({ entries: down(5, 2), more: false }, page), page)
    assert.strictEqual(withNewest({ entries: [], more: false }, page), page)
    const all = { entries: down(20, 18), more: false }
    assert.deepStrictEqual(seqs(withNewest({ entries: down(5, 4), more: false }, all).entries), [20, 19, 18, 5, 4])
  })

  it("lets the oldest go beyond the bound of the list, and says that there are more", () => {
    const known = { entries: down(listedMax, 1), more: false }
    const next = withNewest(known, { entries: down(listedMax + 2, listedMax - 1), more: true })
    assert.lengthOf(next.entries, listedMax)
    assert.strictEqual(Number(next.entries.at(-1)?.seq), 3)
    assert.isTrue(next.more)
  })
})

describe("the filter of the audit log", () => {
  it("is read from an address that anybody may have written", () => {
    assert.deepStrictEqual(filterIn({ act: "user.disable", actor: "@ben", from: "1000", until: "x" }), {
      act: "user.disable",
      actor: "@ben",
      target: "",
      from: 1_000,
      until: undefined
    })
    const odd = filterIn({ act: ["a", "b"], target: "x".repeat(1_000), from: "-1", until: "1e99" })
    assert.deepStrictEqual([odd.act, odd.target.length, odd.from, odd.until], ["", wordMax, undefined, undefined])
  })

  it("asks only for what was chosen", () => {
    assert.deepStrictEqual(queryOf(filterIn({})), {})
    assert.deepStrictEqual(queryOf(filterIn({ target: "u1", from: "0" })), { target: "u1", from: 0 })
  })

  it("has usernames after an @ only", () => {
    assert.deepStrictEqual(["@Ben", "@", "command line", "ben"].map(handleIn), ["ben", undefined, undefined, undefined])
  })

  it("has times as their fields have them", () => {
    const at = new Date(2026, 0, 2, 3, 4).getTime()
    assert.strictEqual(fieldTime(at), "2026-01-02T03:04")
    assert.strictEqual(timeOf(fieldTime(at)), at)
    assert.deepStrictEqual([fieldTime(undefined), timeOf(""), timeOf("x")], ["", undefined, undefined])
  })
})

describe("what an entry is about", () => {
  it("stands in the order of the kinds, and numbers are not looked for", () => {
    const entry = auditEntry(1, { targets: { later: "x", count: "30", invite: "i1", user: "u1" } })
    assert.deepStrictEqual(targetsOf(entry), [
      { kind: "user", id: "u1", filters: true },
      { kind: "invite", id: "i1", filters: true },
      { kind: "count", id: "30", filters: false },
      { kind: "later", id: "x", filters: true }
    ])
  })
})
