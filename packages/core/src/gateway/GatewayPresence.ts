/** A gateway's part in presence and hints: what it reports, whom its sockets watch, and what it passes on. */
import { Effect } from "effect"
import type { NodeId, UserId } from "../domain/Ids.ts"
import { makeBatcher } from "../fibers/Batcher.ts"
import { makeOutage } from "../fibers/makeOutage.ts"
import type { ActorSystemApi } from "../kernel/Behaviour.ts"
import { Conversations } from "../ports/Conversations.ts"
import { Hints } from "../ports/Hints.ts"
import { Presence } from "../ports/Presence.ts"
import { Users, type Wishes } from "../ports/Users.ts"
import type { Fanout } from "./fanout/Fanout.ts"
import { GatewayHints } from "./presence/GatewayHints.ts"
import { makePresenceReporter } from "./presence/PresenceReporter.ts"
import { Watches, type WatchPorts } from "./presence/Watches.ts"

/** Users of one query. */
const queryMax = 500

export interface GatewayPresenceWays {
  readonly run: (effect: Effect.Effect<void>) => void
  /** What was reported may be lost. */
  readonly lost: () => void
}

/**
 * Each service is taken once; it listens for as long as the scope lives, and soon after its end this gateway's devices
 * are out of presence.
 */
export const makeGatewayPresence = (
  node: NodeId,
  fanout: Fanout,
  system: ActorSystemApi,
  { lost, run }: GatewayPresenceWays
) =>
  Effect.gen(function* () {
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
    yield* presence.whenLost(node, lost)
    const passed = new GatewayHints(fanout, { publish: hints.publish, after })
    yield* hints.listen(node, (heard) => passed.receive(heard))

    const away = makeOutage(
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
      reportPresence: yield* makePresenceReporter(node, run)
    } as const
  })
