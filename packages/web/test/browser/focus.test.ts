/** Where the focus goes when what has it goes away: to what comes next, and never to nothing. */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { flagWords } from "../../src/features/chat/details/flagWords.ts"
import { renameWords } from "../../src/features/chat/details/renameWords.ts"
import { type Account, createGroup, makeAccount, openDirect, readLog } from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { composerOf, conversationLine, messageRow, post, signedIn } from "./harness/person.ts"
import { timelineOf } from "./harness/screen.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const words = wordsOf("en")
let aki: Account
let ben: Account
let direct = ""
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "Aki"), makeAccount(origin, "ben", "Ben")])
  direct = await openDirect(origin, aki, ben)
})

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    return element === null || element === document.body
      ? "nothing"
      : `${element.tagName} ${element.getAttribute("aria-label") ?? ""}`
  })

const press = async (page: Page, key: string, wanted: RegExp, atMost = 20) => {
  for (let n = 0; n < atMost && !wanted.test(await focused(page)); n++) await page.keyboard.press(key)
  assert.match(await focused(page), wanted)
}

/** Two frames: what follows a key is drawn then. */
const frames = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))

const atConversation = async (page: Page, id: string, text: string) => {
  await page.goto(`${world.server().origin}/c/${id}`)
  await messageRow(page, text).first().waitFor()
  await composerOf(page).focus()
}

it("deleting a message by its menu leaves it on the message's row", async () => {
  const page = await signedIn(await world.device({ name: "deletes" }), "aki")
  await seedMessages(world.server().origin, aki, direct, ["stays", "goes"])
  await atConversation(page, direct, "goes")
  await press(page, "Shift+Tab", /^ARTICLE/)
  await press(page, "End", /^ARTICLE.*goes/)
  await page.keyboard.press("Enter")
  await press(page, "Tab", new RegExp(`BUTTON ${words.chat.act.more}`))
  await page.keyboard.press("Enter")
  await page.keyboard.press("End")
  await page.keyboard.press("Enter")
  await messageRow(page, "goes").getByText(words.chat.row.deleting).waitFor()
  assert.match(await focused(page), /^ARTICLE.*goes/)
  await page.keyboard.press("ArrowUp")
  assert.match(await focused(page), /^ARTICLE.*stays/)
})

/** A device without network, at the direct conversation, with a message that waits to be sent. */
const withoutNetwork = async (name: string, text: string) => {
  const device = await world.device({ name })
  const page = await signedIn(device, "aki")
  await atConversation(page, direct, "stays")
  device.network.set("cut")
  await inTime("the cut is seen", async () => (await page.locator("body").getAttribute("data-live")) !== "true")
  await post(device, page, text)
  return { device, page }
}

it("discarding a message that was not sent leads to the row in its place", async () => {
  const { page } = await withoutNetwork("discards", "not to be sent")
  const unsent = timelineOf(page).locator("[data-pending]").filter({ hasText: "not to be sent" })
  await unsent.getByRole("button", { name: words.chat.act.discard }).waitFor()
  await press(page, "Shift+Tab", /^ARTICLE/)
  await press(page, "End", /^ARTICLE.*not to be sent/)
  await page.keyboard.press("Enter")
  await page.keyboard.press("Tab")
  await unsent.getByRole("button", { name: words.chat.act.discard }).focus()
  await page.keyboard.press("Enter")
  await unsent.waitFor({ state: "detached" })
  await inTime("the row before", async () => /^ARTICLE/.test(await focused(page)))
})

it("arrow-up writes a message anew that was not sent, and not the one before it", async () => {
  const { device, page } = await withoutNetwork("writes anew", "a tpyo")
  await timelineOf(page).locator("[data-pending]").filter({ hasText: "a tpyo" }).waitFor()
  await composerOf(page).press("ArrowUp")
  await inTime("the text that was not sent", async () => (await composerOf(page).inputValue()) === "a tpyo")
  await composerOf(page).fill("a typo")
  await page.keyboard.press("Enter")
  device.network.set("up")
  await messageRow(page, "a typo").waitFor()
  const texts = (await readLog(world.server().origin, aki, direct)).map(([, text]) => text)
  assert.deepStrictEqual([texts.at(-1), texts.includes("a tpyo"), texts.includes("stays")], ["a typo", false, true])
})

