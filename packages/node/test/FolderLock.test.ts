/** One process per folder, whatever state an earlier one left it in. */

import { spawnSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Either, Exit, type Fiber, Scope, TestClock } from "effect"
import { FolderLocked, lockFolder } from "../src/FolderLock.ts"
import { ownIdentity, type ProcessIdentity } from "../src/ProcessIdentity.ts"
import { temporaryFolder } from "./temporaryFolder.ts"

const leaveLock = (folder: string, identity: ProcessIdentity): string => {
  const path = join(folder, `lock.${randomUUID()}`)
  writeFileSync(path, JSON.stringify(identity))
  return path
}
const leaveForeign = (folder: string) => leaveLock(folder, { ...ownIdentity(), pid: 1, world: "elsewhere" })
const setTouched = (path: string, ms: number) => utimesSync(path, ms / 1_000, ms / 1_000)
const twoBeatsMs = 10_000
const turn = Effect.promise(() => new Promise<void>((resolve) => void setImmediate(resolve)))
/** Until both who beats and who looks sleep again, or it has ended. */
const settled = (taking: Fiber.RuntimeFiber<unknown, unknown>) =>
  Effect.gen(function* () {
    const sinceMs = performance.now()
    while (taking.unsafePoll() === null && Chunk.size(yield* TestClock.sleeps()) < 2) {
      if (performance.now() - sinceMs > 120_000) return assert.fail("nobody looks")
      yield* turn
    }
  })
/** So much time passes, step by step; less when it ends before. */
const passing = (taking: Fiber.RuntimeFiber<unknown, unknown>, ms: number) =>
  Effect.gen(function* () {
    yield* settled(taking)
    for (let pastMs = 0; pastMs < ms && taking.unsafePoll() === null; pastMs += 500) {
      yield* TestClock.adjust(500)
      yield* settled(taking)
    }
  })
const locksIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith("lock."))
const take = (folder: string) => Effect.either(Effect.map(lockFolder(folder), () => "taken"))

describe("a folder's lock", () => {
  it.scopedLive("makes the folder, keeps others out with the holder's pid, and is gone with its scope", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "a", "b")
      const scope = yield* Scope.make()
      yield* Scope.extend(lockFolder(folder), scope)
      const refused = yield* Effect.flip(lockFolder(folder))
      assert.deepStrictEqual(
        [refused._tag, refused._tag === "FolderLocked" && refused.pid],
        ["FolderLocked", process.pid]
      )
      assert.strictEqual(locksIn(folder).length, 1)
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(locksIn(folder).length, 0)
      yield* lockFolder(folder)
    })
  )

  it.scopedLive("is refused, and not tried for good, where no folder can be made or a file stands", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "file")
      writeFileSync(file, "")
      for (const place of [file, join(file, "a")]) {
        const refused = yield* Effect.flip(lockFolder(place))
        assert.deepInclude(refused, { _tag: "FolderNotWritable", folder: place, file })
      }
      if (process.platform !== "linux") return
      for (const place of ["/proc/x", "/proc/x/y"])
        assert.deepInclude(yield* Effect.flip(lockFolder(place)), {
          _tag: "FolderNotWritable",
          folder: place,
          code: "ENOENT",
          file: undefined
        })
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

  // Each with a clock of its own: who was told to stop while it slept is still among a clock's sleepers, and would be
  // taken for one who looks.
  for (const aheadMs of [3_600_000, 0, -3_600_000])
    it.scoped(
      `of a process that can't be looked up is taken over when nobody touches it for two beats, touched last ${aheadMs} ms ahead`,
      () =>
        Effect.gen(function* () {
          const folder = yield* temporaryFolder
          setTouched(leaveForeign(folder), Date.now() + aheadMs)
          const taking = yield* Effect.fork(Effect.either(lockFolder(folder)))
          yield* passing(taking, twoBeatsMs)
          assert.deepStrictEqual(yield* taking, Either.void)
          assert.strictEqual(locksIn(folder).length, 1)
        })
    )

  for (const aheadMs of [3_600_000, 5_000, -3_600_000])
    it.scoped(`of a process that can't be looked up holds while it is touched, by a clock ${aheadMs} ms ahead`, () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const path = leaveForeign(folder)
        setTouched(path, Date.now() - 7_200_000)
        const taking = yield* Effect.fork(Effect.either(lockFolder(folder)))
        yield* passing(taking, twoBeatsMs / 2)
        setTouched(path, Date.now() + aheadMs)
        yield* passing(taking, twoBeatsMs / 2)
        assert.deepStrictEqual(yield* taking, Either.left(new FolderLocked({ folder, pid: 1 })))
        assert.deepStrictEqual(locksIn(folder), [basename(path)])
      })
    )

  it.scoped("is let go by one that ends while another watches it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const path = leaveForeign(folder)
      const taking = yield* Effect.fork(lockFolder(folder))
      yield* passing(taking, twoBeatsMs / 2)
      rmSync(path)
      yield* passing(taking, twoBeatsMs / 2)
      yield* taking
    })
  )

  it.scoped("is touched by who waits for it, so that another who can't look him up waits as well", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const foreign = leaveForeign(folder)
      const taking = yield* Effect.fork(lockFolder(folder))
      yield* passing(taking, 500)
      const [own = assert.fail("no lock")] = locksIn(folder).filter((name) => name !== basename(foreign))
      const touched = () => statSync(join(folder, own)).mtimeMs
      const before = touched()
      yield* passing(taking, twoBeatsMs / 2)
      while (touched() === before) yield* turn
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
        const results = yield* Effect.scoped(
          Effect.all([take(folder), take(folder), take(folder)], { concurrency: "unbounded" })
        )
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
      assert.deepStrictEqual(
        [refused._tag, refused._tag === "FolderNotWritable" && refused.code],
        ["FolderNotWritable", "ENOTDIR"]
      )
    })
  )
})
