/** Two people, three devices, a second tab each: what one does, the others see, and every screen equals the log. */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { type Account, createGroup, makeAccount, openDirect, readLog } from "./harness/api.ts"
import type { Device } from "./harness/browser.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { composeJapanese } from "./harness/ime.ts"
import { composerOf, messageRow, openConversation, post, signedIn, unreadOf } from "./harness/person.ts"
import { readScreen, readVisible, timelineOf, unevenHeights } from "./harness/screen.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
let aki: Account
let ben: Account
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "あき"), makeAccount(origin, "ben", "Ben")])
})

interface Screen {
  readonly device: Device
  readonly page: Page
}

/** Aki's laptop and phone, Ben's laptop, with two tabs each. */
const openScreens = async () => {
  const [laptop, phone, bens] = await Promise.all([
    world.device({ name: "aki's laptop", language: "ja" }),
    world.device({ name: "aki's phone", size: "phone", language: "ja", theme: "dark" }),
    world.device({ name: "ben's laptop", language: "en" })
  ])
  const on = async (device: Device, handle: string): Promise<readonly [Screen, Screen]> => {
    const page = await signedIn(device, handle)
    return [
      { device, page },
      { device, page: await device.open("/") }
    ]
  }
  const [akis, akisPhone, bensTabs] = await Promise.all([on(laptop, "aki"), on(phone, "aki"), on(bens, "ben")])
  return { akis, akisPhone, bens: bensTabs, all: [...akis, ...akisPhone, ...bensTabs] }
}

const conversationIdOf = async (page: Page): Promise<string> => {
  await inTime("a conversation in the address", () => new URL(page.url()).pathname.startsWith("/c/"))
  return new URL(page.url()).pathname.split("/")[2] ?? ""
}

const allScreensEqual = async (screens: ReadonlyArray<Screen>, conversationId: string) => {
  for (const { page } of screens) {
    const log = await readLog(world.server().origin, aki, conversationId)
    await equalInTime(
      "the screen",
      () => readScreen(page, log[0]?.[0] ?? 0),
      () => readLog(world.server().origin, aki, conversationId)
    )
  }
}

