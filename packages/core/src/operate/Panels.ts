/**
 * The console's panels. Each looks once a second, for all of its viewers together. It stops asking 5 s
 * after the last viewer has left.
 */
import { Effect, PubSub, RcMap, Stream } from "effect"
import type { UserId } from "../domain/Ids.ts"
import { changesBetween, type Keyed } from "../domain/KeyedRows.ts"
import { makeBatcher } from "../fibers/Batcher.ts"
import { repeatEvery } from "../fibers/repeating.ts"
import { Inspection } from "../ports/Inspection.ts"
import { PushStore } from "../ports/PushStore.ts"
import { QueueReadings } from "../ports/QueueReadings.ts"
import { Secrets } from "../ports/Secrets.ts"
import { StoreReadings } from "../ports/StoreReadings.ts"
import { Users } from "../ports/Users.ts"
import type { Identity } from "../protocol/rpc/AuthMiddleware.ts"
import type { Panel, PanelUpdate } from "../protocol/rpc/OperateRpcs.ts"
import { NotFound, Unavailable } from "../protocol/rpc/RpcErrors.ts"
import { makeLook, type Sources, type View } from "./looks.ts"

/** The most panels that this process asks for at the same time, and the most viewers of all of them. */
const panelsMax = 64
const viewersMax = 200
const idleFor = "5 seconds"
const everyMs = 1_000
const retryAfterMs = 1_000
export class Panels extends Effect.Service<Panels>()("@hibiki/core/operate/Panels", {
  scoped: Effect.gen(function* () {
    const [inspection, queues, pushes] = yield* Effect.all([Inspection, QueueReadings, PushStore])
    const [store, secrets] = yield* Effect.all([StoreReadings, Secrets])
    const sources = { inspection, queues, pushes, store, secrets }
    const users = yield* Users
    const isAdmin = yield* makeBatcher(viewersMax, (userIds: ReadonlyArray<UserId>) =>
      Effect.map(users.byIds(userIds), (accounts) => {
        const admins = new Set(accounts.flatMap(({ admin, disabled, userId }) => (admin && !disabled ? [userId] : [])))
        return userIds.map((userId) => admins.has(userId))
      })
    )
    const panels = yield* RcMap.make({
      lookup: (name: string) => makePanel(sources, JSON.parse(name)),
      idleTimeToLive: idleFor,
      capacity: panelsMax
    })
    let viewers = 0
    const admit = Effect.acquireRelease(
      Effect.suspend(() => {
        // Whoever is refused is none: nothing would release a place that they took.
        if (viewers >= viewersMax) return Effect.fail(new Unavailable({ retryAfterMs }))
        viewers++
        return Effect.void
      }),
      () => Effect.sync(() => viewers--)
    )

    /** A panel as a stream. Ends with NotFound when the caller is no administrator any more. */
    const watch = ({ userId }: Identity, panel: Panel): Stream.Stream<PanelUpdate, NotFound | Unavailable> =>
      Stream.unwrapScoped(
        Effect.gen(function* () {
          yield* admit
          const views = yield* RcMap.get(panels, JSON.stringify(panel))
          const allowed = Effect.filterOrFail(
            Effect.mapError(isAdmin(userId), () => new Unavailable({ retryAfterMs })),
            (admin) => admin,
            () => new NotFound()
          )
          return (yield* Stream.fromPubSub(views, { scoped: true, maxChunkSize: 1 })).pipe(
            Stream.tap(() => allowed),
            Stream.mapAccum(undefined as View | undefined, (before, view) => [view, updateFrom(before, view)])
          )
        }).pipe(Effect.catchTag("ExceededCapacityException", () => new Unavailable({ retryAfterMs })))
      )
    return { watch } as const
  })
}) {}

const makePanel = (sources: Sources, panel: Panel) =>
  Effect.gen(function* () {
    const views = yield* Effect.acquireRelease(PubSub.sliding<View>({ capacity: 1, replay: 1 }), PubSub.shutdown)
    yield* makeLook(sources, panel).pipe(
      Effect.flatMap((view) => PubSub.publish(views, view)),
      repeatEvery(everyMs, "A panel of the console could not be read"),
      Effect.forkScoped
    )
    return views
  })

const isSame = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Returns the update for a viewer who has seen `before`: the whole view the first time. */
const updateFrom = (before: View | undefined, view: View): PanelUpdate => {
  if (before === undefined) return view
  const changes = <Row extends Keyed>(earlier: ReadonlyArray<Row>, rows: ReadonlyArray<Row>) => {
    const { order, ...changed } = changesBetween(earlier, rows, isSame)
    return { whole: false, ...changed, ...(order === undefined ? {} : { order }) }
  }
  if (view._tag === "Now" && before._tag === "Now") return { ...view, ...changes(before.rows, view.rows) }
  if (view._tag === "Nodes" && before._tag === "Nodes") return { ...view, ...changes(before.rows, view.rows) }
  if (view._tag === "Actors" && before._tag === "Actors") return { ...view, ...changes(before.rows, view.rows) }
  if (view._tag === "Sockets" && before._tag === "Sockets") return { ...view, ...changes(before.rows, view.rows) }
  if (view._tag === "Queues" && before._tag === "Queues") return { ...view, ...changes(before.rows, view.rows) }
  if (view._tag === "Store" && before._tag === "Store") return { ...view, ...changes(before.rows, view.rows) }
  if (view._tag === "Path" && before._tag === "Path") return { ...view, ...changes(before.rows, view.rows) }
  return view
}
