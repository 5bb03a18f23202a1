/** An administrator's acts in the console, as the other people meet them. */
import { readFileSync } from "node:fs"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { adminWordsEn } from "../../src/features/operate/adminWords.en.ts"
import { adminWordsJa } from "../../src/features/operate/adminWords.ja.ts"
import { createGroup, makeAccount } from "./harness/api.ts"
import { seriousFindings, walkEverywhere } from "./harness/axe.ts"
import type { Device } from "./harness/browser.ts"
import { isLive, register, signedIn } from "./harness/person.ts"
import { startTestServer } from "./harness/server.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorldOf } from "./harness/world.ts"

const world = useWorldOf(() => startTestServer({}, "none"))

/** The first account of a server is its administrator's. */
beforeAll(async () => {
  const { adminLink, origin } = world.server()
  const link = new URL(adminLink ?? assert.fail("no link"))
  const device = await world.device({ name: "first", language: "en" })
  const page = await device.open(`${link.pathname}${link.hash}`)
  await register(device, page, "aki", "Aki")
  await isLive(page)
  for (const [handle, name] of [
    ["ben", "Ben"],
    ["chika", "Chika"],
    ["dai", "Dai"]
  ] as const)
    await makeAccount(origin, handle, name)
})

const wordsFor = ({ language }: Pick<Device, "language">) => (language === "ja" ? adminWordsJa : adminWordsEn)
const { audit, conversations, people } = adminWordsEn

/** The details of an account, by a search for its username. */
const detailsOf = async (device: Device, page: Page, handle: string, name: string) => {
  const words = wordsFor(device).people
  await page.goto(`${device.origin}/operate/people`)
  await page.getByLabel(words.search).fill(handle)
  await page
    .getByRole("table", { name: words.caption, exact: true })
    .locator("tbody tr")
    .nth(1)
    .waitFor({ state: "detached" })
  await page.getByRole("button", { name: words.open(name) }).press("Enter")
  const details = page.getByRole("dialog", { name, exact: true })
  await details.waitFor()
  return details
}

const answer = async (page: Page, title: string, label: string) => {
  const question = page.getByRole("dialog", { name: title })
  await question.getByRole("button", { name: label, exact: true }).click()
  await question.waitFor({ state: "detached" })
}

/** Opens the log and waits for the newest entry of an act. Returns its cells. */
const entryOf = async (page: Page, act: keyof typeof audit.acts) => {
  const row = page
    .getByRole("table", { name: audit.caption })
    .locator("tbody tr")
    .filter({ hasText: audit.acts[act] })
    .first()
  await row.waitFor()
  return (await row.locator("th, td").allTextContents()).map((cell) => cell.trim())
}

const isOut = (page: Page) => page.getByText(wordsOf("en").session.why.revoked).waitFor()

