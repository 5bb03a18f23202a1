/** A gateway's part in presence and hints: what it reports, whom its sockets watch, and what it passes on. */
import { Effect } from "effect"
import { Conversations } from "../conversations/Conversations.ts"
import type { DeviceId, NodeId, UserId } from "../domain/Ids.ts"
import type { ActorSystemApi } from "../kernel/ActorSystem.ts"
import { makeBatcher } from "../messages/Batcher.ts"
import type { Fanout } from "../messages/Fanout.ts"
import { GatewayHints } from "../presence/GatewayHints.ts"
import { Hints } from "../presence/Hints.ts"
import { Presence } from "../presence/Presence.ts"
import { makePresenceReporter } from "../presence/PresenceReporter.ts"
import { Watches } from "../presence/Watches.ts"
import { Users } from "../users/Users.ts"
import { Devices } from "./Devices.ts"

/** Users or devices of one query. */
const queryMax = 500

/** Each service is taken once; it listens for as long as the scope lives, and its end takes this gateway's devices out of presence. */
export const makeGatewayPresence = (node: NodeId, fanout: Fanout, system: ActorSystemApi, run: (effect: Effect.Effect<void>) => void) =>
  Effect.gen(function* () {
    const presence = yield* Presence
    const hints = yield* Hints
    const users = yield* Users
    const devices = yield* Devices
    const { shared } = yield* Conversations
    const after = (delayMs: number, then: () => void): void => void system.after(delayMs, then)

    const watches = new Watches({ shared, read: presence.read, run, after, now: system.now.bind(system), flush: () => fanout.flush() })
    yield* presence.listen((changed) => watches.changed(changed))
    const passed = new GatewayHints(fanout, { publish: hints.publish, after })
    yield* hints.listen(node, (heard) => passed.receive(heard))

    const wishOf = yield* makeBatcher(queryMax, (ids: ReadonlyArray<UserId>) =>
      Effect.map(users.byIds(ids), (accounts) => {
        const invisible = new Set(accounts.filter((account) => account.invisible).map(({ userId }) => userId))
        return ids.map((userId) => invisible.has(userId))
      })
    )
    const kindOf = yield* makeBatcher(queryMax, (ids: ReadonlyArray<DeviceId>) =>
      Effect.map(devices.kinds(ids), (kinds) => ids.map((id) => ({ kind: kinds.get(id) })))
    )
    return {
      watches,
      hints: passed,
      wishOf,
      kindOf: (device: DeviceId) => Effect.map(kindOf(device), ({ kind }) => kind),
      reportPresence: yield* makePresenceReporter(node, () => system.now(), run)
    } as const
  })
