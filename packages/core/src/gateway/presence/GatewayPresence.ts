/** A gateway's part in presence and hints: its reports, its sockets' watches, and the hints that it passes on. */
import { Context, Effect, Layer } from "effect"
import type { UserId } from "../../domain/Ids.ts"
import { makeBatcher } from "../../fibers/Batcher.ts"
import { makeOutageLog } from "../../fibers/logging.ts"
import { ActorSystem } from "../../kernel/ActorSystem.ts"
import { Conversations } from "../../ports/Conversations.ts"
import type { StoreUnavailable } from "../../ports/EventStore.ts"
import { Hints } from "../../ports/Hints.ts"
import { type DeviceReport, Presence } from "../../ports/Presence.ts"
import { Users, type Wishes } from "../../ports/Users.ts"
import { GatewaySessions } from "../device/GatewaySessions.ts"
import { Fanout } from "../fanout/Fanout.ts"
import { GatewayNode } from "../GatewayNode.ts"
import { GatewayHints } from "./GatewayHints.ts"
import { makePresenceReporter } from "./PresenceReporter.ts"
import { Watches, type WatchPorts } from "./Watches.ts"

/** Users of one query. */
const queryMax = 500

export class GatewayPresence extends Context.Tag("@hibiki/core/gateway/GatewayPresence")<
  GatewayPresence,
  {
    readonly watches: Watches
    readonly hints: GatewayHints
    /** Reads a user's privacy wishes, as part of one query for many. */
    readonly wishesOf: (userId: UserId) => Effect.Effect<Wishes, StoreUnavailable>
    /** Reports the activity of devices here, in order, with times of the actors' clock. Never waits. */
    readonly report: (reports: ReadonlyArray<DeviceReport>) => void
  }
>() {
  /** Listens for as long as the scope lives. Soon after its end this gateway's devices leave presence. */
  static readonly layer = Layer.scoped(
    this,
    Effect.suspend(() => makeGatewayPresence)
  )
}

const makeGatewayPresence = Effect.gen(function* () {
  const [{ node, run }, sessions, fanout] = [yield* GatewayNode, yield* GatewaySessions.Tag, yield* Fanout.Tag]
  const system = yield* ActorSystem
  const presence = yield* Presence
  const hints = yield* Hints
  const users = yield* Users
  const conversations = yield* Conversations
  const visible: WatchPorts["visible"] = (viewer, users) =>
    Effect.map(conversations.shared(viewer, users), (those) =>
      those.flatMap(({ showsPresence, userId }) => (showsPresence ? [userId] : []))
    )
  const after = (delayMs: number, then: () => void): void => void system.after(delayMs, then)

  const watches = new Watches({
    visible,
    read: presence.read,
    run,
    after,
    now: system.now.bind(system),
    flush: () => fanout.flush()
  })
  yield* presence.listen((changed) => watches.changed(changed))
  yield* presence.whenLost(node, () => sessions.tellUsers({ _tag: "AttendAgain" }))
  const passed = new GatewayHints(fanout, { publish: hints.publish, after })
  yield* hints.listen(node, (heard) => passed.receive(heard))

  const away = makeOutageLog(
    "What others may see of users could not be read; trying again",
    "What others may see of users can be read again"
  )
  const wishesOf = yield* makeBatcher(queryMax, (asked: ReadonlyArray<UserId>) =>
    users.wishesOf(asked).pipe(
      Effect.map((found) => {
        const of = new Map(found.map((wishes) => [wishes.userId, wishes]))
        return asked.map((userId): Wishes => of.get(userId) ?? { userId, invisible: false, blocked: [] })
      }),
      Effect.zipLeft(away.over),
      Effect.tapError(({ cause }) => away.met(cause))
    )
  )
  return {
    watches,
    hints: passed,
    wishesOf,
    report: yield* makePresenceReporter(node, run)
  } as const
})
