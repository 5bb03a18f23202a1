/**
 * Presence in Redis. Under the prefix of keys:
 *
 * | key | type | content | until |
 * |---|---|---|---|
 * | `presence:user:<user>` | hash | `<device>/<instance>/<life>` -> "`<life>` kind state": which gateway serves that
 * device (the session); `shown`: the state for others; `invisible`; `version` | 30 days after the last device left |
 * | `presence:steps:<user>` | list | "at state", the newest 128 | two hours after the last |
 * | `presence:at:<life>` | set | users with a device at that gateway | none is left |
 * | `presence:lease:<life>` | mark | that gateway lives | one lease after the last look |
 * | `presence:left:<life>` | time | when that gateway shut down: its devices were last seen then, whenever they are
 * cleared | cleared, or 30 days |
 * | `presence:nodes` | set | lives that have, or had, a lease | cleared |
 * | `presence:clearing:<life>` | mark | claim of the process that clears the devices of a life that has ended | 5 s |
 * | `presence:generation` | text | names all data stored since the last loss, and the run of Redis | lost with
 * everything else; another run begins the next |
 *
 * A life is "`<gateway>`.`<name>`". Each write publishes its changes to `presence:changed`, once. A gateway that lost
 * its lease begins another life and has to report everything again. Devices that it does not report are cleared with
 * its former life. A process clears what is left of a life only after it has itself reached Redis, and renewed its own
 * leases, for one whole lease. When Redis comes back, all leases look lapsed, and gateways whose leases lapsed have to
 * report again first.
 */
import { randomUUID } from "node:crypto"
import { type NodeId, UserId } from "@hibiki/core/domain/Ids"
import { presenceLimits } from "@hibiki/core/domain/Limits"
import { logFault } from "@hibiki/core/fibers/logging"
import { makePresenceListeners } from "@hibiki/core/inprocess/PresenceBook"
import { dropNode, takeReport, type UserDevices } from "@hibiki/core/inprocess/UserRecord"
import { type DeviceReport, Presence, PresenceUnavailable } from "@hibiki/core/ports/Presence"
import { Chunk, Clock, Effect, Layer, Option, Runtime, Stream } from "effect"
import { makePresenceLeases, type PresenceLeases } from "./PresenceLeases.ts"
import { makePresenceUsers, type PresenceUsers, slice, type UserChange } from "./PresenceUsers.ts"
import { forgetScript } from "./presenceScripts.ts"
import { RedisClients, type RedisError } from "./RedisClients.ts"

export interface PresenceRedisOptions {
  readonly leaseMs: number
  /** How often leases are renewed and checked (ms). */
  readonly lookEveryMs: number
  /** How long the lease of a gateway that shuts down stays valid (ms). */
  readonly graceMs: number
}

/** Tries of one write that other processes overtake. Each starts from what they wrote. */
const triesMax = 8
/** Steps of one clearing. A later look finds the rest. */
const clearingMax = 1_000
const clearingMs = 5_000

