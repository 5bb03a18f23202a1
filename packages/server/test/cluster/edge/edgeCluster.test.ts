/** People at the one address of a cluster whose gateways drain, are killed and are added behind it. */
import { setTimeout as pause } from "node:timers/promises"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { afterAll, assert, beforeAll, describe, inject, it } from "vitest"
import { nginxDeviations } from "../../conformance/nginxDeviations.ts"
import { roomyLimits } from "../../conformance/roomyLimits.ts"
import { runSuite } from "../../conformance/runSuite.ts"
import { groups } from "../../conformance/suite.ts"
import { freePort, waitFor } from "../../e2e/harness.ts"
import { register, signIn } from "../../e2e/kill/api.ts"
import { Cluster } from "../Cluster.ts"
import { emptyDatabase } from "../emptyDatabase.ts"
import { readCounters } from "../nemesis/readCounters.ts"
import { isLive, makeGroup, openDevice, postAndWait, shownTexts, type TestDevice } from "../TestDevice.ts"
import { type Nginx, startNginx } from "./Nginx.ts"
import { ask, upgrade } from "./plainHttp.ts"

let cluster: Cluster
let nginx: Nginx
let url = ""
let group: ConversationId
/** Two people, of whom one has two devices. */
let devices: ReadonlyArray<TestDevice> = []

const upstreams = () => ({
  api: cluster.of("api").map((member) => member.url),
  gateways: cluster.of("gateway").map((member) => member.url)
})

beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const services = {
    databaseUrl: await emptyDatabase(inject("postgresUrl")),
    rabbit: inject("rabbit"),
    redisUrl: inject("redisUrl")
  }
  cluster = new Cluster(services, { ...roomyLimits, HIBIKI_PUBLIC_URL: url, HIBIKI_TRUSTED_PROXIES: "127.0.0.1" })
  await cluster.setUp()
  await Promise.all((["worker", "gateway", "gateway", "api", "api"] as const).map((role) => cluster.start(role)))
  nginx = await startNginx(upstreams(), { port })
  const accounts = [await register(url, "ada"), await register(url, "bob")] as const
  group = await makeGroup(url, accounts)
  devices = await Promise.all([...accounts, await signIn(url, "ada")].map((account) => openDevice(url, account)))
  await Promise.all(devices.map(isLive))
})
afterAll(async () => {
  for (const device of devices) await device.close()
  await nginx?.stop()
  await cluster?.stop()
})

/** As the gateways count them, which they do now and then. */
const areSpread = (wanted: ReadonlyArray<number>, withinMs = 20_000) =>
  waitFor(
    `${wanted.join(" and ")} sockets`,
    async () => {
      const counters = await Promise.all(cluster.of("gateway").map(({ url }) => readCounters(url)))
      return `${counters.map((each) => each("hibiki_gateway_sockets")).sort()}` === `${wanted}`
    },
    withinMs
  )

const socketsOf = async (members: ReadonlyArray<{ readonly url: string }>): Promise<number> => {
  const counters = await Promise.all(members.map(({ url }) => readCounters(url)))
  return counters.reduce((sum, each) => sum + each("hibiki_gateway_sockets"), 0)
}

/** Everybody says something, and everybody sees all of it. */
const talk = async (what: string): Promise<void> => {
  await Promise.all(devices.map(isLive))
  await Promise.all(devices.map((device, n) => postAndWait(device, group, `${what} ${n}`)))
  const said = devices.map((_, n) => `${what} ${n}`)
  await Promise.all(
    devices.map((device) =>
      waitFor(`all of "${what}"`, () => said.every((text) => shownTexts(device, group).includes(text)))
    )
  )
}

/**
 * Dials fifty times a second at most, from an address of its own, until told to stop: what was answered, and how often.
 */
const dialling = () => {
  const counts = new Map<number, number>()
  let going = true
  const done = (async () => {
    while (going) {
      const { socket, status } = await upgrade(nginx.port, "/ws", { from: "127.0.0.41" })
      socket?.destroy()
      await pause(20)
      counts.set(status, (counts.get(status) ?? 0) + 1)
    }
  })()
  return async () => {
    going = false
    await done
    return counts
  }
}

