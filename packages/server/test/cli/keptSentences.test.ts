import { assert, describe, it } from "vitest"
import { keptSentences } from "../../src/cli/cluster/keptSentences.ts"

describe("why dead letters stay", () => {
  it("is said once for each reason, with the first of them and how many more there are", () => {
    const kept = [
      { name: "a", why: "refused" },
      { name: "b", why: "unreadable" },
      { name: "c", why: "refused" },
      { name: "d", why: "missing" }
    ] as const
    assert.deepStrictEqual(keptSentences(kept), [
      "The partition is full, and it stays; replay it when the workers have caught up: a, and 1 more.",
      "Can't be read by this version, or belongs to no partition, and stays: b.",
      "Belongs to a partition that RabbitMQ does not have, and stays: d."
    ])
    assert.deepStrictEqual(keptSentences([]), [])
  })
})
