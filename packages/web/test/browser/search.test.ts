/**
 * The search in messages in a real browser, against the server: what is found, where it leads, and what is said where
 * nothing is.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { type Account, createGroup, makeAccount, openDirect } from "./harness/api.ts"
import { seriousFindings, walkEverywhere } from "./harness/axe.ts"
import type { Device } from "./harness/browser.ts"
import { inTime } from "./harness/eventually.ts"
import { composeJapanese } from "./harness/ime.ts"
import { composerOf, isLive, messageRow, signedIn } from "./harness/person.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
let group = ""
let direct = ""
beforeAll(async () => {
  const { origin } = world.server()
  const account = (handle: string, name: string): Promise<Account> => makeAccount(origin, handle, name)
  const [aki, ben] = [await account("aki", "佐藤 あき"), await account("ben", "Ben Carter")]
  group = await createGroup(origin, aki, "秋の編集会議", [ben])
  direct = await openDirect(origin, ben, aki)
  const rest = Array.from({ length: 200 }, (_, n) => `message ${n}`)
  await seedMessages(origin, ben, group, ["the **lantern** is lit, 提灯", "<b>lantern</b>", ...rest])
  await seedMessages(origin, ben, direct, ["bring the lantern", "thanks"])
})

const dialogOf = (page: Page) => page.getByRole("dialog")
const inputOf = (page: Page) => dialogOf(page).getByRole("searchbox")
const hitsOf = (page: Page) => dialogOf(page).locator("[data-hit]")
const textsOf = (page: Page) => hitsOf(page).locator(".search-text").allTextContents()
const finds = (page: Page, texts: ReadonlyArray<string>) =>
  inTime(`found: ${texts}`, async () => JSON.stringify(await textsOf(page)) === JSON.stringify(texts))
const hasFocus = (page: Page, what: string) =>
  page.evaluate((selector) => document.activeElement?.matches(selector) === true, what)
const at = (page: Page, id: string) => page.goto(`${world.server().origin}/c/${id}`)

it("finds by keys alone, leads to a message that is far away, marks it, and has its answer when one comes back", async () => {
  const page = await signedIn(await world.device({ name: "keys", language: "en" }), "aki")
  await at(page, group)
  await messageRow(page, "message 199").waitFor()
  await isLive(page)
  await page.keyboard.press("Control+Shift+F")
  await inputOf(page).waitFor()
  await inTime("the focus", () => hasFocus(page, "dialog input[type=search]"))
  await page.keyboard.type("LANTERN")
  await page.keyboard.press("Enter")
  await finds(page, ["<b>lantern</b>", "the lantern is lit, 提灯"])
  assert.deepStrictEqual(await hitsOf(page).locator("mark").allTextContents(), ["lantern", "lantern"])
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("Enter")
  await dialogOf(page).waitFor({ state: "detached" })
  const row = messageRow(page, "提灯")
  await row.waitFor()
  await inTime("the focus on the message", () => hasFocus(page, "article"))
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ""), /提灯/)
  await page.keyboard.press("Control+Shift+F")
  await finds(page, ["<b>lantern</b>", "the lantern is lit, 提灯"])
  await page.keyboard.press("ArrowDown")
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ""), /提灯/, "where one was before")
  await page.keyboard.press("Escape")
  await dialogOf(page).waitFor({ state: "detached" })
})

it("finds in all conversations, and opens the one of the message", async () => {
  const page = await signedIn(await world.device({ name: "all", language: "en" }), "aki")
  const words = wordsOf("en").find.search
  await at(page, group)
  await messageRow(page, "message 199").waitFor()
  await page.getByRole("button", { name: wordsOf("en").chat.header.search, exact: true }).click()
  await inputOf(page).fill("lantern")
  await dialogOf(page).getByRole("radio", { name: words.all }).check()
  await dialogOf(page).getByRole("button", { name: words.ask, exact: true }).click()
  await finds(page, ["bring the lantern", "<b>lantern</b>", "the lantern is lit, 提灯"])
  assert.deepStrictEqual(await dialogOf(page).getByRole("heading", { level: 3 }).allTextContents(), [
    "Ben Carter",
    "秋の編集会議"
  ])
  await hitsOf(page).first().click()
  await inTime("its conversation", () => new URL(page.url()).pathname === `/c/${direct}`)
  await inTime("the focus on the message", () => hasFocus(page, "article"))
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ""), /bring the lantern/)
})

it("asks nothing by the Enter that ends a conversion, and finds Japanese words without spaces", async () => {
  const page = await signedIn(await world.device({ name: "ime", language: "ja" }), "aki")
  const words = wordsOf("ja").find.search
  await at(page, group)
  await messageRow(page, "message 199").waitFor()
  await isLive(page)
  await page.keyboard.press("Control+Shift+F")
  await composeJapanese(page, inputOf(page), "提灯")
  assert.isTrue(await dialogOf(page).getByText(words.before).isVisible())
  await page.keyboard.press("Enter")
  await finds(page, ["the lantern is lit, 提灯"])
  await inputOf(page).fill("どこにもない")
  await page.keyboard.press("Enter")
  // Spoken as well, beside what was said before.
  await dialogOf(page)
    .locator("p", { hasText: words.none("どこにもない") })
    .waitFor()
})

it("says that there is no connection, and finds when there is one again", async () => {
  const device = await world.device({ name: "cut", language: "en" })
  const page = await signedIn(device, "aki")
  const words = wordsOf("en")
  await at(page, direct)
  await messageRow(page, "thanks").waitFor()
  await isLive(page)
  await page.keyboard.press("Control+Shift+F")
  await inputOf(page).waitFor()
  device.network.set("cut")
  await inputOf(page).fill("lantern")
  await page.keyboard.press("Enter")
  await dialogOf(page).getByText(words.conversations.failed.unreachable).waitFor()
  device.network.set("up")
  await dialogOf(page).getByRole("button", { name: words.kit.retry }).click()
  await finds(page, ["bring the lantern"])
})

it("leads on a phone, where the list takes the page, too", async () => {
  const page = await signedIn(await world.device({ name: "phone", language: "en", size: "phone" }), "aki")
  const words = wordsOf("en").find
  await page.getByRole("button", { name: wordsOf("en").conversations.switcher, exact: true }).tap()
  await page.getByRole("option", { name: words.switcher.commands.searchAll }).tap()
  await inputOf(page).fill("lit 提灯")
  await page.keyboard.press("Enter")
  await hitsOf(page).first().tap()
  await messageRow(page, "提灯").waitFor()
  assert.strictEqual(new URL(page.url()).pathname, `/c/${group}`)
  assert.isFalse(await composerOf(page).evaluate((area) => area === document.activeElement))
})

const look = async (device: Device) => {
  const page = await signedIn(device, "aki")
  await at(page, group)
  await isLive(page)
  const findings = async (where: string) => assert.deepStrictEqual(await seriousFindings(page), [], where)
  await page.keyboard.press("Control+Shift+F")
  await inputOf(page).waitFor()
  await findings("the search")
  await page.getByRole("radio").last().check()
  await inputOf(page).fill("lantern")
  await page.keyboard.press("Enter")
  await hitsOf(page).nth(2).waitFor()
  await findings("what was found")
  await page.keyboard.press("ArrowDown")
  await findings("a result that has the focus")
  await inputOf(page).fill("a b c d e f g h i")
  await page.keyboard.press("Enter")
  await findings("too many words")
}

walkEverywhere(world, look)
