/** What a database has run, it keeps: a migration that was released never changes, nor does a bound that one was written with. */
import { createHash } from "node:crypto"
import { assert, it } from "@effect/vitest"
import { migrations } from "../../src/infra/Migrations.ts"

const digestOf = (sql: string): string => createHash("sha256").update(sql).digest("hex").slice(0, 12)

/** By version. A new one is added with what this test says of it. */
const frozen: Readonly<Record<number, string>> = {
  1: "3aa26fb69fb0",
  2: "933291dc21a7",
  3: "5bd1d9eec8d9",
  4: "f51a44f239a6",
  5: "0eb7f64b5fc4",
  6: "91a19bdc5519",
  7: "61a6cc7c7aef",
  8: "13f1f001f517",
  9: "3defafbb911a",
  10: "c7546cd4a24b",
  11: "2e5c649a6899",
  12: "6fe8e41decec",
  13: "e9aff288abce",
  14: "abc1486a0642",
  15: "a2a958561848",
  16: "161f3f55e513",
  17: "247db628e168",
  18: "8c8b962c1d83",
  19: "fe2124684488",
  20: "c1bbf08ca478",
  21: "0c6719c8db29",
  22: "5364605dd3d6",
  23: "f0f36c82364a",
  24: "5d3356992abc",
  25: "56192495e544",
  26: "527ef95ac8a4",
  27: "b8bb3df23c83",
  28: "d7eb766f0331",
  29: "f7301b7e1d55",
  30: "dc528d76880f",
  31: "aad926e186f1",
  32: "5ab87566702f",
  33: "afd02bf16347",
  34: "37c0c9e72365",
  35: "50c3267d7ff7"
}

it("no migration is another than it was: databases that ran it would keep the old one, so a change is a migration of its own", () => {
  const now = Object.fromEntries(migrations.map(({ sql, version }) => [version, digestOf(sql)]))
  assert.deepStrictEqual(now, frozen)
})
