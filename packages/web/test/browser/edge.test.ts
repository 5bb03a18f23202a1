/**
 * People at nginx, on different gateways, of which one drains and one is killed while they write: every screen equals
 * the log, and no page was loaded again.
 */
import { assert, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { addressesOf, Cluster, startServices } from "../../../server/test/cluster/Cluster.ts"
import { startNginx } from "../../../server/test/cluster/edge/Nginx.ts"
import { readCounters } from "../../../server/test/cluster/nemesis/readCounters.ts"
import { freePort } from "../../../server/test/e2e/harness.ts"
import { createGroup, makeAccount, readLog } from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { isLive, openConversation, post, signedIn } from "./harness/person.ts"
import { readScreen, timelineOf } from "./harness/screen.ts"
import { roomy } from "./harness/server.ts"
import { useWorldOf } from "./harness/world.ts"

/** A cluster of its own services behind nginx: what others use is not to be broken. */
const startAtEdge = async () => {
  const [services, port] = [await startServices(), await freePort()]
  const origin = `http://127.0.0.1:${port}`
  const cluster = new Cluster(addressesOf(services), {
    ...roomy,
    HIBIKI_PUBLIC_URL: origin,
    HIBIKI_TRUSTED_PROXIES: "127.0.0.1"
  })
  await cluster.setUp()
  await Promise.all(
    (["worker", "worker", "gateway", "gateway", "api", "api"] as const).map((role) => cluster.start(role))
  )
  const urls = (role: "api" | "gateway") => cluster.of(role).map(({ url }) => url)
  const upstreams = () => ({ api: urls("api"), gateways: urls("gateway") })
  const nginx = await startNginx(upstreams(), { port })
  return {
    origin,
    cluster,
    /** nginx hears of the processes that there are now. */
    reload: () => nginx.reload(upstreams()),
    stop: async () => {
      await nginx.stop()
      await cluster.stop()
      await services.stop()
    }
  }
}

const world = useWorldOf(startAtEdge)

const socketsOf = (url: string) => readCounters(url).then((counters) => counters("hibiki_gateway_sockets"))

/** Undone by a reload of the page. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { wasHere: true }))
const wasReloaded = (page: Page) => page.evaluate(() => !("wasHere" in window))

it("on gateways that drain, are killed and are added: all screens equal the log, without a reload", async () => {
  const { cluster, origin, reload } = world.server()
  const people = ["aki", "ben", "chie"] as const
  const [aki, ...others] = await Promise.all(people.map((name) => makeAccount(origin, name, name)))
  if (aki === undefined) throw new Error("nobody is there")
  const group = await createGroup(origin, aki, "the kitchen", others)
  const devices = await Promise.all(people.map((name) => world.device({ name, language: "en" })))
  const pages: Array<Page> = []
  for (const [n, device] of devices.entries()) {
    const page = await signedIn(device, people[n] ?? "")
    await openConversation(page, group)
    await mark(page)
    pages.push(page)
  }
  const gateways = cluster.of("gateway")
  const [first, second] = gateways
  if (first === undefined || second === undefined) throw new Error("a gateway is missing")
  await inTime("people on both gateways", async () =>
    (await Promise.all(gateways.map(({ url }) => socketsOf(url)))).every((count) => count > 0)
  )

  let said = 0
  /** Everybody writes, one after the other. */
  const write = async (what: string) => {
    for (const [n, device] of devices.entries()) {
      const page = pages[n]
      if (page === undefined) continue
      await post(device, page, `${what} of ${people[n]}`)
      said++
    }
  }
  await write("before")
  const drained = cluster.end(first, "SIGTERM")
  await write("while one drains")
  assert.strictEqual(await drained, 0)
  await write("after it went")
  await cluster.start("gateway")
  await reload()
  await write("with a new one")
  await cluster.end(second, "SIGKILL")
  await write("right after one was killed")
  await Promise.all(pages.map(isLive))
  await write("in the end")

  await equalInTime(
    "what is stored",
    async () => (await readLog(origin, aki, group)).length,
    () => said,
    60_000
  )
  const log = await readLog(origin, aki, group)
  const last = log.at(-1)?.[0] ?? 0
  for (const page of pages) {
    await timelineOf(page).locator(`[data-seq="${last}"]`).first().waitFor()
    assert.deepStrictEqual(await readScreen(page, log[0]?.[0] ?? 0), log)
    assert.isFalse(await wasReloaded(page))
  }
})
