/** What an operator does with dead letters, at a cluster that runs. */
import { randomUUID } from "node:crypto"
import type { Command } from "@hibiki/core/commands/Command"
import { CommandId, type ConversationId, Epoch, NodeId } from "@hibiki/core/domain/Ids"
import { fnv1a } from "@hibiki/core/domain/Uuid"
import { connect } from "amqplib"
import { assert, describe, inject, it } from "vitest"
import { deadLetters, partitionQueue } from "../../src/rabbit/RabbitTopology.ts"
import { encodeLetter, encodeSubmissions } from "../../src/rabbit/submissionCodec.ts"
import { finish, waitFor } from "../e2e/harness.ts"
import { register } from "../e2e/kill/api.ts"
import type { Account } from "../e2e/kill/load.ts"
import { Cluster } from "./Cluster.ts"
import { emptyDatabase } from "./emptyDatabase.ts"
import { isLive, makeGroup, openDevice, postAndWait, shownTexts } from "./TestDevice.ts"

const partitions = 16
const newerId = randomUUID()

/**
 * As the broker leaves a batch that was delivered too often, and one that can't be read; and as a worker parks what is
 * of a newer version.
 */
const bury = async (url: string, log: ConversationId, commands: ReadonlyArray<Command>): Promise<void> => {
  const model = await connect(url)
  const channel = await model.createConfirmChannel()
  const headers = {
    "x-first-death-queue": partitionQueue(fnv1a(log) % partitions),
    "x-first-death-reason": "delivery_limit",
    "x-death": [{ time: { "!": "timestamp", value: 1_700_000_000 } }]
  }
  const content = encodeSubmissions([{ v: 1, to: NodeId.make(randomUUID()), key: "k", log, commands }])
  channel.publish(deadLetters, "", content, { persistent: true, headers })
  channel.publish(deadLetters, "", Buffer.from("[{]"), { persistent: true })
  const newer = {
    v: 1,
    to: NodeId.make(randomUUID()),
    key: "k",
    log,
    commands: [{ log, id: newerId, body: { kind: "newer" } }]
  }
  const parked = { "x-hibiki-partition": 3, "x-hibiki-at": 1_700_000_000_000, "x-hibiki-reason": "rejected" }
  channel.publish(deadLetters, "", encodeLetter(newer), { persistent: true, headers: parked })
  await channel.waitForConfirms()
  await channel.close()
  await model.close()
}

const postBy = (
  { deviceId, userId }: Account,
  log: ConversationId,
  id: CommandId,
  text: string,
  epoch: string | null | undefined
): Command => ({
  ...{ log, id, by: userId, device: deviceId },
  epoch: Epoch.make(epoch ?? ""),
  body: { kind: "post", text }
})

describe("dead letters of a cluster", () => {
  it("are listed, replayed without storing anything twice, and dropped when that is confirmed", async () => {
    const cluster = new Cluster({
      databaseUrl: await emptyDatabase(inject("postgresUrl")),
      rabbit: inject("rabbit"),
      redisUrl: inject("redisUrl")
    })
    const letters = (...args: ReadonlyArray<string>) => finish(["dead-letters", ...args], cluster.variables)
    await cluster.setUp()
    assert.strictEqual((await letters("list")).stdout, "No dead letters.\n")
    const { url } = await cluster.start("all")
    const account = await register(url, "aya")
    const group = await makeGroup(url, [account])
    const device = await openDevice(url, account)
    try {
      await isLive(device)
      device.client.open(group)
      const stored = await postAndWait(device, group, "stored before")
      const lost = CommandId.make(`0191e2a0-0000-7000${randomUUID().slice(18)}`)
      const { epoch } = device.client.inspect()
      await bury(cluster.variables["HIBIKI_AMQP_URL"] ?? "", group, [
        postBy(account, group, stored, "stored before", epoch),
        postBy(account, group, lost, "held too long", epoch)
      ])

      const { stdout } = await letters("list")
      const lines = stdout.trim().split("\n")
      assert.strictEqual(lines[0], "letter\ttime\tpartition\treason\tcommand\tkind")
      assert.match(
        lines[1] ?? "",
        new RegExp(`^[0-9a-f]{16}\t2023-11-14T22:13:20.000Z\t\\d+\tdelivery_limit\t${stored}\tpost$`)
      )
      assert.match(lines[2] ?? "", new RegExp(`\t${lost}\tpost$`))
      assert.match(lines[3] ?? "", /\t\?\tunreadable, 3 bytes$/)
      assert.match(
        lines[4] ?? "",
        new RegExp(`\t2023-11-14T22:13:20.000Z\t3\trejected\t${newerId}\tnewer, unreadable$`)
      )
      assert.notInclude(stdout, "held too long")
      assert.include((await letters("list", "--text")).stdout, "\tpost\theld too long\n")

      assert.strictEqual((await letters("replay")).code, 64, "which ones must be said")
      const elsewhere = await letters("replay", randomUUID())
      assert.deepStrictEqual([elsewhere.code, elsewhere.stdout], [1, "Letters replayed: 0.\n"])
      const replayed = await letters("replay", lost)
      assert.deepStrictEqual([replayed.code, replayed.stdout], [0, "Letters replayed: 1.\n"], replayed.stderr)
      await waitFor("the letter's post", () => shownTexts(device, group).includes("held too long"))
      assert.deepStrictEqual(shownTexts(device, group), ["stored before", "held too long"])

      const unconfirmed = await letters("drop", "--all")
      assert.strictEqual(unconfirmed.code, 64)
      assert.match(unconfirmed.stderr, /--yes/)
      const stays = await letters("replay", "--all")
      assert.match(stays.stderr, /stays/)
      assert.strictEqual((await letters("drop", "--all", "--yes")).stdout, "Letters dropped: 2.\n")
      assert.strictEqual((await letters("list")).stdout, "No dead letters.\n")
    } finally {
      await device.close()
      await cluster.stop()
    }
  })

  it("are explained where there are none, and where nothing was set up", async () => {
    const embedded = await finish(["dead-letters", "list"], {})
    assert.strictEqual(embedded.code, 78)
    assert.match(embedded.stderr, /^hibiki: Dead letters are what no worker of a cluster could take.*\n$/)
    const { variables } = new Cluster({
      databaseUrl: "postgres://h/d",
      rabbit: inject("rabbit"),
      redisUrl: "redis://h"
    })
    const unprepared = await finish(["dead-letters", "list"], variables)
    assert.strictEqual(unprepared.code, 78)
    assert.match(unprepared.stderr, /hibiki setup/)
    assert.match((await finish(["dead-letters", "drop", "--help"], {})).stdout, /--yes/)
  })
})
