/**
 * Whom to mention, in a real browser: typed, filtered, taken by keys, with an input method, by touch and by a mouse,
 * and before axe in all its looks.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { mentionListWords } from "../../src/features/chat/composer/mentionListWords.ts"
import { type Account, createGroup, makeAccount, openDirect, readLog } from "./harness/api.ts"
import { seriousFindings, walkEverywhere } from "./harness/axe.ts"
import type { Device } from "./harness/browser.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { composeJapanese } from "./harness/ime.ts"
import { composerOf, messageRow, openConversation, signedIn } from "./harness/person.ts"
import { timelineOf } from "./harness/screen.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
let aki: Account
let group = ""
let direct = ""
beforeAll(async () => {
  const { origin } = world.server()
  aki = await makeAccount(origin, "aki", "佐藤 あき")
  const others: Array<Account> = []
  for (const [handle, name] of [
    ["ben", "Ben Carter"],
    ["benoit", "Benoît de la Fontaine with a name as long as names may be"],
    ["chi", "田中 千尋"],
    ["dalia", "داليا"],
    ["eri", "鈴木 えり"],
    ["fumi", "ふみ"],
    ["gen", "Gen"],
    ["hana", "花"],
    ["ito", "伊藤"]
  ] as const)
    others.push(await makeAccount(origin, handle, name))
  const [ben, , , , eri] = others
  if (ben === undefined || eri === undefined) return assert.fail("no accounts")
  group = await createGroup(origin, aki, "秋の編集会議", others)
  direct = await openDirect(origin, aki, ben)
  await seedMessages(
    origin,
    eri,
    group,
    Array.from({ length: 6 }, (_, n) => `earlier ${n}`)
  )
})

const listOf = (page: Page) => page.getByRole("listbox")
const handlesOf = (page: Page): Promise<ReadonlyArray<string>> =>
  page
    .getByRole("option")
    .evaluateAll((options) => options.map((option) => option.querySelector(".mention-handle")?.textContent ?? ""))
/** What somebody who hears the page is told to be at. */
const activeOf = (page: Page): Promise<string> =>
  composerOf(page).evaluate(
    (area) =>
      document.getElementById(area.getAttribute("aria-activedescendant") ?? "")?.querySelector(".mention-handle")
        ?.textContent ?? ""
  )
const written = (page: Page) => composerOf(page).inputValue()
const isClosed = (page: Page) => listOf(page).waitFor({ state: "detached" })
const hasFocus = (page: Page) => composerOf(page).evaluate((area) => area === document.activeElement)

const openGroup = async (device: Device, handle = "aki"): Promise<Page> => {
  const page = await signedIn(device, handle)
  await openConversation(page, group)
  await messageRow(page, "earlier 5").waitFor()
  return page
}

it("is typed, filtered, chosen and taken by keys, undone, sent, and the other reads exactly that", async () => {
  const page = await openGroup(await world.device({ name: "keys", language: "en" }))
  const other = await openGroup(await world.device({ name: "other", language: "ja" }), "ben")
  const places = () => timelineOf(page).evaluate((node) => [node.scrollTop, node.clientHeight, node.scrollHeight])
  const before = await places()
  await composerOf(page).focus()
  await page.keyboard.type("so, @")
  await listOf(page).waitFor()
  // Who wrote last comes first.
  assert.deepStrictEqual((await handlesOf(page)).slice(0, 3), ["@eri", "@ben", "@benoit"])
  assert.lengthOf(await handlesOf(page), 8)
  assert.deepStrictEqual(await places(), before, "nothing moves for it")
  await page.keyboard.type("be")
  await equalInTime(
    "the filter",
    () => handlesOf(page),
    () => ["@ben", "@benoit"]
  )
  await page.keyboard.press("ArrowDown")
  assert.strictEqual(await activeOf(page), "@benoit")
  await page.keyboard.press("ArrowDown")
  assert.strictEqual(await activeOf(page), "@ben")
  assert.isTrue(await page.getByRole("option", { name: /^Ben Carter\s*,\s*@ben$/, selected: true }).isVisible())
  await page.keyboard.press("Tab")
  await isClosed(page)
  assert.deepStrictEqual([await written(page), await hasFocus(page)], ["so, @ben ", true])
  await page.keyboard.press("Control+z")
  assert.strictEqual(await written(page), "so, @be")
  await page.keyboard.press("Control+Shift+z")
  assert.strictEqual(await written(page), "so, @ben ")
  await page.keyboard.type("look, ＠しら")
  await isClosed(page)
  await page.keyboard.press("Backspace")
  await page.keyboard.press("Backspace")
  await page.keyboard.type("千")
  await inTime("the name", async () => (await activeOf(page)) === "@chi")
  await page.keyboard.press("Enter")
  assert.strictEqual(await written(page), "so, @ben look, @chi ")
  assert.strictEqual(
    (await readLog(world.server().origin, aki, group)).at(-1)?.[1],
    "earlier 5",
    "nothing was sent by that"
  )
  await page.keyboard.press("Enter")
  await messageRow(other, "so, @ben look, @chi").waitFor()
  assert.strictEqual((await readLog(world.server().origin, aki, group)).at(-1)?.[1], "so, @ben look, @chi")
  assert.strictEqual(await written(page), "")

  // Known by heart: one Enter.
  await page.keyboard.type("thanks @ben")
  await listOf(page).waitFor()
  assert.strictEqual(await activeOf(page), "@ben", "there is another whose name begins so")
  await page.keyboard.press("Escape")
  await isClosed(page)
  await page.keyboard.type("oit")
  assert.strictEqual(await listOf(page).count(), 0)
  await page.keyboard.type(" @gen")
  await inTime("it is whole", async () => (await handlesOf(page)).join() === "@gen" && (await activeOf(page)) === "")
  await page.keyboard.press("Enter")
  await messageRow(other, "thanks @benoit @gen").waitFor()

  await openConversation(page, direct)
  await composerOf(page).focus()
  await page.keyboard.type("@be")
  assert.deepStrictEqual([await written(page), await listOf(page).count()], ["@be", 0])
  await page.keyboard.press("Control+a")
  await page.keyboard.press("Backspace")
})