export const presenceRedis = ({
  graceMs,
  leaseMs,
  lookEveryMs
}: PresenceRedisOptions): Layer.Layer<Presence, never, RedisClients> =>
  Layer.scoped(
    Presence,
    Effect.gen(function* () {
      const { listen, lose, tell, whenLost } = makePresenceListeners()
      const leases = yield* makePresenceLeases(leaseMs)
      const users = yield* makePresenceUsers(leases.leaseOf)
      const removal = yield* makeRemoval(users, leases)
      const online = yield* makeOnline(users)
      yield* hearChanges(users.channel, tell)

      const look = Effect.tap(leases.look, ({ anew, lost }) =>
        Effect.zipRight(anew ? tell(undefined) : Effect.void, lose(lost))
      )
      yield* Effect.flatMap(look, ({ dead }) => removal.clear(dead)).pipe(
        Effect.catchAll(({ cause }) => Effect.logDebug("Leases of presence could not be looked at", cause)),
        Effect.catchAllCause(logFault("A look at the leases of presence failed")),
        Effect.delay(lookEveryMs),
        Effect.forever,
        Effect.forkScoped
      )

      /** Writes each user's reports in order. Reads a user again if another process wrote that user meanwhile. */
      const reportSome = (node: NodeId, some: ReadonlyArray<readonly [UserId, ReadonlyArray<DeviceReport>]>) =>
        Effect.gen(function* () {
          let left = some
          for (let tries = 0; tries < triesMax; tries++) {
            if (leases.lifeOf(node) === undefined) yield* look
            const life = leases.lifeOf(node)
            const late = life === undefined ? undefined : yield* writeChanged(users, node, life, left)
            if (late?.length === 0) return
            if (late === undefined) yield* look
            else left = left.filter(([userId]) => late.some((change) => change.userId === userId))
          }
          return yield* new PresenceUnavailable({ cause: "others wrote the same users all the time" })
        })

      return Presence.of({
        report: (node, reports) =>
          Effect.suspend(() => {
            leases.begin(node)
            const byUser = groupByUser(reports)
            const slices = Array.from({ length: Math.ceil(byUser.length / slice) }, (_, i) =>
              byUser.slice(i * slice, (i + 1) * slice)
            )
            return Effect.forEach(slices, (some) => reportSome(node, some), { discard: true })
          }).pipe(Effect.catchTag("RedisError", unavailable)),
        leave: (node) =>
          Effect.suspend(() => {
            const life = leases.lifeOf(node)
            leases.end(node)
            return life === undefined
              ? Effect.void
              : Effect.flatMap(Clock.currentTimeMillis, (at) => leases.leave(life, graceMs, at))
          }).pipe(Effect.catchAll(unavailable)),
        read: (asked) =>
          Effect.map(users.shown(asked), (shown) =>
            asked.flatMap((userId, i) => (shown[i] ? { userId, ...shown[i] } : []))
          ).pipe(Effect.catchAll(unavailable)),
        online,
        active: (asked) =>
          Effect.map(users.active([...new Set(asked)]), (active) => new Set(active)).pipe(Effect.catchAll(unavailable)),
        steps: (asked, since) =>
          Effect.map(users.steps([...new Set(asked)], since), (steps) => [...steps].sort((a, b) => a.at - b.at)).pipe(
            Effect.catchAll(unavailable)
          ),
        listen,
        whenLost
      })
    })
  )

/** A lease lives 12 s. A look each second renews it. */
export const PresenceRedis = presenceRedis({ leaseMs: 12_000, lookEveryMs: 1_000, graceMs: presenceLimits.graceMs })

const unavailable = (cause: RedisError) => Effect.fail(new PresenceUnavailable({ cause }))

const groupByUser = (
  reports: ReadonlyArray<DeviceReport>
): ReadonlyArray<readonly [UserId, ReadonlyArray<DeviceReport>]> => {
  const groups = new Map<UserId, Array<DeviceReport>>()
  for (const report of reports) {
    const group = groups.get(report.userId)
    if (group === undefined) groups.set(report.userId, [report])
    else group.push(report)
  }
  return [...groups]
}

/** Returns undefined if that life has no lease, else the changes that other processes overtook. */
const writeChanged = (
  users: PresenceUsers,
  node: NodeId,
  life: string,
  some: ReadonlyArray<readonly [UserId, ReadonlyArray<DeviceReport>]>
) =>
  Effect.flatMap(users.read(some.map(([userId]) => userId)), (read) => {
    const changes = some.flatMap(([userId, reports], i): ReadonlyArray<UserChange> => {
      const before = read[i]
      if (before === undefined) return []
      const after = reports.reduce<UserDevices>(
        (user, report) => takeReport(inLife(user, node, life, report), life, report),
        before
      )
      return after === before ? [] : [{ userId, before, after }]
    })
    return changes.length === 0 ? Effect.succeed([]) : users.write(life, true, changes)
  })

/** Moves the gateway's earlier report of that device from a former life to this one. */
const inLife = (user: UserDevices, node: NodeId, life: string, { deviceId, instance }: DeviceReport): UserDevices => {
  const isFormer = (held: UserDevices["devices"][number]) =>
    held.deviceId === deviceId && held.instance === instance && held.node !== life && held.node.startsWith(`${node}.`)
  return user.devices.some(isFormer)
    ? { ...user, devices: user.devices.map((held) => (isFormer(held) ? { ...held, node: life } : held)) }
    : user
}

