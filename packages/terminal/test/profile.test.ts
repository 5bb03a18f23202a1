import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { OutboxStore } from "@hibiki/core/client/outbox/OutboxStore"
import { ClientStore, type StoreChange } from "@hibiki/core/client/store/ClientStore"
import { CommandId, ConversationId, DeviceId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import { clientStoreFile } from "../src/profile/ClientStoreFile.ts"
import { outboxStoreFile } from "../src/profile/OutboxStoreFile.ts"
import { openProfile } from "../src/profile/Profile.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "hibiki-profile-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)
const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`
const row = (n: number, text = `text ${n}`): OutboxRow => ({
  id: CommandId.make(uuid(n)),
  conversationId: ConversationId.make(uuid(9_000)),
  order: n,
  epoch: null,
  at: 0,
  body: { kind: "post", text },
  state: "queued",
  handedOver: false
})
const use = <A>(path: string, run: (store: OutboxStore["Type"]) => Effect.Effect<A, unknown>) =>
  Effect.provide(
    Effect.flatMap(OutboxStore, (store) => Effect.zipRight(store.load, run(store))),
    outboxStoreFile(path)
  )
const loaded = (path: string) =>
  use(path, (store) => Effect.map(store.load, (rows) => [...rows].sort((a, b) => a.order - b.order)))

describe("the outbox's file", () => {
  it.scoped("gives back what was put and not removed, also after a second start", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "outbox")
      yield* use(path, (store) =>
        Effect.all([
          store.put([row(1), row(2)]),
          store.put([row(3), row(1, "changed")]),
          store.remove([row(2).id, CommandId.make(uuid(7))])
        ])
      )
      assert.deepStrictEqual(yield* loaded(path), [row(1, "changed"), row(3)])
      assert.deepStrictEqual(yield* loaded(path), [row(1, "changed"), row(3)])
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
    })
  )

  it.scoped("takes a change as a whole or not at all when a crash cut its line", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "outbox")
      yield* use(path, (store) => store.put([row(1)]))
      appendFileSync(path, JSON.stringify({ put: [row(2), row(3)] }).slice(0, -10))
      yield* use(path, (store) => store.put([row(4)]))
      assert.deepStrictEqual(yield* loaded(path), [row(1), row(4)])
    })
  )

  it.scoped("keeps a damaged file beside and goes on with what could be read", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const path = join(home, "outbox")
      yield* use(path, (store) => store.put([row(1)]))
      appendFileSync(path, `garbage\n${JSON.stringify({ put: [row(2)] })}\n`)
      assert.deepStrictEqual(yield* loaded(path), [row(1)])
      assert.include(readFileSync(join(home, "outbox.damaged"), "utf8"), "garbage")
    })
  )

  it.scoped("does not grow with its history", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "outbox")
      yield* use(path, (store) => Effect.repeatN(Effect.zipRight(store.put([row(1)]), store.remove([row(1).id])), 800))
      assert.isBelow(readFileSync(path, "utf8").split("\n").length, 1_100)
      assert.deepStrictEqual(yield* loaded(path), [])
    })
  )
})

describe("the cursors' file", () => {
  const log = (n: number) => ConversationId.make(uuid(n))
  const epoch = (n: number) => Epoch.make(uuid(n))
  const kept = (path: string) =>
    Effect.provide(
      Effect.flatMap(ClientStore, (store) => store.load),
      clientStoreFile(path)
    )
  const save = (path: string, change: Partial<StoreChange> & Pick<StoreChange, "epoch">) =>
    Effect.provide(
      Effect.flatMap(ClientStore, (store) =>
        Effect.zipRight(store.load, store.save({ feeds: [], cursors: [], gone: [], ...change }))
      ),
      clientStoreFile(path)
    )
  const feed = (n: number, cursor: number) => ({
    conversationId: log(n),
    cursor,
    gaps: [{ from: 1, to: cursor }],
    stale: [],
    anew: false,
    from: 1,
    put: []
  })

  it.scoped("raises cursors, sets those of feeds, forgets what is gone, and drops all with another epoch", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "cursors")
      assert.deepStrictEqual(yield* kept(path), { epoch: null, cursors: [], reads: [] })
      yield* save(path, {
        epoch: epoch(1),
        cursors: [
          [log(1), 5],
          [log(2), 3]
        ],
        gone: []
      })
      yield* save(path, {
        epoch: epoch(1),
        cursors: [
          [log(1), 4],
          [log(3), 1]
        ],
        gone: [log(2)]
      })
      assert.deepStrictEqual(yield* kept(path), {
        epoch: epoch(1),
        cursors: [
          [log(1), 5],
          [log(3), 1]
        ],
        reads: []
      })
      yield* save(path, { epoch: epoch(1), feeds: [feed(1, 2)], gone: [log(3)] })
      assert.deepStrictEqual(yield* kept(path), { epoch: epoch(1), cursors: [[log(1), 2]], reads: [] })
      yield* save(path, { epoch: epoch(2), cursors: [[log(1), 1]], gone: [] })
      assert.deepStrictEqual(yield* kept(path), { epoch: epoch(2), cursors: [[log(1), 1]], reads: [] })
    })
  )

  it.scoped("holds how far was read beside them, as long as the epoch is the same", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "cursors")
      yield* save(path, { epoch: epoch(1), cursors: [[log(1), 5]] })
      yield* Effect.provide(
        Effect.flatMap(ClientStore, (store) =>
          Effect.zipRight(store.load, store.saveReads(epoch(1), { put: [[log(1), 4]], done: [] }))
        ),
        clientStoreFile(path)
      )
      assert.deepStrictEqual(yield* kept(path), { epoch: epoch(1), cursors: [[log(1), 5]], reads: [[log(1), 4]] })
      yield* save(path, { epoch: epoch(1), cursors: [[log(1), 6]] })
      assert.deepStrictEqual((yield* kept(path)).reads, [[log(1), 4]])
      yield* save(path, { epoch: epoch(2) })
      assert.deepStrictEqual((yield* kept(path)).reads, [])
    })
  )
})

describe("a profile", () => {
  const credentials = {
    server: "http://127.0.0.1:8080",
    userId: UserId.make(uuid(1)),
    deviceId: DeviceId.make(uuid(2)),
    handle: "alice",
    refreshToken: "secret"
  }

  it.scoped("keeps its credentials for the owner only", () =>
    Effect.gen(function* () {
      const state = yield* folder
      yield* Effect.scoped(Effect.flatMap(openProfile(state, "work"), (profile) => profile.save(credentials)))
      const profile = yield* openProfile(state, "work")
      assert.deepStrictEqual(yield* profile.load, credentials)
      assert.strictEqual(statSync(join(profile.folder, "credentials.json")).mode & 0o777, 0o600)
      assert.strictEqual(statSync(profile.folder).mode & 0o777, 0o700)
    })
  )

  it.scoped("is closed to other users where its folder was open before", () =>
    Effect.gen(function* () {
      const state = yield* folder
      const place = join(state, "profiles", "work")
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, "credentials.json"), JSON.stringify(credentials))
      chmodSync(place, 0o755)
      chmodSync(join(place, "credentials.json"), 0o644)
      assert.deepStrictEqual(yield* (yield* openProfile(state, "work")).load, credentials)
      const modes = [place, join(place, "credentials.json")].map((path) => statSync(path).mode & 0o777)
      assert.deepStrictEqual(modes, [0o700, 0o600])
    })
  )

  it.scopedLive("is used by one terminal at a time, and without a name the next free one is taken", () =>
    Effect.gen(function* () {
      const state = yield* folder
      const first = yield* openProfile(state, undefined)
      const second = yield* openProfile(state, undefined)
      assert.deepStrictEqual([first.name, second.name], ["main", "2"])
      const problem = yield* Effect.flip(openProfile(state, "main"))
      assert.match(
        problem.sentence,
        /^Profile "main" is used by another terminal \(process \d+\): choose another by --profile NAME\.$/
      )
      assert.deepStrictEqual(readdirSync(join(state, "profiles")).sort(), ["2", "main"])
    })
  )

  it.scoped("has a name that can't lead out of its folder", () =>
    Effect.gen(function* () {
      const state = yield* folder
      for (const name of ["../x", ".", "a/b", ""])
        assert.include((yield* Effect.flip(openProfile(state, name))).sentence, "A profile's name")
    })
  )

  it.scoped("that can't be understood is said so, and by which file", () =>
    Effect.gen(function* () {
      const profile = yield* openProfile(yield* folder, "main")
      writeFileSync(join(profile.folder, "credentials.json"), "{")
      assert.match((yield* Effect.flip(profile.load)).sentence, /credentials\.json can't be understood/)
    })
  )
})
