/** What a backup holds of a folder, whatever lies in it. */
import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { temporaryFolder } from "../../../node/test/temporaryFolder.ts"
import { backupFolder } from "../../src/pglite/backupFolder.ts"

/** Of a database that is at rest. */
const sql = { reserve: Effect.succeed({ executeRaw: () => Effect.void }) } as unknown as SqlClient.SqlClient

describe("a backup", () => {
  it.scopedLive("holds a database that lies on another disk, behind a link", () =>
    Effect.gen(function* () {
      const place = yield* temporaryFolder
      const [folder, disk, copy] = ["data", "disk", "copy"].map((name) => join(place, name)) as [string, string, string]
      for (const each of [folder, disk, copy]) mkdirSync(each)
      writeFileSync(join(disk, "PG_VERSION"), "18")
      writeFileSync(join(folder, "admin.json"), "a secret")
      symlinkSync(disk, join(folder, "pg"))
      const path = join(place, "backup.tgz")
      yield* Effect.provideService(backupFolder(folder, path), SqlClient.SqlClient, sql)
      execFileSync("tar", ["-xzf", path, "-C", copy])
      execFileSync("rm", ["-r", disk])
      assert.strictEqual(readFileSync(join(copy, "pg", "PG_VERSION"), "utf8"), "18")
      assert.throws(() => readFileSync(join(copy, "admin.json")))
    })
  )

  it.scopedLive("holds what a link within the database leads to", () =>
    Effect.gen(function* () {
      const place = yield* temporaryFolder
      const [folder, disk] = [join(place, "data"), join(place, "disk")]
      for (const each of [folder, join(folder, "pg"), disk]) mkdirSync(each)
      writeFileSync(join(disk, "1"), "a segment")
      symlinkSync(disk, join(folder, "pg", "pg_wal"))
      const path = join(place, "backup.tgz")
      yield* Effect.provideService(backupFolder(folder, path), SqlClient.SqlClient, sql)
      assert.include(execFileSync("tar", ["-tzf", path], { encoding: "utf8" }), "pg/pg_wal/1")
    })
  )

  it.scopedLive("fails where a link leads nowhere", () =>
    Effect.gen(function* () {
      const place = yield* temporaryFolder
      const folder = join(place, "data")
      mkdirSync(folder)
      symlinkSync(join(place, "away"), join(folder, "pg"))
      const failed = yield* Effect.flip(
        Effect.provideService(backupFolder(folder, join(place, "backup.tgz")), SqlClient.SqlClient, sql)
      )
      assert.strictEqual(failed._tag, "BackupFailed")
    })
  )
})
