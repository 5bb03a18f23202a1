/**
 * The quick switcher in a real browser: by keys alone, by touch, with an input method, and before axe in all its looks.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { type Account, createGroup, makeAccount, openDirect } from "./harness/api.ts"
import { seriousFindings, walkEverywhere } from "./harness/axe.ts"
import type { Device } from "./harness/browser.ts"
import { inTime } from "./harness/eventually.ts"
import { composeJapanese } from "./harness/ime.ts"
import { composerOf, conversationLine, isLive, messageRow, signedIn } from "./harness/person.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
let direct = ""
let group = ""
let team = ""
beforeAll(async () => {
  const { origin } = world.server()
  const account = (handle: string, name: string): Promise<Account> => makeAccount(origin, handle, name)
  const [aki, ben, chi] = [
    await account("aki", "佐藤 あき"),
    await account("ben", "Ben Carter"),
    await account("chi", "田中 千尋")
  ]
  direct = await openDirect(origin, ben, aki)
  group = await createGroup(origin, aki, "秋の編集会議", [ben, chi])
  team = await createGroup(origin, aki, "Ｄｅｓｉｇｎ team", [ben], "channel")
  await openDirect(origin, aki, chi)
  await seedMessages(origin, ben, group, ["first", "second"])
  await seedMessages(origin, ben, direct, ["hello"])
})

const dialogOf = (page: Page) => page.getByRole("dialog")
const inputOf = (page: Page) => page.getByRole("combobox")
const optionsOf = (page: Page) => page.getByRole("option")
/** What somebody who hears the page is told to be at. */
const activeOf = (page: Page): Promise<string> =>
  inputOf(page).evaluate(
    (input) => document.getElementById(input.getAttribute("aria-activedescendant") ?? "")?.textContent ?? ""
  )
const at = (page: Page) => new URL(page.url()).pathname
const arrives = (page: Page, path: string) => inTime(`the page at ${path}`, () => at(page) === path)

it("leads by keys alone, and gives the focus back", async () => {
  const page = await signedIn(await world.device({ name: "keys", language: "en" }), "aki")
  const words = wordsOf("en").find.switcher
  await conversationLine(page, group).waitFor()
  await page.keyboard.press("Control+k")
  await inputOf(page).waitFor()
  await inTime("the focus", () => inputOf(page).evaluate((input) => input === document.activeElement))
  assert.match(await activeOf(page), /Ben Carter|秋の編集会議/)
  assert.isTrue(await page.getByRole("group", { name: words.sections.unread }).isVisible())
  await page.keyboard.type("design")
  await inTime("the channel", async () => /Ｄｅｓｉｇｎ/.test(await activeOf(page)))
  await page.keyboard.press("Enter")
  await arrives(page, `/c/${team}`)
  await dialogOf(page).waitFor({ state: "detached" })
  await inTime("the focus in the composer", () => composerOf(page).evaluate((area) => area === document.activeElement))

  await page.keyboard.press("Control+k")
  await inputOf(page).waitFor()
  assert.strictEqual(await page.getByRole("option", { name: /Ｄｅｓｉｇｎ/ }).count(), 0, "what is open is not offered")
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("Escape")
  await dialogOf(page).waitFor({ state: "detached" })
  assert.strictEqual(
    await composerOf(page).evaluate((area) => area === document.activeElement),
    true,
    "the focus is back"
  )
  assert.strictEqual(at(page), `/c/${team}`)

  // The last is at the end, in view.
  await page.keyboard.press("Control+k")
  await inputOf(page).waitFor()
  await page.keyboard.press("ArrowUp")
  await inTime("the last command", async () => (await activeOf(page)).includes(words.commands.dark))
  const last = optionsOf(page).last()
  await inTime("it is in view", () => last.evaluate((option) => option.getBoundingClientRect().bottom <= innerHeight))
  await page.keyboard.press("Home")
  await page.keyboard.type("device")
  await page.keyboard.press("Enter")
  await arrives(page, "/settings/devices")
})

it("opens nothing by the Enter that ends a conversion", async () => {
  const page = await signedIn(await world.device({ name: "ime", language: "ja" }), "aki")
  await conversationLine(page, group).waitFor()
  await page.keyboard.press("Control+k")
  await inputOf(page).waitFor()
  await composeJapanese(page, inputOf(page), "編集")
  await inTime("the one that fits", async () => (await activeOf(page)).includes("秋の編集会議"))
  assert.deepStrictEqual([at(page), await dialogOf(page).count()], ["/", 1])
  await page.keyboard.press("Enter")
  await arrives(page, `/c/${group}`)
  await messageRow(page, "second").waitFor()
})

it("is reached and used by touch, and raises no keyboard before somebody writes", async () => {
  const page = await signedIn(await world.device({ name: "touch", language: "en", size: "phone" }), "aki")
  await page.getByRole("button", { name: wordsOf("en").conversations.switcher, exact: true }).tap()
  await dialogOf(page).waitFor()
  assert.isFalse(await inputOf(page).evaluate((input) => input === document.activeElement))
  const box = (await dialogOf(page).boundingBox()) ?? assert.fail("no dialog")
  assert.deepStrictEqual([box.x, box.width], [0, 390])
  await inputOf(page).tap()
  await page.keyboard.type("ben")
  await page.getByRole("option", { name: /Ben Carter/ }).tap()
  await arrives(page, `/c/${direct}`)
  await messageRow(page, "hello").waitFor()
})

const look = async (device: Device) => {
  const words = wordsOf(device.language)
  const page = await signedIn(device, "aki")
  const name = words.find.switcher.title
  await page.goto(`${device.origin}/c/${team}`)
  await isLive(page)
  const findings = async (where: string) => assert.deepStrictEqual(await seriousFindings(page), [], where)
  await page.keyboard.press("Control+k")
  await page.getByRole("dialog", { name }).waitFor()
  await findings("the switcher")
  await inputOf(page).fill("en")
  await findings("what was found")
  await inputOf(page).fill("zzz")
  await findings("nothing found")
  await inputOf(page).fill("")
  await page.keyboard.press("Control+k")
  await dialogOf(page).waitFor({ state: "detached" })
}

walkEverywhere(world, look)