it("a pill that goes leads to where it led, and stays in the timeline when it was clicked", async () => {
  const { origin } = world.server()
  const group = await createGroup(origin, ben, "Pills", [aki])
  await seedMessages(
    origin,
    ben,
    group,
    Array.from({ length: 80 }, (_, n) => `line ${n}`)
  )
  const page = await signedIn(await world.device({ name: "pills" }), "aki")
  await page.goto(`${origin}/c/${group}`)
  await messageRow(page, "line").first().waitFor()
  const toEnd = page.locator(".pill-latest")
  // It opens where it was left off, some frames after its first row is there.
  await inTime("the way to the end", async () => {
    await timelineOf(page).evaluate((timeline) => timeline.scrollTo({ top: 0 }))
    await frames(page)
    return toEnd.evaluateAll(([button]) => {
      if (button instanceof HTMLElement) button.focus()
      return button !== undefined && document.activeElement === button
    })
  })
  await page.keyboard.press("Enter")
  await toEnd.waitFor({ state: "detached" })
  await inTime("the newest row", async () => /^ARTICLE.*line 79/.test(await focused(page)))
  await page.keyboard.press("Home")
  await toEnd.click()
  await toEnd.waitFor({ state: "detached" })
  assert.strictEqual(await focused(page), `DIV ${words.chat.timeline.label("Pills")}`)
})

it("a pill pressed by key leads to a row that was never shown", async () => {
  const { origin } = world.server()
  const group = await createGroup(origin, ben, "Far", [aki])
  await seedMessages(
    origin,
    ben,
    group,
    Array.from({ length: 300 }, (_, n) => `far ${n}`)
  )
  const page = await signedIn(await world.device({ name: "far" }), "aki")
  await page.goto(`${origin}/c/${group}`)
  await messageRow(page, "far").first().waitFor()
  for (const { pill, row } of [
    { pill: ".pill-unread", row: /^ARTICLE.*far 0$/ },
    { pill: ".pill-latest", row: /^ARTICLE.*far 299$/ }
  ]) {
    await page.locator(pill).focus()
    await page.keyboard.press("Enter")
    await page.locator(pill).waitFor({ state: "detached" })
    await inTime(`the row that ${pill} leads to`, async () => row.test(await focused(page)))
  }
})

for (const [size, wanted] of [
  ["laptop", `TEXTAREA ${words.chat.composer.label("Ben")}`],
  // Its keyboard would cover what was to be read.
  ["phone", "H1 "]
] as const)
  it(`opening a conversation leads into it, and back out of it to its line (${size})`, async () => {
    const page = await signedIn(await world.device({ name: `opens on a ${size}`, size }), "aki")
    await conversationLine(page, direct).focus()
    await page.keyboard.press("Enter")
    await equalInTime(
      "the focus in the conversation",
      () => focused(page),
      () => wanted
    )
    await page.goBack()
    await equalInTime(
      "the focus in the list",
      () => page.evaluate(() => document.activeElement?.getAttribute("data-conversation")),
      () => direct
    )
  })

it("a line of the list keeps it when a message moves it to what is unread", async () => {
  const { origin } = world.server()
  const groups = await Promise.all(["First", "Second"].map((title) => createGroup(origin, ben, title, [aki])))
  const page = await signedIn(await world.device({ name: "in the list" }), "aki")
  await page.goto(`${origin}/settings`)
  for (const group of [...groups, ...groups]) {
    const line = conversationLine(page, group)
    await line.focus()
    await seedMessages(origin, ben, group, ["moves it"])
    await inTime(
      "the line at the top",
      async () => (await page.locator("[data-conversation]").first().getAttribute("data-conversation")) === group
    )
    assert.isTrue(await line.evaluate((link) => link === document.activeElement))
  }
})

for (const size of ["laptop", "phone"] as const)
  it(`closing the details leads back to what opened them (${size})`, async () => {
    const device = await world.device({ name: size, size })
    const page = await signedIn(device, "aki")
    await page.goto(`${device.origin}/c/${direct}`)
    const details = page.getByRole("link", { name: words.chat.header.details, exact: true })
    await details.focus()
    await page.keyboard.press("Enter")
    const close = page.getByRole("link", { name: words.chat.details.close })
    await close.waitFor()
    if (size === "phone")
      await equalInTime(
        "the focus in the details",
        () => focused(page),
        () => "H2 "
      )
    await close.focus()
    await page.keyboard.press("Enter")
    await close.waitFor({ state: "detached" })
    await equalInTime(
      "the focus at the head",
      () => focused(page),
      () => `A ${words.chat.header.details}`
    )
  })

