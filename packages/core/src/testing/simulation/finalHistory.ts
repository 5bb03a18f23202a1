/** The end of a run: every log as the store holds it, and every conversation as each device shows it beside a fresh read. */
import { Context, Effect } from "effect"
import { Conversations } from "../../conversations/Conversations.ts"
import { type DeviceId, UserId } from "../../domain/Ids.ts"
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
/** Loading what is missing takes a few pages; what is stale is asked for meanwhile. */
const loadingMs = 20_000
const stepMs = 250

export const finalHistory = ({ devices, shared, world }: Ended): History => {
  const remaining = devices.filter(({ client, isGone }) => !isGone && client !== undefined)
  let isLoaded = false
  const loading = Effect.forEach(remaining, loadAll, { concurrency: "unbounded" })
  world.time.fork(
    Effect.map(loading, () => {
      isLoaded = true
    })
  )
  for (let passed = 0; passed < loadingMs && !(isLoaded && remaining.every(isWhole)); passed += stepMs) world.time.pass(stepMs)
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

/** Opens everything and pages back to its beginning. */
const loadAll = ({ client }: SimulatedDevice): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (const { conversationId } of client?.conversations() ?? []) {
      client?.open(conversationId)
      for (let page = 0; page < 20; page++) yield* Effect.ignore(client?.loadOlder(conversationId) ?? Effect.void)
    }
  })

/** Nothing that it shows is missing or doubtful any more. */
const isWhole = ({ client }: SimulatedDevice): boolean =>
  client?.conversations().every(({ conversationId }) => {
    const feed = client.feed(conversationId)
    return feed?.entries.every((entry) => entry._tag === "row" && !entry.stale) === true
  }) === true

const viewsOf = ({ client, owner: { deviceId, userId } }: SimulatedDevice, conversations: Conversations["Type"]) =>
  Effect.gen(function* () {
    const snapshot = yield* conversations.snapshot(userId)
    const ids = new Set(
      [...(client?.conversations() ?? []), ...(snapshot?.conversations ?? [])].map(({ conversationId }) => conversationId)
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
          fresh: page?.rows,
          readUpTo: { shown: shown?.readUpTo ?? 0, fresh: fresh?.readUpTo ?? 0 },
          unread: { shown: shown?.unread ?? 0, fresh: fresh?.unread ?? 0 },
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