describe("an administrator", () => {
  it("disables an account, whose page is signed out at once", async () => {
    const [laptop, phone] = [
      await world.device({ name: "laptop", language: "en" }),
      await world.device({ name: "phone", language: "en", size: "phone" })
    ]
    const [page, benPage] = [await signedIn(laptop, "aki"), await signedIn(phone, "ben")]
    const details = await detailsOf(laptop, page, "ben", "Ben")
    await details.getByRole("button", { name: people.disable }).click()
    await answer(page, people.disableTitle("Ben"), people.disable)
    await isOut(benPage)
    await details.getByRole("button", { name: people.enable }).click()
    await details.getByRole("button", { name: people.disable }).waitFor()
  })

  it("makes an invite link for thirty people, who register with it", async () => {
    const [laptop, other] = [
      await world.device({ name: "laptop", language: "en" }),
      await world.device({ name: "guest", language: "en" })
    ]
    const page = await signedIn(laptop, "aki")
    const { settings } = wordsOf("en")
    await page.goto(`${laptop.origin}/operate/people`)
    await page.getByLabel(settings.invitePeople).fill("30")
    await page.getByRole("button", { name: settings.inviteCreate }).click()
    const link = new URL(await page.getByLabel(settings.inviteLink, { exact: true }).inputValue())
    await page.getByText(settings.inviteUsed(0, 30)).first().waitFor()
    const guest = await other.open(`${link.pathname}${link.hash}`)
    await register(other, guest, "emi", "Emi")
    await isLive(guest)
    await page.reload()
    await page.getByText(settings.inviteUsed(1, 30)).first().waitFor()
  })

  it("signs out one device of a person, and no other", async () => {
    const [laptop, first] = [
      await world.device({ name: "laptop", language: "en" }),
      await world.device({ name: "first", language: "en", size: "phone" })
    ]
    const [page, firstPage] = [await signedIn(laptop, "aki"), await signedIn(first, "chika")]
    const details = await detailsOf(laptop, page, "chika", "Chika")
    await details.getByRole("button", { name: people.showDevices }).click()
    const rows = details.getByRole("table", { name: people.devices }).locator("tbody tr")
    const row = rows.filter({ hasText: "Android" })
    const name = (await row.locator(".operate-wraps").textContent()) ?? ""
    const others = (await rows.count()) - 1
    await row.getByRole("button").click()
    await answer(page, people.signOutTitle(name), people.signOut)
    await isOut(firstPage)
    await row.waitFor({ state: "detached" })
    assert.strictEqual(await rows.count(), others)
  })

  it("makes a link with which a person, still signed in somewhere, sets a new password and signs in", async () => {
    const [laptop, phone] = [
      await world.device({ name: "laptop", language: "en" }),
      await world.device({ name: "phone", language: "en", size: "phone" })
    ]
    const [page, daiPage] = [await signedIn(laptop, "aki"), await signedIn(phone, "dai")]
    const details = await detailsOf(laptop, page, "dai", "Dai")
    await details.getByRole("button", { name: people.reset }).click()
    const link = new URL(await details.getByLabel(people.resetLink).inputValue())
    const { session } = wordsOf("en")
    const reset = await phone.open(`${link.pathname}${link.hash}`)
    await reset.getByLabel(session.resetPassword, { exact: true }).fill("a loud room in spring")
    assert.strictEqual(new URL(reset.url()).hash, "", "the code stays in no history")
    await reset.getByRole("button", { name: session.reset }).click()
    await reset.getByText(session.resetDone("dai")).waitFor()
    await isOut(daiPage)
    await reset.getByRole("link", { name: session.signIn }).click()
    await reset.getByLabel(session.handle, { exact: true }).fill("dai")
    await reset.getByLabel(session.password, { exact: true }).fill("a loud room in spring")
    await reset.getByRole("button", { name: session.signIn, exact: true }).click()
    await isLive(reset)
  })

  it("finds each of these acts in the audit log, with who and when, and new ones without a reload", async () => {
    const [laptop, other] = [
      await world.device({ name: "laptop", language: "en" }),
      await world.device({ name: "other", language: "en" })
    ]
    const page = await signedIn(laptop, "aki")
    await page.goto(`${laptop.origin}/operate/audit`)
    for (const [act, about] of [
      ["user.disable", "Ben"],
      ["user.enable", "Ben"],
      ["invite.create", "30"],
      ["user.devices", "Chika"],
      ["user.signOutDevice", "Chika"],
      ["user.resetLink", "Dai"]
    ] as const) {
      await page.getByText(about, { exact: true }).first().waitFor()
      const [, when = "", who = "", , what = "", outcome] = await entryOf(page, act)
      assert.match(when, /\d{4}.*\d\d:\d\d:\d\d/, act)
      assert.match(who, /^Aki/, act)
      assert.include(what, about, act)
      assert.strictEqual(outcome, audit.outcomes["done"], act)
    }

    const elsewhere = await signedIn(other, "aki")
    const details = await detailsOf(other, elsewhere, "chika", "Chika")
    await details.getByRole("button", { name: people.promote }).click()
    await answer(elsewhere, people.promoteTitle("Chika"), people.promote)
    await entryOf(page, "user.promote")

    await page.getByLabel(audit.target, { exact: true }).fill("@ben")
    await page
      .getByText(audit.acts["user.promote"], { exact: true })
      .and(page.locator("td"))
      .waitFor({ state: "detached" })
    await entryOf(page, "user.disable")
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: audit.export }).click()
    ])
    const csv = readFileSync(await file.path(), "utf8").split("\n")
    assert.match(csv[0] ?? "", /^seq,at,actor,act,/)
    assert.isTrue(csv.some((line) => line.includes("user.resetLink")))
  })

  it("makes a member an owner where the only owner is disabled", async () => {
    const { origin } = world.server()
    const [fumi, gen] = [await makeAccount(origin, "fumi", "Fumi"), await makeAccount(origin, "gen", "Gen")]
    await createGroup(origin, fumi, "Garden", [gen])
    const laptop = await world.device({ name: "laptop", language: "en" })
    const page = await signedIn(laptop, "aki")
    const account = await detailsOf(laptop, page, "fumi", "Fumi")
    await account.getByRole("button", { name: people.disable }).click()
    await answer(page, people.disableTitle("Fumi"), people.disable)
    await page.goto(`${laptop.origin}/operate/conversations`)
    await page.getByLabel(conversations.search).fill("Gar")
    await page.getByRole("button", { name: conversations.open("Garden") }).click()
    const details = page.getByRole("dialog", { name: "Garden" })
    await details.getByRole("button", { name: conversations.showMembers }).click()
    await details.getByRole("button", { name: conversations.giveNamed("Gen") }).click()
    await answer(page, conversations.giveTitle("Gen"), conversations.give)
    await details.getByText(conversations.ownerlessHint).waitFor({ state: "detached" })
    await page.reload()
    await page.getByText("Fumi, Gen").waitFor()
    await page.goto(`${laptop.origin}/operate/audit`)
    await entryOf(page, "conversation.giveOwner")
    await entryOf(page, "conversation.members")
  })
})