it("saving a name and muting leave it where it was", async () => {
  const { origin } = world.server()
  const group = await createGroup(origin, aki, "Before", [ben])
  const page = await signedIn(await world.device({ name: "changes" }), "aki")
  await page.goto(`${origin}/c/${group}/details`)
  const name = page.getByLabel(renameWords.en.label, { exact: true })
  await name.fill("After")
  await page.getByRole("button", { name: renameWords.en.save, exact: true }).focus()
  await page.keyboard.press("Enter")
  await inTime("the new name in the list", async () =>
    ((await conversationLine(page, group).textContent()) ?? "").includes("After")
  )
  await inTime("the focus in the field", () => name.evaluate((field) => field === document.activeElement))
  const mute = page.getByRole("switch", { name: flagWords.en.mute.label })
  await mute.focus()
  await page.keyboard.press("Space")
  await conversationLine(page, group).getByRole("img", { name: words.conversations.muted, exact: true }).waitFor()
  assert.isTrue(await mute.evaluate((field) => field === document.activeElement))
})

it("a row that is to have it gives way to where the person went meanwhile", async () => {
  const { origin } = world.server()
  const page = await signedIn(await world.device({ name: "elsewhere" }), "aki")
  await seedMessages(origin, aki, direct, ["before much"])
  await atConversation(page, direct, "before much")
  await seedMessages(
    origin,
    ben,
    direct,
    Array.from({ length: 40 }, (_, n) => `much ${n}`)
  )
  await inTime("the newest row", async () => {
    await timelineOf(page).evaluate((timeline) => timeline.scrollTo({ top: timeline.scrollHeight }))
    return messageRow(page, "much 39").isVisible()
  })
  await press(page, "Shift+Tab", /^ARTICLE/)
  // A row takes the focus some frames late when it was never measured; here it can't have it until the composer does.
  await page.evaluate(() => {
    const focus = HTMLElement.prototype.focus
    let refused = 0
    HTMLElement.prototype.focus = function (...options) {
      if (this.tagName === "ARTICLE" && refused++ < 2) return
      if (this.tagName === "ARTICLE") HTMLElement.prototype.focus = focus
      focus.apply(this, options)
    }
  })
  await page.evaluate(() => {
    document.activeElement?.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Home", bubbles: true, cancelable: true })
    )
    document.querySelector("textarea")?.focus()
  })
  for (let n = 0; n < 8; n++) await frames(page)
  assert.match(await focused(page), /^TEXTAREA/)
  assert.isAtLeast((await readLog(origin, aki, direct)).length, 40)
})

it("while a dialog is open, what is told is heard in it and can be acted on", async () => {
  const { origin } = world.server()
  const page = await signedIn(await world.device({ name: "in a dialog" }), "aki")
  const notes = await openDirect(origin, aki, aki)
  await seedMessages(origin, aki, notes, ["a slip"])
  await atConversation(page, notes, "a slip")
  await press(page, "Shift+Tab", /^ARTICLE/)
  await page.keyboard.press("Enter")
  await press(page, "Tab", new RegExp(`BUTTON ${words.chat.act.more}`))
  for (const key of ["Enter", "End", "Enter", "Control+/"]) await page.keyboard.press(key)
  const help = page.getByRole("dialog", { name: words.keys.title })
  await help.waitFor()
  assert.isTrue(
    await page.getByTestId("announcer").evaluate((node) => node.closest("dialog")?.matches(":modal") === true)
  )
  await page.getByRole("button", { name: words.chat.act.undo }).click()
  await messageRow(page, "a slip").getByText(words.chat.row.deleting).waitFor({ state: "detached" })
  await page.keyboard.press("Escape")
  await help.waitFor({ state: "hidden" })
  assert.isTrue(
    await page.getByTestId("announcer").evaluate((node) => node.isConnected && node.closest("dialog") === null)
  )
})
