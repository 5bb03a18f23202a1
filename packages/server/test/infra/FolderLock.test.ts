/** One process per folder, whatever state an earlier one left it in. */

import { spawnSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { readdirSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { lockFolder } from "../../src/infra/FolderLock.ts"
import { ownIdentity, type ProcessIdentity } from "../../src/infra/ProcessIdentity.ts"
import { temporaryFolder } from "../backends/pgliteKit.ts"

const leaveLock = (folder: string, identity: ProcessIdentity): string => {
  const path = join(folder, `lock.${randomUUID()}`)
  writeFileSync(path, JSON.stringify(identity))
  return path
}
const locksIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith("lock."))
const take = (folder: string) => Effect.either(Effect.map(lockFolder(folder), () => "taken"))

describe("a folder's lock", () => {
  it.scopedLive("makes the folder, keeps others out with the holder's pid, and is gone with its scope", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "a", "b")
      const scope = yield* Scope.make()
      yield* Scope.extend(lockFolder(folder), scope)
      const refused = yield* Effect.flip(lockFolder(folder))
      assert.deepStrictEqual([refused._tag, refused._tag === "FolderLocked" && refused.pid], ["FolderLocked", process.pid])
      assert.strictEqual(locksIn(folder).length, 1)
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(locksIn(folder).length, 0)
      yield* lockFolder(folder)
    })
  )

  it.scopedLive("is taken over from a process that died, and its file removed", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const dead = spawnSync(process.execPath, ["-e", ""]).pid
      leaveLock(folder, { ...ownIdentity(), pid: dead })
      yield* lockFolder(folder)
      assert.strictEqual(locksIn(folder).length, 1)
    })
  )

  it.scopedLive("is taken over when the pid now belongs to another process", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      leaveLock(folder, { ...ownIdentity(), startedAt: "long ago" })
      yield* lockFolder(folder)
    })
  )

  it.scopedLive("of a process in another container holds while it is touched, and no longer", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const path = leaveLock(folder, { ...ownIdentity(), pid: 1, world: "elsewhere" })
      const refused = yield* Effect.flip(lockFolder(folder))
      assert.deepStrictEqual([refused._tag, refused._tag === "FolderLocked" && refused.pid], ["FolderLocked", 1])
      const before = Date.now() / 1_000 - 60
      utimesSync(path, before, before)
      yield* lockFolder(folder)
    })
  )

  it.scopedLive("half a file, from a start that was cut short, stops nobody", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, `lock.${randomUUID()}.new`), "{")
      writeFileSync(join(folder, `lock.${randomUUID()}`), "{")
      yield* lockFolder(folder)
    })
  )

  it.scopedLive("is never had by two that start at the same moment", () =>
    Effect.gen(function* () {
      for (let round = 0; round < 20; round++) {
        const folder = yield* temporaryFolder
        const results = yield* Effect.scoped(Effect.all([take(folder), take(folder), take(folder)], { concurrency: "unbounded" }))
        assert.isAtMost(results.filter(({ _tag }) => _tag === "Right").length, 1)
        yield* Effect.scoped(lockFolder(folder))
      }
    })
  )

  it.scopedLive("says when the folder can't be written", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "file")
      writeFileSync(file, "")
      const refused = yield* Effect.flip(lockFolder(join(file, "folder")))
      assert.deepStrictEqual([refused._tag, refused._tag === "FolderNotWritable" && refused.code], ["FolderNotWritable", "ENOTDIR"])
    })
  )
})