describe("two people with three devices and two tabs each", () => {
  it("find each other, talk, change what they said, and see all of it everywhere", async () => {
    const { akis, akisPhone, all, bens } = await openScreens()
    const [{ device: laptop, page: first }] = akis
    const ja = wordsOf("ja")

    // Aki finds Ben and opens a direct conversation.
    await first.goto(`${laptop.origin}/new`)
    await first.getByLabel(ja.newConversation.person).fill("be")
    await first.getByRole("button", { name: /@ben/ }).click()
    const direct = await conversationIdOf(first)

    // Written in Japanese: the Enter that confirms a conversion sends nothing.
    await composeJapanese(first, composerOf(first), "こんにちは")
    assert.strictEqual(await composerOf(first).inputValue(), "こんにちは")
    assert.deepStrictEqual(await readLog(laptop.origin, aki, direct), [])
    await first.keyboard.press("Enter")
    await equalInTime(
      "the greeting in the log",
      async () => (await readLog(laptop.origin, aki, direct)).map(([, text]) => text),
      () => ["こんにちは"]
    )

    // It reaches Ben as unread, who opens it; then it is read, everywhere.
    const [{ device: bensLaptop, page: bensFirst }, { page: bensSecond }] = bens
    await equalInTime(
      "Ben's badge",
      () => unreadOf(bensFirst, direct),
      () => "1"
    )
    await equalInTime(
      "Ben's badge in the other tab",
      () => unreadOf(bensSecond, direct),
      () => "1"
    )
    await bensFirst.bringToFront()
    await openConversation(bensFirst, direct)
    await messageRow(bensFirst, "こんにちは").waitFor()
    await equalInTime(
      "Ben's badge when read",
      () => unreadOf(bensSecond, direct),
      () => ""
    )
    await messageRow(first, "こんにちは").locator('[data-mark="read"]').waitFor()

    // Ben types; Aki sees it, then the message, and types back.
    await composerOf(bensFirst).pressSequentially("Hi", { delay: 20 })
    await first
      .getByText(ja.chat.typing(["Ben"], false))
      .first()
      .waitFor()
    await post(bensLaptop, bensFirst, "Hi Aki")
    await messageRow(first, "Hi Aki").waitFor()

    // Arrow-up edits the last own message.
    await first.bringToFront()
    await composerOf(first).click()
    await first.keyboard.press("ArrowUp")
    await inTime("the old text to edit", async () => (await composerOf(first).inputValue()) === "こんにちは")
    await composerOf(first).fill("こんばんは")
    await first.keyboard.press("Enter")
    await messageRow(bensFirst, "こんばんは").getByText(wordsOf("en").chat.row.edited).waitFor()

    // A reaction, a reply, and a delete that is taken back, then one that is not.
    await react(bensFirst, "こんばんは", "👍")
    await messageRow(first, "こんばんは").getByRole("button", { name: /👍/ }).waitFor()
    await replyTo(first, "Hi Aki", "お元気ですか")
    await messageRow(bensFirst, "お元気ですか").getByText("Hi Aki").waitFor()
    await post(laptop, first, "まちがい")
    await messageRow(bensFirst, "まちがい").waitFor()
    await remove(first, "まちがい")
    await first.getByRole("button", { name: ja.chat.act.undo }).click()
    await messageRow(first, "まちがい").waitFor()
    await remove(first, "まちがい")
    await inTime("the deleted message", async () => (await messageRow(bensFirst, "まちがい").count()) === 0)

    for (const { page } of all) await page.goto(`${laptop.origin}/c/${direct}`)
    await allScreensEqual(all, direct)
    assert.deepStrictEqual(
      (await readLog(laptop.origin, ben, direct)).map(([, text]) => text),
      ["こんばんは", "Hi Aki", "お元気ですか", ""]
    )
    assert.isAtLeast((await readVisible(akisPhone[0].page)).length, 1)
    for (const { page } of all) assert.deepStrictEqual(await unevenHeights(page), [])
  })

  it("make a group, in which what is not read yet stands below a line, until it is read on any device", async () => {
    const { akis, akisPhone, bens } = await openScreens()
    const [{ device: bensLaptop, page: making }] = bens
    const en = wordsOf("en")
    await making.goto(`${bensLaptop.origin}/new`)
    await making.getByRole("tab", { name: en.newConversation.tabs.room }).click()
    await making.getByLabel(en.newConversation.name, { exact: true }).fill("Garden")
    await making.getByLabel(en.newConversation.members, { exact: true }).fill("aki")
    await making.getByRole("button", { name: /@aki/ }).click()
    await making.getByRole("button", { name: en.newConversation.create, exact: true }).click()
    const group = await conversationIdOf(making)
    for (const text of ["one", "two", "three"]) await post(bensLaptop, making, text)

    const [{ page: first }, { page: second }] = akis
    const [{ page: onPhone }] = akisPhone
    for (const page of [first, second, onPhone])
      await equalInTime(
        "the badge",
        () => unreadOf(page, group),
        () => "3"
      )
    await equalInTime(
      "the title",
      async () => /^\(\d+\)/.test(await first.title()),
      () => true
    )

    // The line stays where it was when the conversation was opened, while it is read and more comes.
    await first.bringToFront()
    await openConversation(first, group)
    const divider = timelineOf(first).getByText(wordsOf("ja").chat.timeline.unreadFrom)
    await divider.waitFor()
    for (const page of [second, onPhone])
      await equalInTime(
        "the badge of what is read",
        () => unreadOf(page, group),
        () => ""
      )
    await post(bensLaptop, making, "four")
    await messageRow(first, "four").waitFor()
    assert.strictEqual(await divider.count(), 1)
    const order = await timelineOf(first).evaluate((timeline) => timeline.textContent ?? "")
    assert.isBelow(order.indexOf(wordsOf("ja").chat.timeline.unreadFrom), order.indexOf("one"))
    await allScreensEqual(
      [
        { device: bensLaptop, page: making },
        { device: bensLaptop, page: first }
      ],
      group
    )
  })

  it("send in one tab what stands in two: it is gone from the other, and sent once", async () => {
    const { origin } = world.server()
    const device = await world.device({ name: "aki's tabs", language: "en" })
    const group = await createGroup(origin, aki, "Two tabs", [ben])
    const first = await signedIn(device, "aki")
    await first.goto(`${origin}/c/${group}`)
    const second = await device.open(`/c/${group}`)
    await composerOf(second).waitFor()
    await composerOf(first).fill("once")
    await inTime("the draft in the other tab", async () => (await composerOf(second).inputValue()) === "once")
    await composerOf(first).press("Enter")
    await inTime("the draft is gone from it", async () => (await composerOf(second).inputValue()) === "")
    await composerOf(second).press("Enter")
    const logIs = (texts: ReadonlyArray<string>) =>
      equalInTime(
        "the log",
        async () => (await readLog(origin, ben, group)).map(([, text]) => text),
        () => texts
      )
    // Each tab sends by itself, so only what one of them sent is in order: had the second sent it again, that would
    // stand before what it sends next.
    await logIs(["once"])
    await post(device, second, "after it")
    await logIs(["once", "after it"])
  })

  it("delete a message and sign out at once: it is deleted", async () => {
    const { origin } = world.server()
    const device = await world.device({ name: "aki leaves", language: "en" })
    const page = await signedIn(device, "aki")
    const notes = await openDirect(origin, aki, aki)
    await page.goto(`${origin}/c/${notes}`)
    await post(device, page, "a slip")
    await equalInTime(
      "the slip in the log",
      async () => (await readLog(origin, aki, notes)).map(([, text]) => text),
      () => ["a slip"]
    )
    await remove(page, "a slip")
    const words = wordsOf("en")
    await page.getByText(words.chat.row.deleting).first().waitFor()
    await page.getByRole("button", { name: words.conversations.own.menu("あき") }).click()
    await page.getByRole("menuitem", { name: words.conversations.own.signOut }).click()
    await page.getByLabel(words.session.handle, { exact: true }).waitFor()
    await equalInTime(
      "the slip's place",
      async () => (await readLog(origin, aki, notes)).map(([, text]) => text),
      () => [""]
    )
  })
})

/** By the row's actions, as a mouse finds them. */
const actOn = async (page: Page, text: string) => {
  await messageRow(page, text).hover()
  return messageRow(page, text)
}
const wordsAt = async (page: Page) =>
  wordsOf((await page.locator("html").getAttribute("lang")) === "ja" ? "ja" : "en").chat
const react = async (page: Page, text: string, emoji: string) => {
  await (await actOn(page, text)).getByRole("button", { name: (await wordsAt(page)).act.react }).click()
  await page.getByRole("button", { name: emoji }).first().click()
}
const replyTo = async (page: Page, text: string, answer: string) => {
  await (await actOn(page, text)).getByRole("button", { name: (await wordsAt(page)).act.reply }).click()
  await composerOf(page).fill(answer)
  await page.keyboard.press("Enter")
}
const remove = async (page: Page, text: string) => {
  const words = await wordsAt(page)
  await (await actOn(page, text)).getByRole("button", { name: words.act.more }).click()
  await page.getByRole("menuitem", { name: words.act.delete }).click()
}
