/**
 * A whole move: people are connected to a server with a folder, everything is exported and imported into a cluster, and
 * a server of that listens at the old address. Their devices must go on as if nothing had happened.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { assert } from "vitest"
import { endServer, finish, freePort, startServer, waitFor } from "../../e2e/harness.ts"
import { call } from "../../e2e/kill/api.ts"
import type { Account } from "../../e2e/kill/load.ts"
import { type Addresses, Cluster } from "../Cluster.ts"
import { isLive, openDevice, postAndWait, shownRows, shownTexts, type TestDevice } from "../TestDevice.ts"
import { fillFolder, password } from "./filledFolder.ts"

export interface Move {
  readonly events: number
  readonly addresses: Addresses
  readonly log: (line: string) => void
}

interface SignedIn extends Account {
  readonly refreshToken: string
}

const signIn = (url: string, handle: string): Promise<SignedIn> =>
  call(url, "auth.signIn", { handle, password, device: { name: "laptop", kind: "terminal" } })

/** What one sees: the list with its marks, and the newest rows of each conversation. */
const screenOf = (device: TestDevice, rooms: ReadonlyArray<ConversationId>) => ({
  list: [...device.client.conversations()].sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1)),
  rows: rooms.map((room) => shownRows(device, room))
})

const devicesOf = (url: string, { accessToken }: Account) =>
  call<ReadonlyArray<{ readonly deviceId: string }>>(url, "device.list", {}, accessToken).then((all) =>
    all.map(({ deviceId }) => deviceId).sort()
  )

