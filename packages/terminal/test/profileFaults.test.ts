import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import type { FileHandle } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { OutboxStore } from "@hibiki/core/client/outbox/OutboxStore"
import { ClientStore } from "@hibiki/core/client/store/ClientStore"
import { CommandId, ConversationId, Epoch } from "@hibiki/core/domain/Ids"
import { Effect, Fiber, type Scope } from "effect"
import { afterAll, vi } from "vitest"
import { clientStoreFile } from "../src/profile/ClientStoreFile.ts"
import { outboxStoreFile } from "../src/profile/OutboxStoreFile.ts"

// What other files loaded has not this one's stand-in, and they must not get it.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

/** What the disk does wrong, once each; `busy`: writes that are under way, and the most that ever were. */
const disk = vi.hoisted(() => ({
  full: false,
  unreadable: false,
  writable: true,
  hangs: undefined as Promise<void> | undefined,
  busy: 0,
  busyMost: 0
}))

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>()
  const writing = async (text: string, write: (text: string) => Promise<void>) => {
    disk.busyMost = Math.max(disk.busyMost, ++disk.busy)
    try {
      const hang = disk.hangs
      disk.hangs = undefined
      if (hang !== undefined) {
        await write(text.slice(0, 5))
        await hang
        return await write(text.slice(5))
      }
      if (!disk.full) return await write(text)
      disk.full = false
      await write(text.slice(0, text.length >> 1))
      throw new Error("ENOSPC")
    } finally {
      disk.busy--
    }
  }
  const open = async (...[path, flags, mode]: Parameters<typeof real.open>): Promise<FileHandle> => {
    if (!disk.writable && flags !== "r") throw new Error("EROFS")
    const file = await real.open(path, flags, mode)
    const [append, write] = [file.appendFile.bind(file), file.writeFile.bind(file)]
    file.appendFile = (text) => writing(String(text), (part) => append(part))
    file.writeFile = (text) => writing(String(text), (part) => write(part))
    return file
  }
  const readFile = (path: string, encoding: "utf8") => {
    if (!disk.unreadable) return real.readFile(path, encoding)
    disk.unreadable = false
    return Promise.reject(new Error("EIO"))
  }
  return { ...real, open, readFile }
})

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "hibiki-profile-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)
const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`
const log = ConversationId.make(uuid(9_000))
const row = (n: number): OutboxRow => ({
  ...{ id: CommandId.make(uuid(n)), conversationId: log, order: n, epoch: null, at: 0 },
  ...{ body: { kind: "post", text: `text ${n}` }, state: "queued", handedOver: false }
})
const use = <A>(path: string, run: (store: OutboxStore["Type"]) => Effect.Effect<A, unknown, Scope.Scope>) =>
  Effect.flatMap(OutboxStore, run).pipe(Effect.provide(outboxStoreFile(path)), Effect.scoped)
const loaded = (path: string) =>
  use(path, (store) =>
    Effect.map(store.load, (rows) => rows.map(({ body }) => body.kind === "post" && Number(body.text.slice(5))).sort())
  )
/** Begins something that does not end, and gives it up. Answers what lets it end. */
const giveUp = (call: Effect.Effect<unknown, unknown>) =>
  Effect.gen(function* () {
    let end: () => void = () => undefined
    disk.hangs = new Promise((resolve) => {
      end = resolve
    })
    const asked = yield* Effect.fork(call)
    yield* waitFor(() => disk.busy === 1)
    yield* Fiber.interrupt(asked)
    return end
  })
const waitFor = (is: () => boolean) => Effect.promise(() => vi.waitUntil(is, { timeout: 120_000 }))

describe("the outbox's file on a disk that fails", () => {
  it.scoped("loses nothing behind a line that was half written", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "outbox")
      yield* use(path, (store) =>
        Effect.gen(function* () {
          yield* store.load
          yield* store.put([row(1)])
          disk.full = true
          assert.strictEqual((yield* Effect.either(store.put([row(2)])))._tag, "Left")
          yield* store.put([row(2)])
          yield* store.put([row(3)])
        })
      )
      assert.deepStrictEqual(yield* loaded(path), [1, 2, 3])
    })
  )

  it.scoped("takes back what could not be taken back at first", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "outbox")
      yield* use(path, (store) =>
        Effect.gen(function* () {
          yield* store.load
          yield* store.put([row(1)])
          disk.full = true
          assert.strictEqual((yield* Effect.either(store.remove([row(1).id])))._tag, "Left")
          yield* store.remove([row(1).id])
        })
      )
      assert.deepStrictEqual(yield* loaded(path), [])
    })
  )

  it.scoped("is whole again with the next call, though that changes nothing", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "outbox")
      yield* use(path, (store) =>
        Effect.gen(function* () {
          yield* store.load
          disk.full = true
          yield* Effect.ignore(store.put([row(1)]))
          yield* store.remove([row(7).id])
        })
      )
      assert.deepStrictEqual(yield* loaded(path), [1])
    })
  )

  it.scoped("takes one change after the other, also when one was given up", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "outbox")
      disk.busyMost = 0
      yield* use(path, (store) =>
        Effect.gen(function* () {
          yield* store.load
          yield* store.put([row(1)])
          const end = yield* giveUp(store.put([row(2)]))
          const next = yield* Effect.fork(Effect.zipRight(store.put([row(3)]), store.remove([row(1).id])))
          yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
          end()
          yield* Fiber.join(next)
        })
      )
      assert.strictEqual(disk.busyMost, 1)
      assert.deepStrictEqual(yield* loaded(path), [2, 3])
    })
  )

  it.scoped("tells what is kept also where nothing can be written", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "outbox")
      yield* use(path, (store) => Effect.zipRight(store.load, store.put([row(1)])))
      disk.writable = false
      const kept = yield* Effect.ensuring(
        loaded(path),
        Effect.sync(() => {
          disk.writable = true
        })
      )
      assert.deepStrictEqual(kept, [1])
    })
  )

  it.scoped("writes nothing over what could not be read", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "outbox")
      yield* use(path, (store) => Effect.zipRight(store.load, store.put([row(1)])))
      yield* use(path, (store) =>
        Effect.gen(function* () {
          disk.unreadable = true
          assert.strictEqual((yield* Effect.either(store.load))._tag, "Left")
          yield* store.put([row(2)])
        })
      )
      assert.deepStrictEqual(yield* loaded(path), [1, 2])
    })
  )
})

describe("the cursors' file on a disk that fails", () => {
  it.scoped("holds the last change, also when the one before was given up", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "cursors")
      const save = (store: ClientStore["Type"], seq: number) =>
        store.save({ epoch: Epoch.make(uuid(1)), feeds: [], cursors: [[log, seq]], gone: [] })
      disk.busyMost = 0
      const store = yield* Effect.provide(ClientStore, clientStoreFile(path))
      yield* store.load
      const end = yield* giveUp(save(store, 5))
      const next = yield* Effect.fork(save(store, 6))
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      end()
      yield* Fiber.join(next)
      assert.strictEqual(disk.busyMost, 1)
      assert.deepStrictEqual(JSON.parse(readFileSync(path, "utf8")).cursors, [[log, 6]])
    })
  )
})
