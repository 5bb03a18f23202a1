/** A folder that holds messages and password hashes is its user's alone, whatever it was before. */
import { execFileSync } from "node:child_process"
import { chmodSync, chownSync, mkdirSync, readFileSync, rmdirSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { lockFolder } from "../src/FolderLock.ts"
import { closeFolder, openMode } from "../src/privateFolder.ts"
import { temporaryFolder } from "./temporaryFolder.ts"

const nobody = 65_534
const isRoot = process.getuid?.() === 0
const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8)

/** A folder as an unpacked copy or a umask of 022 leaves it. */
const openFolder = Effect.map(temporaryFolder, (place) => {
  chmodSync(place, 0o755)
  const folder = join(place, "data")
  mkdirSync(join(folder, "pg", "base"), { recursive: true })
  writeFileSync(join(folder, "pg", "base", "1"), "a text")
  writeFileSync(join(folder, "run.sh"), "")
  chmodSync(folder, 0o777)
  chmodSync(join(folder, "pg"), 0o755)
  chmodSync(join(folder, "pg", "base"), 0o2775)
  chmodSync(join(folder, "pg", "base", "1"), 0o666)
  chmodSync(join(folder, "run.sh"), 0o755)
  return folder
})

describe("a folder closed to other users", () => {
  it.scopedLive("loses every right of others, from the folder to its last file, and tells what was open", () =>
    Effect.gen(function* () {
      const folder = yield* openFolder
      const wanted = [
        folder,
        join(folder, "pg"),
        join(folder, "pg", "base"),
        join(folder, "pg", "base", "1"),
        join(folder, "run.sh")
      ]
      assert.strictEqual(yield* Effect.promise(() => openMode(folder)), "777")
      assert.strictEqual(modeOf(folder), "777", "looking changes nothing")
      assert.strictEqual(yield* Effect.promise(() => closeFolder(folder)), "777")
      assert.deepStrictEqual(wanted.map(modeOf), ["700", "700", "700", "600", "700"])
      assert.strictEqual(yield* Effect.promise(() => openMode(folder)), undefined)
    })
  )

  it.scopedLive("can't be read by another user once its lock is held", ({ skip }) =>
    Effect.gen(function* () {
      if (!isRoot) return skip("only root can become another user")
      const folder = yield* openFolder
      const file = join(folder, "pg", "base", "1")
      const read = () =>
        execFileSync("cat", [file], { uid: nobody, gid: nobody, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
      assert.strictEqual(read(), "a text")
      yield* lockFolder(folder)
      assert.throws(read, /Permission denied/)
    })
  )

  it.scopedLive("is refused, and nothing is written to it, where another user owns it or an entry", ({ skip }) =>
    Effect.gen(function* () {
      if (!isRoot) return skip("only root can give files away")
      for (const name of ["", "pg", join("pg", "base", "1")]) {
        const folder = yield* openFolder
        const path = join(folder, name)
        chownSync(path, nobody, nobody)
        const refused = yield* Effect.flip(lockFolder(folder))
        assert.deepInclude(refused, { _tag: "FolderNotPrivate", path: name === "" ? folder : path, why: "owner" })
        // Such as /srv that was named by a slip: everybody on the machine still needs it.
        assert.deepStrictEqual([folder, join(folder, "run.sh")].map(modeOf), ["777", "755"])
      }
    })
  )

  it.scopedLive("may be the root of a volume, where root keeps what was recovered", ({ skip }) =>
    Effect.gen(function* () {
      if (!isRoot) return skip("only root can give files away")
      const folder = yield* openFolder
      execFileSync("chown", ["-R", `${nobody}:${nobody}`, folder])
      chmodSync(dirname(folder), 0o755)
      const asNobody = <A>(act: () => Promise<A>) =>
        Effect.acquireUseRelease(
          Effect.sync(() => process.seteuid?.(nobody)),
          () => Effect.tryPromise({ try: act, catch: (error) => error }),
          () => Effect.sync(() => process.seteuid?.(0))
        )
      const recovered = join(folder, "lost+found")
      mkdirSync(recovered, { mode: 0o700 })
      assert.strictEqual(yield* asNobody(() => openMode(folder)), "777")
      assert.strictEqual(yield* asNobody(() => closeFolder(folder)), "777")
      // As Kubernetes leaves it.
      chmodSync(recovered, 0o2770)
      assert.isUndefined(yield* asNobody(() => openMode(folder)))
      for (const path of [join(folder, "pg", "lost+found"), join(folder, "found")]) {
        mkdirSync(path, { mode: 0o700 })
        const refused = yield* Effect.flip(asNobody(() => closeFolder(folder)))
        assert.deepInclude(refused, { _tag: "FolderNotPrivate", path, why: "owner" })
        rmdirSync(path)
      }
      chownSync(recovered, nobody - 1, nobody)
      assert.deepInclude(yield* Effect.flip(asNobody(() => closeFolder(folder))), { path: recovered, why: "owner" })
      rmdirSync(recovered)
      writeFileSync(recovered, "")
      assert.deepInclude(yield* Effect.flip(asNobody(() => closeFolder(folder))), { path: recovered, why: "owner" })
    })
  )

  it.scopedLive("follows its user's links, and refuses those of others", ({ skip }) =>
    Effect.gen(function* () {
      const folder = yield* openFolder
      const elsewhere = yield* openFolder
      symlinkSync(elsewhere, join(folder, "disk"))
      symlinkSync("nowhere", join(folder, "dangling"))
      symlinkSync(folder, join(folder, "round"))
      yield* Effect.promise(() => closeFolder(folder))
      assert.strictEqual(modeOf(join(elsewhere, "pg", "base", "1")), "600")
      if (!isRoot) return skip("only root can make another user's link")
      const other = yield* openFolder
      const target = join(yield* temporaryFolder, "shared")
      writeFileSync(target, "")
      chmodSync(target, 0o644)
      execFileSync("ln", ["-s", target, join(other, "trap")], { uid: nobody, gid: nobody })
      const refused = yield* Effect.flip(lockFolder(other))
      assert.deepInclude(refused, { _tag: "FolderNotPrivate", path: join(other, "trap"), why: "owner" })
      assert.strictEqual(modeOf(target), "644")
      assert.strictEqual(readFileSync(target, "utf8"), "")
    })
  )
})