it("Esc closes the list, then what is answered, and a draft with a sign opens nothing", async () => {
  const device = await world.device({ name: "esc", language: "en" })
  const page = await openGroup(device, "ben")
  await messageRow(page, "earlier 5").hover()
  await messageRow(page, "earlier 5")
    .getByRole("button", { name: wordsOf("en").chat.act.reply, exact: true })
    .click()
  const replying = page.getByText(wordsOf("en").chat.composer.replying("鈴木 えり"))
  await replying.waitFor()
  await page.keyboard.type("@be")
  await listOf(page).waitFor()
  await page.keyboard.press("Escape")
  await isClosed(page)
  assert.isTrue(await replying.isVisible())
  await page.keyboard.press("Escape")
  await replying.waitFor({ state: "detached" })
  assert.strictEqual(await written(page), "@be")
  await openConversation(page, direct)
  await openConversation(page, group)
  await equalInTime(
    "the draft",
    () => written(page),
    () => "@be"
  )
  await inTime("the focus", () => hasFocus(page))
  await page.keyboard.press("End")
  await page.keyboard.press("ArrowLeft")
  await page.keyboard.press("ArrowRight")
  assert.strictEqual(await listOf(page).count(), 0)
  await page.keyboard.type("n")
  await listOf(page).waitFor()
  await page.keyboard.press("Home")
  await isClosed(page)
})

it("follows an input method, whose Enter takes nothing and sends nothing", async () => {
  const page = await openGroup(await world.device({ name: "ime", language: "ja" }))
  await composerOf(page).focus()
  await page.keyboard.type("はい、@")
  await listOf(page).waitFor()
  await composeJapanese(page, composerOf(page), "田中")
  assert.strictEqual(await written(page), "はい、@田中")
  await equalInTime(
    "whom it fits",
    () => handlesOf(page),
    () => ["@chi"]
  )
  await page.keyboard.press("Enter")
  assert.strictEqual(await written(page), "はい、@chi ")

  // Pressed in the middle of a composition, as the keyboards of phones make one of each word.
  const session = await page.context().newCDPSession(page)
  await page.keyboard.type("と@")
  await listOf(page).waitFor()
  for (const [text, offered] of [
    ["ふ", "@fumi"],
    // On its way to be another kana.
    ["ふm", "@fumi"],
    ["ふみ", "@fumi"]
  ] as const) {
    await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length })
    await equalInTime(
      `whom ${text} fits`,
      async () => [await written(page), ...(await handlesOf(page))],
      () => [`はい、@chi と@${text}`, offered]
    )
  }
  await page.getByRole("option", { name: /@fumi$/ }).click()
  await isClosed(page)
  assert.deepStrictEqual([await written(page), await hasFocus(page)], ["はい、@chi と@fumi ", true])
  await page.keyboard.type("も")
  await page.keyboard.press("Enter")
  await messageRow(page, "はい、@chi と@fumi も").waitFor()
})

for (const size of ["phone", "tablet"] as const)
  it(`is taken by touch, in lines as high as fingers need, in sight above the composer (${size})`, async () => {
    const page = await openGroup(await world.device({ name: size, language: "en", size }))
    await composerOf(page).tap()
    await page.keyboard.type("@")
    await listOf(page).waitFor()
    const [list, composer] = await Promise.all([
      listOf(page).boundingBox(),
      page.locator(".composer-box").boundingBox()
    ])
    if (list === null || composer === null) return assert.fail("not there")
    assert.isAtLeast(list.x, composer.x - 1)
    assert.isAtMost(list.x + list.width, composer.x + composer.width + 1)
    assert.isAtMost(list.y + list.height, composer.y)
    assert.isAtLeast(list.y, 0)
    for (const option of await page.getByRole("option").all()) {
      const box = await option.boundingBox()
      assert.isAtLeast(box?.height ?? 0, 44)
      assert.isAtMost((box?.x ?? 0) + (box?.width ?? 0), list.x + list.width)
    }
    // With a keyboard on the screen there is less of it.
    await page.setViewportSize({ width: 390, height: 420 })
    await inTime("it is in sight", async () => ((await listOf(page).boundingBox())?.y ?? -1) >= 0)
    await page.getByRole("option", { name: /@hana$/ }).tap()
    await isClosed(page)
    assert.deepStrictEqual([await written(page), await hasFocus(page)], ["@hana ", true])
  })

const look = async (device: Device) => {
  const page = await openGroup(device)
  const findings = async (where: string) => assert.deepStrictEqual(await seriousFindings(page), [], where)
  await composerOf(page).focus()
  await page.keyboard.type("@")
  await page.getByRole("listbox", { name: mentionListWords[device.language].title }).waitFor()
  await findings("the list")
  await page.keyboard.type("gen")
  await inTime("one line", async () => (await handlesOf(page)).length === 1)
  await findings("one line, and none chosen")
}

walkEverywhere(world, look)
