/**
 * RabbitMQ, Redis and Postgres: restarted, killed, emptied, away, blocked, without room, read-only; and a
 * conversation's row that somebody else holds.
 */
import { connect } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { now } from "../../../e2e/kill/recording/Recorder.ts"
import type { Bite, Fault, Scene } from "../Fault.ts"
import { countedMore } from "./shown.ts"

const brokerLost = ["hibiki_amqp_connections_lost_total"]
const storeLost = [
  "hibiki_postgres_broken_total",
  "hibiki_postgres_unreached_total",
  "hibiki_worker_store_retries_total"
]
const redisFailed = ["hibiki_redis_commands_failed_total"]
const redisBack = ["hibiki_redis_reconnects_total"]

const restartRabbit =
  (end: (scene: Scene) => Promise<void> | void) =>
  async (scene: Scene): Promise<Bite> => {
    const { rabbit } = scene.stage.services
    let backAt = 0
    const lost = await countedMore(scene, brokerLost, async () => {
      await end(scene)
      await rabbit.start()
      backAt = now()
    })
    return { shown: { "connections lost": lost }, backAt }
  }

const blockedMs = { long: 20_000, short: 4_000 }

const blockRabbit = async (scene: Scene): Promise<Bite> => {
  const { stage } = scene
  const lost = async () => (await stage.counters(stage.api))("hibiki_amqp_connections_lost_total")
  const before = await lost()
  const blocked = await countedMore(scene, ["hibiki_amqp_blocked_total"], async () => {
    await stage.rabbitctl("set_vm_memory_high_watermark", "0.00001")
    await sleep(scene.forMs(blockedMs.long, blockedMs.short))
  })
  await stage.rabbitctl("set_vm_memory_high_watermark", "0.6")
  const backAt = now()
  const lostMeanwhile = (await lost()) - before
  return {
    shown: { "connections blocked": blocked },
    backAt,
    misses: lostMeanwhile === 0 ? [] : [`${lostMeanwhile} connections to a blocked broker were given up`]
  }
}

