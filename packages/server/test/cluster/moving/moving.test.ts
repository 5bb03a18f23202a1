import { assert, describe, inject, it } from "vitest"
import { emptyDatabase } from "../emptyDatabase.ts"
import { moveToCluster } from "./moveToCluster.ts"

describe("moving from a folder to a cluster", () => {
  it("leaves everybody signed in, with the same screens, and stores nothing twice", async () => {
    const lines: Array<string> = []
    await moveToCluster({
      events: 2_000,
      addresses: {
        databaseUrl: await emptyDatabase(inject("postgresUrl")),
        rabbit: inject("rabbit"),
        redisUrl: inject("redisUrl")
      },
      log: (line) => lines.push(line)
    })
    console.log(lines.join("\n"))
    assert.isTrue(lines.some((line) => line.includes("exactly what the export says")))
  })
})
