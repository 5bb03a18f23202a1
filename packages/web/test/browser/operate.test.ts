/** The operator's console on one server: it sees its own process, its actors and sockets, and costs nothing unseen. */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { type Account, makeAccount } from "./harness/api.ts"
import { seriousFindings, walkEverywhere } from "./harness/axe.ts"
import type { Device } from "./harness/browser.ts"
import { inTime } from "./harness/eventually.ts"
import { isLive, register, signedIn } from "./harness/person.ts"
import { setHidden } from "./harness/presence.ts"
import { startTestServer } from "./harness/server.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorldOf } from "./harness/world.ts"

const world = useWorldOf(() => startTestServer({}, "none"))
let ben: Account | undefined

/** The first account of a server is its administrator's. */
beforeAll(async () => {
  const link = new URL(world.server().adminLink ?? assert.fail("no link"))
  const device = await world.device({ name: "first", language: "en" })
  const page = await device.open(`${link.pathname}${link.hash}`)
  await register(device, page, "aki", "Aki")
  await isLive(page)
  ben = await makeAccount(world.server().origin, "ben", "Ben")
})

const rowsOf = (device: Device, page: Awaited<ReturnType<Device["open"]>>, screen: "actors" | "nodes" | "sockets") =>
  page.getByRole("table", { name: wordsOf(device.language).operate[screen].caption }).locator("tbody tr")

describe("an administrator", () => {
  it("comes by the menu, and sees the own process, its actors and its sockets", async () => {
    const laptop = await world.device({ name: "laptop", language: "en" })
    const page = await signedIn(laptop, "aki")
    const words = wordsOf("en")
    const watching = () => laptop.network.openSockets().filter((path) => path.startsWith("/rpc/ws")).length
    await page.getByRole("button", { name: words.conversations.own.menu("Aki") }).click()
    await page.getByRole("menuitem", { name: words.conversations.own.operate }).click()
    await page.getByText(words.operate.health.well).waitFor()
    assert.strictEqual(new URL(page.url()).pathname, "/operate")
    assert.strictEqual(await page.title(), `${words.operate.title} · Hibiki`)
    await page.locator("[data-plot='sockets'] canvas").waitFor()

    await page.getByRole("tab", { name: words.operate.screens.now }).press("ArrowRight")
    const process = rowsOf(laptop, page, "nodes").first()
    await process.getByText(words.operate.nodes.answers).waitFor()

    await page.getByRole("tab", { name: words.operate.screens.actors }).click()
    const [show = ""] = words.operate.actors.filterBy("|").split("|")
    await rowsOf(laptop, page, "actors")
      .first()
      .getByRole("button", { name: `${show}user/` })
      .click()
    await inTime("an address of its own", () => new URL(page.url()).searchParams.get("prefix")?.startsWith("user/"))
    await page.reload()
    await rowsOf(laptop, page, "actors").first().waitFor()
    assert.match(new URL(page.url()).search, /^\?prefix=user/, "a reload leads to the same place")

    await page.getByRole("tab", { name: words.operate.screens.sockets }).click()
    await rowsOf(laptop, page, "sockets").first().getByText(words.operate.sockets.live).waitFor()

    // Whoever pauses, hides or leaves the page asks for nothing.
    await page.locator("h1").focus()
    await page.keyboard.press("p")
    await page.getByText(words.operate.pulses.paused).waitFor()
    await inTime("no stream while paused", () => watching() === 0)
    await page.keyboard.press("p")
    await page.getByText(words.operate.pulses.live, { exact: true }).waitFor()
    await setHidden(page, true)
    await inTime("no stream behind another tab", () => watching() === 0)
    await setHidden(page, false)
    await page.getByText(words.operate.pulses.live, { exact: true }).waitFor()
    await page.getByRole("link", { name: words.kit.back, exact: true }).click()
    await inTime("no stream when the console is closed", () => watching() === 0)
  })

  it("keeps what is shown when the network breaks, says so, and comes back by itself", async () => {
    const laptop = await world.device({ name: "broken", language: "ja" })
    const page = await signedIn(laptop, "aki")
    const words = wordsOf("ja").operate
    await page.goto(`${laptop.origin}/operate/nodes`)
    await rowsOf(laptop, page, "nodes").first().waitFor()
    laptop.network.set("cut")
    await page.getByText(words.pulses.lost).waitFor()
    assert.strictEqual(await rowsOf(laptop, page, "nodes").count(), 1)
    laptop.network.set("up")
    await page.getByText(words.pulses.live).waitFor()
  })
})

it("leads others to their conversations, and asks nothing of the server for them", async () => {
  const device = await world.device({ name: "ben", language: "en" })
  assert.isDefined(ben)
  const page = await signedIn(device, "ben")
  await page.goto(`${device.origin}/operate/actors`)
  await inTime("the list", () => new URL(page.url()).pathname === "/")
  assert.strictEqual(device.network.openSockets().filter((path) => path.startsWith("/rpc/ws")).length, 0)
  await page.getByRole("button", { name: wordsOf("en").conversations.own.menu("Ben") }).click()
  assert.strictEqual(await page.getByRole("menuitem", { name: wordsOf("en").conversations.own.operate }).count(), 0)
})

/** What a screen has once it is there: rows, the words in place of none, or what one asks by. */
const shown = ":is(tbody tr, .operate-note, form, input):visible"

walkEverywhere(world, async (device) => {
  const page = await signedIn(device, "aki")
  const words = wordsOf(device.language).operate
  for (const path of [
    "/operate",
    "/operate/nodes",
    "/operate/actors",
    "/operate/sockets",
    "/operate/path",
    "/operate/message",
    "/operate/queues",
    "/operate/store",
    "/operate/presence",
    "/operate/people",
    "/operate/conversations",
    "/operate/audit"
  ]) {
    await page.goto(`${device.origin}${path}`)
    await page.getByText(words.health.well).waitFor()
    if (path === "/operate") await page.locator("[data-plot='waiting'] canvas").waitFor()
    else await page.locator("main").locator(shown).first().waitFor()
    assert.deepStrictEqual(await seriousFindings(page), [], path)
    const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    assert.isFalse(overflows, `${path} is no wider than the page`)
  }
})