export const moveToCluster = async ({ addresses, events, log }: Move): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "hibiki-move-"))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const embedded = { HIBIKI_DATA: join(folder, "data"), HIBIKI_PORT: `${port}` }
  const file = join(folder, "hibiki.export.gz")
  const cluster = new Cluster(addresses)
  const devices: Array<TestDevice> = []
  /** Runs a command that must succeed, and tells what it said. */
  const must = async (args: ReadonlyArray<string>, variables: Readonly<Record<string, string>>) => {
    const { code, stderr, stdout } = await finish(args, variables)
    assert.strictEqual(code, 0, stderr)
    log(`hibiki ${args[0]}: ${stdout}${stderr}`.trim())
  }
  const importing = () => finish(["import", file], cluster.variables)
  try {
    const rooms = await fillFolder(embedded.HIBIKI_DATA, events)
    const room = rooms[0] as ConversationId
    log(`${events} posts are in the folder`)
    const server = await startServer(embedded)
    const [aya, ben] = [await signIn(url, "aya"), await signIn(url, "ben")]
    const [writer, reader] = [await openDevice(url, aya), await openDevice(url, ben)]
    devices.push(writer, reader)
    await Promise.all(devices.map(isLive))
    for (const { client } of devices) for (const each of rooms) client.open(each)
    for (const device of devices)
      await waitFor("all groups to be read", () => rooms.every((each) => shownRows(device, each).length > 1))
    const stored = await postAndWait(writer, room, "before the move")
    await waitFor("the reader to see it", () => shownTexts(reader, room).includes("before the move"))
    const seq = shownRows(reader, room).at(-1)?.seq ?? 0
    reader.client.react(room, seq, "👍", true)
    reader.client.read(room, seq)
    await waitFor(
      "reactions and cursors to be stored",
      () => reader.outbox().length === 0 && readUpTo(reader, room) === seq
    )
    // By what the log says: a device shows its own reaction before that.
    for (const device of devices) await waitFor("the reaction's event", () => isChanged(shownRows(device, room).at(-1)))
    const before = devices.map((device) => screenOf(device, rooms))
    const signedIn = await devicesOf(url, aya)

    assert.match((await finish(["export", file], embedded)).stderr, /Another Hibiki \(process \d+\) uses the folder/)
    assert.strictEqual(await endServer(server), 0)
    writer.client.post(room, "while it moved")
    await must(["export", "--moving", file], embedded)
    const startedAgain = await finish(["start"], embedded)
    assert.deepStrictEqual(
      [startedAgain.code, /was moved by "hibiki export --moving"/.test(startedAgain.stderr)],
      [78, true],
      startedAgain.stderr
    )
    await cluster.setUp()
    // Started twice by mistake: one of them is refused.
    const [done, refused] = (await Promise.all([importing(), importing()])).sort(
      (a, b) => (a.code ?? 0) - (b.code ?? 0)
    )
    assert.deepStrictEqual([done?.code, refused?.code], [0, 78], `${done?.stderr}${refused?.stderr}`)
    log(`hibiki import: ${done?.stdout}`.trim())
    await must(["import", file, "--check"], cluster.variables)
    await cluster.start("all", { port })

    for (const { client } of devices) client.retryNow()
    await Promise.all(devices.map(isLive))
    await waitFor("what was written meanwhile", () => shownTexts(reader, room).at(-1) === "while it moved")
    await waitFor("its settling", () => writer.outbox().length === 0)
    const after = devices.map((device) => screenOf(device, rooms))
    for (const [i, { rows }] of before.entries())
      assert.deepStrictEqual(after[i]?.rows[0]?.slice(0, rows[0]?.length), rows[0])
    for (const [i, { rows }] of before.entries()) assert.deepStrictEqual(after[i]?.rows.slice(1), rows.slice(1))
    assert.deepStrictEqual(
      after[0]?.list.map((each) => [each.conversationId, each.readUpTo]),
      before[0]?.list.map((each) => [each.conversationId, each.readUpTo])
    )
    assert.deepStrictEqual(await devicesOf(url, aya), signedIn, "nobody signed in again")
    for (const device of devices) assert.deepStrictEqual(device.refused(), [])
    const { deviceId } = await call<SignedIn>(url, "auth.refresh", { refreshToken: ben.refreshToken })
    assert.strictEqual(deviceId, ben.deviceId)

    // One whose answer was lost before the move sends it again; and a new device sees what the others do.
    const body = { kind: "post", text: "before the move" } as const
    const lost = {
      id: stored,
      conversationId: room,
      order: 1,
      epoch: writer.client.inspect().epoch,
      at: 0,
      body
    } as const
    const again = await openDevice(url, await signIn(url, "aya"), [{ ...lost, state: "sent", handedOver: true }])
    devices.push(again)
    await waitFor("the repeat to be answered", () => again.outbox().length === 0)
    await isLive(again)
    for (const each of rooms) again.client.open(each)
    await waitFor("the same rows", () => shownTexts(again, room).at(-1) === "while it moved")
    assert.strictEqual(shownTexts(again, room).filter((text) => text === "before the move").length, 1)
    await refusals(cluster, file)
  } finally {
    await Promise.all(devices.map((device) => device.close()))
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const isChanged = (row: MessageRow | undefined): boolean => row?.reactions !== undefined && row.rev > row.seq

const readUpTo = ({ client }: TestDevice, room: ConversationId): number | undefined =>
  client.conversations().find(({ conversationId }) => conversationId === room)?.readUpTo

/** Into a cluster that runs, and then into one that is not empty. */
const refusals = async (cluster: Cluster, file: string): Promise<void> => {
  const running = await finish(["import", file], cluster.variables)
  assert.deepStrictEqual(
    [running.code, /run \(all\): stop all of them/.test(running.stderr)],
    [78, true],
    running.stderr
  )
  await cluster.stop()
  const full = await finish(["import", file], cluster.variables)
  assert.deepStrictEqual([full.code, /not empty/.test(full.stderr)], [78, true], full.stderr)
  const changed = await finish(["import", file, "--check"], cluster.variables)
  assert.deepStrictEqual(
    [changed.code, /differs from the export behind \d+ equal lines/.test(changed.stderr)],
    [1, true],
    changed.stderr
  )
}
