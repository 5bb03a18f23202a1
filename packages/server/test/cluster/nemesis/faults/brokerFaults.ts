/** What is wrong inside RabbitMQ: queues deleted, emptied and lost, and a disk without room. */
import { setTimeout as sleep } from "node:timers/promises"
import { fnv1a } from "@hibiki/core/domain/Uuid"
import { type Channel, connect } from "amqplib"
import { partitionQueue } from "../../../../src/rabbit/RabbitTopology.ts"
import { now } from "../../../e2e/kill/recording/Recorder.ts"
import type { Bite, Fault, Scene } from "../Fault.ts"
import { countedMore } from "./shown.ts"

const partitions = 16

/** Over a connection of its own, past all links. */
const onBroker = async <A>({ stage }: Scene, use: (channel: Channel) => Promise<A>): Promise<A> => {
  const model = await connect(stage.amqpUrl, { timeout: 10_000 })
  model.on("error", () => undefined)
  try {
    return await use(await model.createChannel())
  } finally {
    await model.close()
  }
}

const deletedMs = { long: 15_000, short: 4_000 }
const deletedQueues = 3

/**
 * The busiest conversation's partition, and two in which nobody writes. All other partitions go on; `hibiki setup`
 * brings these back.
 */
const deleteQueues = async (scene: Scene): Promise<Bite> => {
  const { conversations, forMs, stage } = scene
  const [busiest] = conversations
  const partitionOf = (id: string) => fnv1a(id) % partitions
  const used = new Set(conversations.map(partitionOf))
  const unused = Array.from({ length: partitions }, (_, partition) => partition).filter(
    (partition) => !used.has(partition)
  )
  const deleted = [partitionOf(busiest), ...unused.slice(0, deletedQueues - 1)]
  await onBroker(scene, async (channel) => {
    for (const partition of deleted) await channel.deleteQueue(partitionQueue(partition))
  })
  await sleep(forMs(deletedMs.long, deletedMs.short))
  await stage.setUp()
  return {
    shown: { "deleted queues": deleted.length },
    backAt: now(),
    heldBack: conversations.filter((id) => deleted.includes(partitionOf(id)))
  }
}

/** Enough for some batches to wait in partitions that people write in. */
const gatherMs = 2_000

/** What was confirmed to gateways and not yet decided is gone, and nobody is told: clients send it again. */
const purgeIngress = async (scene: Scene): Promise<Bite> => {
  // Else it would wait at workers, where a purge does not reach it.
  const links = scene.stage.of("worker").map((worker) => worker.links.rabbit)
  for (const link of links) link.cut()
  await sleep(gatherMs)
  const purged = await onBroker(scene, async (channel) => {
    let messages = 0
    for (let partition = 0; partition < partitions; partition++)
      messages += (await channel.purgeQueue(partitionQueue(partition))).messageCount
    return messages
  })
  for (const link of links) link.mend()
  return { shown: { "purged batches": purged } }
}

const lost = ["hibiki_amqp_connections_lost_total"]

/** A new broker at the old address. Users and permissions are there again, as definitions make them; queues are not. */
const wipeBroker = async (scene: Scene): Promise<Bite> => {
  const { stage } = scene
  const { rabbit } = stage.services
  let backAt = 0
  const connections = await countedMore(scene, lost, async () => {
    await rabbit.terminate()
    rabbit.wipe()
    await rabbit.start()
    await sleep(scene.forMs(emptyMs.long, emptyMs.short))
    await stage.setUp()
    backAt = now()
  })
  return { shown: { "connections lost": connections }, backAt }
}

const emptyMs = { long: 10_000, short: 2_000 }
const fullMs = { long: 20_000, short: 6_000 }
const freedMs = 3_000

/**
 * The disk has no room for a while, and the broker is restarted when it has: as an operator would. Queues that are down
 * even then are made anew by hand.
 */
const fillDisk = async (scene: Scene): Promise<Bite> => {
  const { stage } = scene
  const { rabbit } = stage.services
  let backAt = 0
  const felt = await countedMore(scene, [...lost, "hibiki_amqp_blocked_total"], async () => {
    const free = rabbit.fillDisk()
    await sleep(scene.forMs(fullMs.long, fullMs.short))
    free()
    await sleep(freedMs)
    await rabbit.terminate()
    await rabbit.start()
    await stage.mendByHand()
    backAt = now()
  })
  return { shown: { "connections lost or blocked": felt }, backAt }
}

/** A lane that was refused tries again within seconds, and so does a worker whose queue was missing. */
const asked = { firstAcceptedMs: 10_000 }

export const brokerFaults: ReadonlyArray<Fault> = [
  { name: "delete-queues", asked: { ...asked, goesOn: true, socketsStay: true }, strike: deleteQueues },
  { name: "purge-ingress", asked: {}, strike: purgeIngress },
  { name: "wipe-broker", asked, strike: wipeBroker },
  { name: "fill-disk", asked, strike: fillDisk }
]