/** More tabs than fit scroll sideways. */
const isTabInView = (page: Page): Promise<boolean> =>
  page.getByRole("tab", { selected: true }).evaluate((tab) => {
    const { left, right } = tab.getBoundingClientRect()
    return left >= 0 && right <= innerWidth
  })

walkEverywhere(world, async (device) => {
  const page = await signedIn(device, "aki")
  const words = wordsFor(device)
  const isFine = async (what: string) => {
    assert.deepStrictEqual(await seriousFindings(page), [], what)
    const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    assert.isFalse(overflows, `${what} is no wider than the page`)
  }
  const details = await detailsOf(device, page, "ben", "Ben")
  await isFine("an account")
  await details.getByRole("button", { name: words.people.showDevices }).click()
  await details.getByRole("table").or(details.getByText(words.people.noDevices)).waitFor()
  await details.getByRole("button", { name: words.people.reset }).click()
  await details.getByLabel(words.people.resetLink).waitFor()
  await isFine("devices and a link")
  await details.getByRole("button", { name: words.people.disable }).click()
  await page.getByRole("dialog", { name: words.people.disableTitle("Ben") }).waitFor()
  await isFine("a question")
  await page.keyboard.press("Escape")
  await page.keyboard.press("Escape")
  await details.waitFor({ state: "detached" })
  await isFine("people")
  await page.goto(`${device.origin}/operate/audit`)
  await page.getByRole("table", { name: words.audit.caption }).waitFor()
  await isFine("the audit log")
  assert.isTrue(await isTabInView(page), "the last tab is in view")
  await page.goto(`${device.origin}/operate/conversations`)
  await page.getByRole("button", { name: words.conversations.open("Garden") }).click()
  await page.getByRole("button", { name: words.conversations.showMembers }).click()
  await page.getByRole("table", { name: words.conversations.members }).waitFor()
  await isFine("members of a conversation")
  await page.keyboard.press("Escape")
  await isFine("conversations")
  await page.getByRole("button", { name: words.conversations.open("Garden") }).click()
  await page.getByRole("link", { name: words.conversations.presence }).click()
  await page.locator("[data-history]").waitFor()
  await isFine("the presence of a conversation")
  assert.isTrue(await isTabInView(page), "the tab of presence is in view")
  await page.goto(`${device.origin}/reset#reset=abcdefgh`)
  await page.getByLabel(wordsOf(device.language).session.resetPassword, { exact: true }).waitFor()
  await isFine("a new password")
})