describe("one address in front of a cluster", () => {
  it("lets people at different gateways talk, and browsers stay signed in whichever process they reach", async () => {
    await areSpread([1, 2])
    await talk("hello")
    const headers = { "content-type": "application/json", "x-hibiki-session": "cookie", origin: url }
    const device = { name: "Firefox", kind: "browser" }
    const body = JSON.stringify({ handle: "bob", password: "correct horse battery", device })
    let reply = await ask(nginx.port, "POST", "/api/v1/auth.signIn", { headers, body })
    const processes = new Set<string | undefined>()
    for (let n = 0; n < 6; n++) {
      assert.strictEqual(reply.status, 200, reply.body)
      const [cookie = ""] = reply.headers.find(([name]) => name === "set-cookie")?.[1].split(";") ?? []
      reply = await ask(nginx.port, "POST", "/api/v1/auth.refresh", { headers: { ...headers, cookie }, body: "{}" })
      processes.add(reply.headers.find(([name]) => name === "x-request-id")?.[1].split("-")[0])
    }
    assert.strictEqual(processes.size, 2)
    const { body: page, status } = await ask(nginx.port, "GET", "/board")
    assert.strictEqual(status, 200)
    const [script = "none"] = /\/assets\/index-[\w-]+\.js/.exec(page) ?? []
    assert.strictEqual((await ask(nginx.port, "GET", script)).status, 200)
  })

  it("keeps the protocol of sockets, and differs on connections only where that is known", async () => {
    const names = ["close codes", "client frames", "bad inputs: framing", "bad inputs: connections"]
    const report = await runSuite({
      url,
      log: () => undefined,
      groups: groups.filter(({ name }) => names.includes(name)),
      deviations: new Map(
        [...nginxDeviations].filter(([name]) => names.some((group) => name.startsWith(`${group} / `)))
      )
    })
    assert.deepStrictEqual(
      report.groups.flatMap(({ failures, name }) => failures.map((failure) => [name, failure.case, failure.why])),
      []
    )
    assert.isAtLeast(report.cases, 120)
  })

  it("passes over a gateway that drains, and takes its clients back", async () => {
    const [drained] = cluster.of("gateway")
    if (drained === undefined) throw new Error("there is no gateway")
    const stop = dialling()
    assert.strictEqual(await cluster.end(drained), 0)
    await talk("drained")
    assert.deepStrictEqual([...(await stop()).keys()], [101])
    await areSpread([3])
    await cluster.start("gateway", { port: Number(new URL(drained.url).port) })
  })

  it("takes back the clients of a gateway that was killed", async () => {
    const [killed] = cluster.of("gateway")
    if (killed === undefined) throw new Error("there is no gateway")
    await areSpread([0, 3])
    await cluster.end(killed, "SIGKILL")
    await talk("killed")
    await areSpread([3])
  })

  it("is given a further gateway while people write, and no socket is lost by it", async () => {
    const welcomes = () => devices.map(({ client }) => client.inspect().welcomes)
    const before = welcomes()
    let writing = true
    const written: Array<string> = []
    const load = (async () => {
      for (let n = 0; writing; n++) {
        const text = `load ${n}`
        await postAndWait(devices[n % devices.length] as TestDevice, group, text)
        written.push(text)
      }
    })()
    await cluster.start("gateway")
    await nginx.reload(upstreams())
    const enough = written.length + 10
    await waitFor("more to be written", () => written.length >= enough)
    writing = false
    await load
    assert.deepStrictEqual(welcomes(), before)
    await areSpread([0, 3])
    // Whoever comes now is spread over both: nginx counts anew after a reload.
    const added = await Promise.all(
      [await signIn(url, "bob"), await signIn(url, "ada")].map((account) => openDevice(url, account))
    )
    devices = [...devices, ...added]
    await Promise.all(devices.map(isLive))
    await areSpread([1, 4])
    await talk("added")
    for (const device of devices.slice(0, 3)) {
      const loads = shownTexts(device, group).filter((text) => text.startsWith("load "))
      assert.deepStrictEqual(loads, written)
    }
  })

  it("takes the clients of a gateway that stands still to the others, and lets it take part again when it goes on", async () => {
    await cluster.start("gateway")
    await nginx.reload(upstreams())
    const more = await Promise.all(["ada", "bob", "ada", "bob"].map((name) => signIn(url, name)))
    devices = [...devices, ...(await Promise.all(more.map((account) => openDevice(url, account))))]
    // Anew, since nginx counts from its reload on.
    for (const device of devices) await device.stop()
    for (const device of devices) {
      await device.start()
      await isLive(device)
    }
    await areSpread([3, 3, 3])
    const [frozen, ...living] = cluster.of("gateway")
    const welcomes = () => devices.map(({ client }) => client.inspect().welcomes)
    const [before, began] = [welcomes(), performance.now()]
    const moved = () => welcomes().filter((count, n) => count > (before[n] ?? 0)).length
    frozen?.process.kill("SIGSTOP")
    try {
      await waitFor("its devices to be welcome elsewhere", () => moved() === 3, 30_000)
      console.log(`welcome elsewhere after ${Math.round(performance.now() - began)} ms`)
      await Promise.all(devices.map(isLive))
      await waitFor("nine sockets at the others", async () => (await socketsOf(living)) === 9, 20_000)
      await talk("frozen")
    } finally {
      frozen?.process.kill("SIGCONT")
    }
    await areSpread([0, 4, 5])
    assert.strictEqual(moved(), 3, "the others stayed where they were")
    const late = await openDevice(url, await signIn(url, "bob"))
    devices = [...devices, late]
    // A gateway that has just gone on may be too late for one look more, and then takes the next socket.
    const takesPart = async () => {
      await isLive(late)
      if (await areSpread([1, 4, 5], 3_000).then(Boolean, () => false)) return true
      await late.stop()
      await late.start()
      return false
    }
    await waitFor("the gateway to take part again", takesPart, 60_000)
    await talk("thawed")
  })
})
