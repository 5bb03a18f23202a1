/** A device that is started again and again over one store and one outbox. */
import { Effect, Exit, Random, Scope, TestClock } from "effect"
import { type HibikiClient, makeHibikiClient } from "../../src/client/HibikiClient.ts"
import type { ReadsChange } from "../../src/client/list/ReadCursors.ts"
import { OutboxStore } from "../../src/client/outbox/OutboxStore.ts"
import { ClientStore, ClientStoreFailed, type StoreChange } from "../../src/client/store/ClientStore.ts"
import { ClientStoreMemory, OutboxStoreMemory } from "../../src/client/store/ClientStoreMemory.ts"
import { device, instance, me, room, ScriptedServer } from "./scriptedServer.ts"

const settle = Effect.repeatN(Effect.yieldNow(), 60)
export const pass = (ms: number) => Effect.zipRight(settle, Effect.zipRight(TestClock.adjust(ms), settle))
export const shown = (client: HibikiClient, id = room) =>
  (client.feed(id)?.entries ?? []).map((entry) =>
    entry._tag === "gap" ? `${entry.from}..${entry.to}` : (entry.row.text ?? "")
  )

export interface World {
  readonly server: ScriptedServer
  readonly saves: Array<StoreChange>
  readonly readSaves: Array<ReadsChange>
  /** Refuses saves while `broken`. */
  readonly disk: { broken: boolean }
  readonly store: ClientStore["Type"]
  /** Runs a client from its start to its end. */
  readonly live: (
    act: (client: HibikiClient) => Effect.Effect<void, unknown>,
    viewer?: boolean
  ) => Effect.Effect<void, unknown>
}

export const scenario = (run: (world: World) => Effect.Effect<void, unknown>) =>
  Effect.gen(function* () {
    const server = new ScriptedServer()
    const saves: Array<StoreChange> = []
    const readSaves: Array<ReadsChange> = []
    const disk = { broken: false }
    const inner = yield* ClientStore
    const store = ClientStore.of({
      ...inner,
      save: (change) => {
        saves.push(change)
        return disk.broken
          ? Effect.fail(new ClientStoreFailed({ operation: "save", cause: "broken" }))
          : inner.save(change)
      },
      saveReads: (epoch, change) => {
        readSaves.push(change)
        return disk.broken
          ? Effect.fail(new ClientStoreFailed({ operation: "saveReads", cause: "broken" }))
          : inner.saveReads(epoch, change)
      }
    })
    const outbox = yield* OutboxStore
    const live: World["live"] = (act, viewer = false) =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const client = yield* makeHibikiClient({ device, instance, ...(viewer ? { viewer: me } : {}) }).pipe(
          Scope.extend(scope),
          Effect.provide(server.layer),
          Effect.provideService(ClientStore, store),
          Effect.provideService(OutboxStore, outbox)
        )
        yield* client.start
        yield* pass(0)
        yield* act(client)
        yield* Scope.close(scope, Exit.void)
        server.live?.end(1001)
      })
    yield* run({ server, saves, readSaves, disk, store, live })
  }).pipe(Effect.provide([ClientStoreMemory, OutboxStoreMemory]), Effect.withRandom(Random.make("kept")))
