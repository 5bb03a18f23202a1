/** Push servers of a cluster, one of them killed while it sends: who is away is woken once for all that is unread, and not for what was read. */
import type { ConversationId, DeviceId } from "@hibiki/core/domain/Ids"
import { assert, describe, inject, it } from "vitest"
import { finish, waitFor } from "../e2e/harness.ts"
import { call, register } from "../e2e/kill/api.ts"
import type { Account } from "../e2e/kill/load.ts"
import { Cluster, type Member } from "./Cluster.ts"
import { emptyDatabase } from "./emptyDatabase.ts"
import { isLive, makeGroup, openDevice, postAndWait, shownRows, type TestDevice } from "./TestDevice.ts"

/** What the log provider writes, in the order of its lines. */
interface Line {
  readonly at: number
  readonly message: string
  readonly device: DeviceId
  readonly conversation: ConversationId
  readonly seq: number
  readonly collapse: string
  readonly reason: string
}

const linesOf = (server: Member): ReadonlyArray<Line> =>
  server
    .stderr()
    .split("\n")
    .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Line] : []))
    .filter(({ message }) => message.startsWith("Push"))

const many = { people: 12, groups: 6 } as const

/** Connects as somebody, reads a group to its end, and goes. */
const readAll = async (origin: string, gateway: string, account: Account, group: ConversationId): Promise<number> => {
  const device = await openDevice(origin, account, [], gateway)
  try {
    await isLive(device)
    device.client.open(group)
    await waitFor("something to read", () => shownRows(device, group).length > 0)
    const last = shownRows(device, group).at(-1)?.seq ?? 0
    device.client.read(group, last)
    // What the client shows of itself is ahead of what it has sent.
    const isRead = async () =>
      (await call<{ readonly readUpTo: number }>(origin, "conversation.get", { conversationId: group }, account.accessToken)).readUpTo >=
      last
    await waitFor("it to be read", isRead)
    return last
  } finally {
    await device.close()
  }
}

describe("push servers of a cluster", () => {
  it("wake each device that is away once for all that is unread, and not for what was read, though one is killed", async () => {
    const cluster = new Cluster(
      { databaseUrl: await emptyDatabase(inject("postgresUrl")), rabbit: inject("rabbit"), redisUrl: inject("redisUrl") },
      { HIBIKI_LOG_FORMAT: "json", HIBIKI_LIMIT_REGISTER_PER_HOUR: "1000" }
    )
    await cluster.setUp()
    const [api, gateway, , push] = await Promise.all((["api", "gateway", "worker", "push"] as const).map((role) => cluster.start(role)))
    if (api === undefined || gateway === undefined || push === undefined) throw new Error("a process is missing")
    const servers = [push]
    let writer: TestDevice | undefined
    try {
      const ann = await register(api.url, "ann")
      const others = await Promise.all(Array.from({ length: many.people }, (_, n) => register(api.url, `away${n}`)))
      const groups: Array<ConversationId> = []
      for (let n = 0; n < many.groups; n++) groups.push(await makeGroup(api.url, [ann, ...others]))
      writer = await openDevice(api.url, ann, [], gateway.url)
      await isLive(writer)
      const post = async (text: string) => {
        for (const group of groups) await postAndWait(writer as TestDevice, group, text)
      }
      const wakes = () =>
        servers.flatMap((server) =>
          linesOf(server)
            .filter(({ message }) => message === "Push")
            .map((line) => ({ ...line, server }))
        )
      const wakesOf = ({ deviceId }: Account, group: ConversationId) =>
        wakes().filter(({ conversation, device }) => device === deviceId && conversation === group)
      for (const group of groups) writer.client.open(group)

      await post("one")
      await waitFor("the first push", () => linesOf(push).length > 0, 20_000)
      await cluster.end(push, "SIGKILL")
      await post("two")
      servers.push(await cluster.start("push"), await cluster.start("push"))
      await waitFor("everybody to be woken", () => others.every((one) => groups.every((group) => wakesOf(one, group).length > 0)), 60_000)
      for (const one of others)
        for (const group of groups) {
          const woken = wakesOf(one, group)
          // Once, and once more at most if that was under way when its server was killed.
          const after = woken.filter(({ server }) => server !== push)
          assert.isAtMost(after.length, 1)
          assert.isAtMost(woken.length - after.length, 1)
          assert.deepStrictEqual([...new Set(woken.map(({ collapse }) => collapse))], [group.replaceAll("-", "")])
          for (const { reason } of woken) assert.strictEqual(reason, "no device in use")
        }

      const [bob, group] = [others[0] as Account, groups[0] as ConversationId]
      const last = await readAll(api.url, gateway.url, bob, group)
      const before = wakesOf(bob, group).length
      await waitFor("what was read to be taken back", () =>
        servers.some((server) =>
          linesOf(server).some(
            ({ conversation, device, message }) => message !== "Push" && device === bob.deviceId && conversation === group
          )
        )
      )
      await post("three")
      await waitFor("a push for what is new", () => wakesOf(bob, group).length > before, 60_000)
      assert.isTrue(
        wakesOf(bob, group)
          .slice(before)
          .every(({ seq }) => seq > last)
      )

      const why = await finish(["push", "why", group, `${last}`, "away0"], cluster.variables)
      assert.strictEqual(why.code, 0, why.stderr)
      assert.match(why.stdout, new RegExp(`so message ${last} too`))
      assert.match(why.stdout, /was sent/)
      assert.match(why.stdout, /was taken back, since it was read/)
      assert.match((await finish(["push", "why", group, "1", "nobody"], cluster.variables)).stderr, /no account of this handle/)
    } finally {
      await writer?.close()
      await cluster.stop()
    }
  }, 240_000)
})
