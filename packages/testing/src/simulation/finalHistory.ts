/**
 * The end of a run: every log as the store has it, and every conversation as each device shows it beside a fresh read.
 */

import type { HibikiClient } from "@hibiki/core/client/HibikiClient"
import { flagsIn } from "@hibiki/core/domain/Flags"
import { type ConversationId, type DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { isKnownRow } from "@hibiki/core/domain/RowKinds"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { Context, Effect } from "effect"
import { ChatMemory } from "../ChatMemory.ts"
import type { FinalLog, FinalView, History } from "../checker/History.ts"
import type { SharedState } from "./SharedState.ts"
import type { SimulatedDevice } from "./SimulatedDevice.ts"
import type { World } from "./World.ts"

interface Ended {
  readonly world: World
  readonly shared: SharedState
  readonly devices: ReadonlyArray<SimulatedDevice>
}

/** Rows of one read: more than a run has. */
const allRows = 100_000
/** Loading missing rows takes a few pages; stale ones are requested meanwhile. */
const loadingMs = 20_000
const stepMs = 250
const pagesMost = 20

export const finalHistory = ({ devices, shared, world }: Ended): History => {
  const remaining = devices.filter(({ client, isGone }) => !isGone && client !== undefined)
  const readers = remaining.map((device) => new Reader(world, device))
  for (let passed = 0; passed < loadingMs; passed += stepMs) {
    for (const reader of readers) reader.openAll()
    world.time.pass(stepMs)
    if (readers.every((reader) => reader.isWhole)) break
  }
  const views: Array<FinalView> = []
  world.time.fork(
    Effect.gen(function* () {
      for (const device of remaining) views.push(...(yield* viewsOf(device, Context.get(shared.stores, Conversations))))
    })
  )
  world.time.pass(0)
  const gone = new Set<DeviceId>(devices.filter(({ isGone }) => isGone).map(({ owner }) => owner.deviceId))
  return { entries: [...world.history], logs: logsOf(shared), views, gone }
}

const hasGap = (client: HibikiClient | undefined, conversationId: ConversationId): boolean =>
  client?.feed(conversationId)?.entries.some(({ _tag }) => _tag === "gap") !== false

/** Opens everything, including late entries of the list, and pages back to its beginning. */
class Reader {
  readonly #world: World
  readonly #client: HibikiClient | undefined
  readonly #opened = new Set<ConversationId>()
  #loading = 0

  constructor(world: World, { client }: SimulatedDevice) {
    this.#world = world
    this.#client = client
  }

  openAll(): void {
    for (const { conversationId } of this.#client?.conversations() ?? []) {
      if (this.#opened.has(conversationId)) continue
      this.#opened.add(conversationId)
      this.#client?.open(conversationId)
      this.#loading++
      this.#world.time.fork(this.#load(conversationId))
    }
  }

  /** No shown row is missing or stale any more. */
  get isWhole(): boolean {
    const feeds = this.#client?.conversations().map(({ conversationId }) => this.#client?.feed(conversationId)) ?? []
    return (
      this.#loading === 0 &&
      feeds.every((feed) => feed?.entries.every((entry) => entry._tag === "row" && !entry.stale) === true)
    )
  }

  #load(conversationId: ConversationId): Effect.Effect<void> {
    return Effect.gen(this, function* () {
      for (let page = 0; page < pagesMost && hasGap(this.#client, conversationId); page++)
        yield* Effect.ignore(this.#client?.loadOlder(conversationId) ?? Effect.void)
      this.#loading--
    })
  }
}

const viewsOf = ({ client, owner: { deviceId, userId } }: SimulatedDevice, conversations: Conversations["Type"]) =>
  Effect.gen(function* () {
    const snapshot = yield* conversations.snapshot(userId)
    const ids = new Set(
      [...(client?.conversations() ?? []), ...(snapshot?.conversations ?? [])].map(
        ({ conversationId }) => conversationId
      )
    )
    return yield* Effect.forEach([...ids], (conversationId) =>
      Effect.map(conversations.page(userId, conversationId, { _tag: "Latest" }, allRows), (page): FinalView => {
        const shown = client?.conversations().find((one) => one.conversationId === conversationId)
        const fresh = snapshot?.conversations.find((one) => one.conversationId === conversationId)
        const feed = client?.feed(conversationId)
        const pending = feed?.pending.filter(({ state }) => state !== "failed") ?? []
        return {
          device: deviceId,
          conversationId,
          shown: feed?.entries ?? [],
          fresh: page?.rows.filter(isKnownRow),
          readUpTo: { shown: shown?.readUpTo ?? 0, fresh: fresh?.readUpTo ?? 0 },
          marked: { shown: shown?.markedUnreadAt ?? 0, fresh: fresh?.markedUnreadAt ?? 0 },
          unread: { shown: shown?.unread ?? 0, fresh: fresh?.unread ?? 0 },
          mentions: { shown: shown?.mentions ?? 0, fresh: fresh?.mentions ?? 0 },
          flags: { shown: flagsIn(shown), fresh: flagsIn(fresh) },
          unsettled: pending.map(({ id }) => id)
        }
      })
    )
  }).pipe(Effect.orDie)

const logsOf = ({ stores }: SharedState): ReadonlyArray<FinalLog> =>
  [...Context.get(stores, ChatMemory).state.logs.values()].map(({ events, history, id, kind, members }) => ({
    conversationId: id,
    kind,
    history,
    members: kind === "personal" ? [UserId.make(id)] : [...members.keys()],
    events: events.map(({ event }) => event)
  }))