/** One command over a connection of its own; gives the first line of the answer. */
const redis = (port: number, command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\n`))
    socket.once("error", reject)
    socket.once("data", (data: Buffer) => {
      socket.destroy()
      resolve(data.toString().split("\r\n")[0] ?? "")
    })
  })

/** Longer than presence may be wrong. */
const watchedMs = 7_000

/** Somebody sits at a gateway all the while; how long is it until that is seen for good? */
const watching = async (scene: Scene, strike: () => Promise<Readonly<Record<string, number>>>): Promise<Bite> => {
  const { presence, stage } = scene
  const [gateway] = stage.of("gateway")
  const sitter = await presence.sitAt(gateway?.url ?? "")
  const shown = await strike()
  const presenceMs = await presence.lastWrong(sitter, "active", watchedMs)
  presence.leave(sitter)
  return { shown, presenceMs }
}

const flushRedis = (scene: Scene) =>
  watching(scene, async () => {
    const { port } = scene.stage.services.redis
    const [, keys] = /^:(\d+)/.exec(await redis(port, "DBSIZE")) ?? []
    await redis(port, "FLUSHALL")
    return { "keys lost": Number(keys ?? 0) }
  })

const restartRedis = (scene: Scene) =>
  watching(scene, async () => {
    const { redis: server } = scene.stage.services
    return {
      reconnects: await countedMore(scene, redisBack, async () => {
        await server.kill()
        await server.start()
      })
    }
  })

const refusesMs = { long: 20_000, short: 4_000 }

/** It answers, and takes no writes for a while. */
const refusingRedis =
  (begin: string, end: string) =>
  (scene: Scene): Promise<Bite> =>
    watching(scene, async () => {
      const { port } = scene.stage.services.redis
      const failed = await countedMore(scene, redisFailed, async () => {
        await redis(port, begin)
        await sleep(scene.forMs(refusesMs.long, refusesMs.short))
      })
      await redis(port, end)
      return { "commands failed": failed }
    })

const awayMs = { long: 60_000, short: 4_000 }

/** Midway all sockets are cut: they come back, though what hands out tickets and places is away. */
const stopRedis = async (scene: Scene): Promise<Bite> => {
  const { stage } = scene
  const { redis: server } = stage.services
  const signIns = async () => (await stage.counters(stage.api))("hibiki_sign_ins_total")
  const before = await signIns()
  const halfMs = scene.forMs(awayMs.long, awayMs.short) / 2
  const failed = await countedMore(scene, redisFailed, async () => {
    await server.kill()
    await sleep(halfMs)
    stage.front.link.reset()
    await sleep(Math.max(halfMs, backWithinMs))
  })
  const again = (await signIns()) - before
  await server.start()
  return { shown: { "commands failed": failed }, misses: again === 0 ? [] : [`${again} had to sign in again`] }
}

/** A client's first try comes within 2 s, and its second 4 s later at the most. */
const backWithinMs = 7_000

const restartPostgres =
  (how: "fast" | "immediate") =>
  async (scene: Scene): Promise<Bite> => {
    const { postgres } = scene.stage.services
    let backAt = 0
    const lost = await countedMore(scene, storeLost, async () => {
      await postgres.halt(how)
      await postgres.start()
      backAt = now()
    })
    return { shown: { "connections lost": lost }, backAt }
  }

/** As a database on a full disk is made, or one that has become a standby. */
const readOnlyPostgres = async (scene: Scene): Promise<Bite> => {
  const { stage } = scene
  const set = async (to: "on" | "off") => {
    await stage.query(`alter system set default_transaction_read_only = ${to}`)
    await stage.query("select pg_reload_conf()")
  }
  const failed = await countedMore(scene, storeLost, async () => {
    await set("on")
    await sleep(scene.forMs(refusesMs.long, refusesMs.short))
  })
  await set("off")
  return { shown: { "statements failed": failed }, backAt: now() }
}

/** Others hold all connections, and those of Hibiki were cut. */
const crowdPostgres = async (scene: Scene): Promise<Bite> => {
  const { stage } = scene
  let backAt = 0
  const failed = await countedMore(scene, storeLost, async () => {
    await stage.withoutConnections(() => sleep(scene.forMs(refusesMs.long, refusesMs.short)))
    backAt = now()
  })
  return { shown: { "connections lost": failed }, backAt }
}

const lockedMs = { long: 30_000, short: 6_000 }

/** That it is felt the busy answers show, which stand in the history. */
const lockConversation = async ({ conversations: [busiest], forMs, stage }: Scene): Promise<Bite> => {
  await stage.holding("select from conversations where id = $1::uuid for update", [busiest], () =>
    sleep(forMs(lockedMs.long, lockedMs.short))
  )
  return { shown: {}, heldBack: [busiest] }
}

const soon = { firstAcceptedMs: 3_000 }

export const serviceFaults: ReadonlyArray<Fault> = [
  { name: "restart-rabbit", asked: soon, strike: restartRabbit(({ stage }) => stage.services.rabbit.terminate()) },
  { name: "kill-rabbit", asked: soon, strike: restartRabbit(({ stage }) => stage.services.rabbit.signal("SIGKILL")) },
  { name: "block-rabbit", asked: soon, strike: blockRabbit },
  { name: "flush-redis", asked: { presenceMs: 6_000 }, strike: flushRedis },
  { name: "restart-redis", asked: { presenceMs: 6_000 }, strike: restartRedis },
  { name: "stop-redis", asked: { resumedMs: 5_000, goesOn: true }, strike: stopRedis },
  {
    name: "replica-redis",
    asked: { presenceMs: refusesMs.long + 6_000 },
    strike: refusingRedis("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE")
  },
  {
    name: "full-redis",
    asked: { presenceMs: refusesMs.long + 6_000 },
    strike: refusingRedis("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0")
  },
  { name: "read-only-postgres", asked: { firstAcceptedMs: 5_000, socketsStay: true }, strike: readOnlyPostgres },
  { name: "crowd-postgres", asked: { firstAcceptedMs: 5_000, socketsStay: true }, strike: crowdPostgres },
  { name: "restart-postgres", asked: { ...soon, socketsStay: true }, strike: restartPostgres("fast") },
  { name: "crash-postgres", asked: { ...soon, socketsStay: true }, strike: restartPostgres("immediate") },
  { name: "lock-conversation", asked: { goesOn: true, socketsStay: true }, strike: lockConversation }
]