/** Reports all messages of one turn in one call. */
const hearChanges = (channel: string, tell: (users: ReadonlyArray<UserId> | undefined) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const { subscribe } = yield* RedisClients
    const runtime = yield* Effect.runtime<never>()
    let heard = new Set<UserId>()
    yield* subscribe(channel, {
      message: (text) => {
        if (heard.size === 0) {
          queueMicrotask(() => {
            const changed = [...heard]
            heard = new Set()
            Runtime.runFork(runtime)(tell(changed))
          })
        }
        for (const userId of text.split(",")) heard.add(userId as UserId)
      },
      missed: () => void Runtime.runFork(runtime)(tell(undefined))
    })
  })

/** Walks the users at each gateway. A user with devices at two gateways comes twice. */
const makeOnline = (users: PresenceUsers) =>
  Effect.map(RedisClients, ({ key, run }) => {
    const idsAt = (life: string) =>
      Stream.paginateEffect("0", (cursor) =>
        Effect.map(
          run((redis) => redis.sscan(users.at(life), cursor, "COUNT", slice)),
          ([next, ids]) => [ids.map((id) => UserId.make(id)), next === "0" ? Option.none() : Option.some(next)]
        )
      )
    return Stream.fromIterableEffect(run((redis) => redis.smembers(key("presence:nodes")))).pipe(
      Stream.flatMap(idsAt),
      // An answer of Redis may have more than it was asked for.
      Stream.flatMap((ids) => Stream.fromIterable(ids)),
      Stream.rechunk(slice),
      Stream.chunks,
      Stream.mapEffect((chunk) => {
        const ids = Chunk.toReadonlyArray(chunk)
        return Effect.map(users.shown(ids), (shown) =>
          ids.flatMap((userId, i) =>
            shown[i] === undefined || shown[i].state === "offline" ? [] : [{ userId, ...shown[i] }]
          )
        )
      }),
      Stream.mapError((cause) => new PresenceUnavailable({ cause }))
    )
  })

/** Removes the devices of gateways that are gone, in steps. Each step does nothing once the gateway is back. */
const makeRemoval = (users: PresenceUsers, { leaseOf, leftOf }: Pick<PresenceLeases, "leaseOf" | "leftOf">) =>
  Effect.gen(function* () {
    const { key, run, script } = yield* RedisClients
    const scope = yield* Effect.scope
    const forget = script(forgetScript)
    let clearing = false

    const removeAll = (life: string, at: number) =>
      Effect.gen(function* () {
        for (let steps = 0; steps < clearingMax; steps++) {
          const some = (yield* run((redis) => redis.srandmember(users.at(life), slice))).map((userId) =>
            UserId.make(userId)
          )
          if (some.length === 0)
            return yield* forget([leaseOf(life), users.at(life), leftOf(life), key("presence:nodes")], [life])
          const read = yield* users.read(some)
          const changes = some.flatMap((userId, i) =>
            read[i] ? { userId, before: read[i], after: dropNode(read[i], life, at) } : []
          )
          if ((yield* users.write(life, false, changes)) === undefined) return
        }
      })
    const clearOne = (life: string) =>
      Effect.gen(function* () {
        const claim = key(`presence:clearing:${life}`)
        if ((yield* run((redis) => redis.set(claim, randomUUID(), "PX", clearingMs, "NX"))) === null) return
        yield* Effect.logInfo("The devices of a gateway that is gone are taken out of presence")
        // A gateway that ended without notice was there until now, as far as anybody knows.
        const left = yield* run((redis) => redis.get(leftOf(life)))
        yield* removeAll(life, left === null ? yield* Clock.currentTimeMillis : Number(left))
        yield* run((redis) => redis.del(claim))
      })
    return {
      /** Runs in the background, since the looks must not wait. One clearing at a time. */
      clear: (dead: ReadonlyArray<string>): Effect.Effect<void> =>
        Effect.suspend(() => {
          if (clearing || dead.length === 0) return Effect.void
          clearing = true
          return Effect.forEach(dead, clearOne, { discard: true }).pipe(
            Effect.catchAllCause(logFault("A gateway that is gone could not be cleared; trying again")),
            Effect.ensuring(
              Effect.sync(() => {
                clearing = false
              })
            ),
            Effect.forkIn(scope),
            Effect.asVoid
          )
        })
    } as const
  })
