/**
 * After a restore, what devices hold of the lost future goes, and what was stored before the copy stays stored once.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import type { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { assert, describe, inject, it } from "vitest"
import { endServer, finish, freePort, type Started, startServer, temporaryFolder, waitFor } from "../e2e/harness.ts"
import { register } from "../e2e/kill/api.ts"
import { postgresPrograms } from "../live/privatePostgres.ts"
import { putEmptyPglite } from "../pglite/pgliteTemplate.ts"
import { Cluster } from "./Cluster.ts"
import { emptyDatabase } from "./emptyDatabase.ts"
import { isLive, makeGroup, openDevice, postAndWait, shownTexts, type TestDevice } from "./TestDevice.ts"

/** A server of either mode whose data can be copied and put back. */
interface Restorable {
  readonly variables: Readonly<Record<string, string>>
  readonly url: string
  readonly start: () => Promise<Started>
  readonly copy: () => Promise<void>
  /** While nothing runs. Leaves nothing that says so. */
  readonly putBack: () => Promise<void>
}

const namesOf = (...numbers: ReadonlyArray<number>): ReadonlyArray<string> => numbers.map((number) => `post ${number}`)

const postAll = async (
  device: TestDevice,
  group: ConversationId,
  numbers: ReadonlyArray<number>
): Promise<ReadonlyArray<CommandId>> => {
  const ids: Array<CommandId> = []
  for (const text of namesOf(...numbers)) ids.push(await postAndWait(device, group, text))
  return ids
}

const shows = (device: TestDevice, group: ConversationId, texts: ReadonlyArray<string>) =>
  waitFor(`the device to show ${texts.join(", ")}`, () => {
    const shown = shownTexts(device, group)
    return shown.length === texts.length && shown.every((text, i) => text === texts[i])
  }).catch((error: unknown) => assert.deepStrictEqual(shownTexts(device, group), texts, String(error)))

const restoreAndLook = async ({ copy, putBack, start, url, variables }: Restorable): Promise<void> => {
  let server = await start()
  const [aya, ben] = [await register(url, "aya"), await register(url, "ben")]
  const group = await makeGroup(url, [aya, ben])
  const [writer, reader] = [await openDevice(url, aya), await openDevice(url, ben)]
  const devices = [writer, reader]
  try {
    await Promise.all(devices.map(isLive))
    for (const { client } of devices) client.open(group)
    const [, , third] = await postAll(writer, group, [1, 2, 3])
    await copy()
    await postAll(writer, group, [4, 5])
    await shows(reader, group, namesOf(1, 2, 3, 4, 5))

    const running = await finish(["restored"], variables)
    assert.strictEqual(running.code, 78, "refused while a server runs")
    assert.match(running.stderr, /stop/)
    await reader.stop()
    assert.strictEqual(await endServer(server), 0)
    writer.client.post(group, "post 6")
    await putBack()
    const done = await finish(["restored"], variables)
    assert.strictEqual(done.code, 0, done.stderr)
    assert.match(done.stdout, /new epoch/)

    // The numbers that the reader holds 4 and 5 under are given anew while it is away.
    server = await start()
    writer.client.retryNow()
    await shows(writer, group, namesOf(1, 2, 3, 6))
    await postAll(writer, group, [7, 8])
    await reader.start()
    await shows(reader, group, namesOf(1, 2, 3, 6, 7, 8))

    // A device whose answer was lost before the copy was made sends it again.
    const last = await openDevice(url, aya, [
      {
        ...{
          id: third as CommandId,
          conversationId: group,
          order: 1,
          epoch: null,
          at: 0,
          body: { kind: "post", text: "post 3" }
        },
        ...{ state: "sent", handedOver: true }
      }
    ])
    devices.push(last)
    await waitFor("the repeat to be answered", () => last.outbox().length === 0)
    await isLive(last)
    last.client.open(group)
    await shows(last, group, namesOf(1, 2, 3, 6, 7, 8))
    await shows(reader, group, namesOf(1, 2, 3, 6, 7, 8))
  } finally {
    await Promise.all(devices.map((device) => device.close()))
    await endServer(server)
  }
}

describe("a restored store", () => {
  it("of a cluster is read anew by everybody, and takes nothing twice", async () => {
    const cluster = new Cluster({
      databaseUrl: await emptyDatabase(inject("postgresUrl")),
      rabbit: inject("rabbit"),
      redisUrl: inject("redisUrl")
    })
    const { variables } = cluster
    const database = variables["HIBIKI_DATABASE_URL"] ?? ""
    const folder = temporaryFolder()
    const dump = join(folder.path, "dump")
    const program = (name: string, ...args: ReadonlyArray<string>) =>
      execFileSync(join(postgresPrograms(), name), [...args], { stdio: "pipe", timeout: 30_000 })
    const port = await freePort()
    try {
      await cluster.setUp()
      await restoreAndLook({
        variables,
        url: `http://127.0.0.1:${port}`,
        start: () => cluster.start("all", { port }),
        copy: async () => void program("pg_dump", "--format=custom", `--file=${dump}`, database),
        putBack: async () => void program("pg_restore", "--clean", `--dbname=${database}`, dump)
      })
    } finally {
      await cluster.stop()
      folder.remove()
    }
  })

  it("in a folder is, too, also when the copy was made by other means", async () => {
    const folder = temporaryFolder()
    const data = join(folder.path, "data")
    const port = await freePort()
    const variables = { HIBIKI_DATA: data, HIBIKI_PORT: `${port}`, HIBIKI_REGISTRATION: "open" }
    const file = join(folder.path, "backup.tar.gz")
    assert.match((await finish(["restored"], variables)).stderr, /no data folder of Hibiki/)
    await putEmptyPglite(data)
    try {
      await restoreAndLook({
        variables,
        url: `http://127.0.0.1:${port}`,
        start: () => startServer(variables),
        copy: async () => assert.strictEqual((await finish(["backup", file], variables)).code, 0),
        putBack: async () => {
          rmSync(data, { recursive: true })
          mkdirSync(data, { mode: 0o700 })
          execFileSync("tar", ["-xzf", file, "-C", data])
          rmSync(join(data, "restored"))
        }
      })
    } finally {
      folder.remove()
    }
  })
})
