/** Filled screens in both languages, themes and sizes: axe finds nothing serious. */
import { assert, beforeAll } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import type { Page } from "playwright-core"
import { type Account, createGroup, makeAccount, makeFavourite, openDirect, readRows } from "./harness/api.ts"
import { seriousFindings, walkEverywhere } from "./harness/axe.ts"
import type { Device } from "./harness/browser.ts"
import { inTime } from "./harness/eventually.ts"
import { composerOf, isLive, messageRow, openConversation, post, signedIn } from "./harness/person.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
let aki: Account
let group = ""
let direct = ""
beforeAll(async () => {
  const { origin } = world.server()
  const accounts: Array<Account> = []
  for (const [handle, name] of [
    ["aki", "あき"],
    ["ben", "Ben Carter"],
    ["chi", "ちひろ"]
  ] as const)
    accounts.push(await makeAccount(origin, handle, name))
  const [first, ben, chi] = accounts
  if (first === undefined || ben === undefined || chi === undefined) return assert.fail("no accounts")
  aki = first
  group = await createGroup(origin, ben, "開発チーム", [aki, chi])
  direct = await openDirect(origin, ben, aki)
  await makeFavourite(origin, aki, await createGroup(origin, aki, "Favourite お気に入り", [ben]))
  const text = (n: number) =>
    n % 2 === 0
      ? `**${n}** 番目の知らせです。\`code\` と https://example.org/${n}`
      : `Message ${n}, with *emphasis* and a longer second half${n % 4 === 1 ? " for @aki and @ben" : ""}`
  await seedMessages(
    origin,
    ben,
    group,
    Array.from({ length: 150 }, (_, n) => text(n))
  )
  await seedMessages(
    origin,
    chi,
    group,
    Array.from({ length: 50 }, (_, n) => text(n))
  )
  await seedMessages(origin, ben, direct, ["hello", "こんにちは"])
})

const findings = async (page: Page, where: string) => assert.deepStrictEqual(await seriousFindings(page), [], where)

const walk = async (device: Device) => {
  const words = wordsOf(device.language)
  const door = await device.open("/sign-in")
  await door.getByLabel(words.session.handle, { exact: true }).waitFor()
  await findings(door, "sign-in")
  await door.goto(`${device.origin}/register`)
  await door.getByLabel(words.session.handle, { exact: true }).waitFor()
  await findings(door, "register")
  await door.close()

  const page = await signedIn(device, "aki")
  await findings(page, "the list, with unread")
  await openConversation(page, group)
  await messageRow(page, "Message 49").first().waitFor()
  await findings(page, "200 messages")

  // A row that waits for the network, and a change that was refused when it came back: they say so.
  await page.goto(`${device.origin}/c/${direct}`)
  await isLive(page)
  const mine = `mine, ${device.name}`
  await post(device, page, mine)
  // Before this device has it as a row there is nothing of it to edit.
  await messageRow(page, mine).waitFor()
  const rows = () => readRows(device.origin, aki, direct)
  const seq = await inTime("the own row", async () => (await rows()).find(({ text }) => text === mine)?.seq)
  device.network.set("cut")
  await composerOf(page).press("ArrowUp")
  await composerOf(page).fill("changed too late")
  await page.getByRole("button", { name: words.chat.composer.save, exact: true }).click()
  await post(device, page, `waiting, ${device.name}`)
  await page.locator("[data-pending]").first().waitFor()
  await findings(page, "a pending row without network")
  const terminal = await world.terminal("aki")
  terminal.client.delete(ConversationId.make(direct), seq)
  await inTime("the deleted row", async () => (await rows()).find((row) => row.seq === seq)?.deleted === true)
  device.network.set("up")
  await isLive(page)
  await page.getByText(words.chat.failed.edit("changed too late")).first().waitFor({ timeout: 45_000 })
  await findings(page, "a refused change")

  for (const path of [`/c/${group}/details`, "/new", "/settings", "/settings/devices", "/board", `/board/${group}`]) {
    await page.goto(`${device.origin}${path}`)
    await isLive(page)
    await page.locator("h1:visible, h2:visible").first().waitFor()
    if (path === `/board/${group}`) await page.locator("tr[data-state]").first().waitFor()
    await findings(page, path)
  }
  await page.goto(`${device.origin}/settings/devices`)
  await page
    .getByRole("button", { name: words.devices.signOutOthers })
    .or(page.getByText(words.devices.onlyThis))
    .first()
    .waitFor()
  const others = page.getByRole("button", { name: words.devices.signOutOthers })
  if ((await others.count()) > 0) {
    await others.click()
    await page.getByRole("dialog").waitFor()
    await findings(page, "an open dialog")
    await page.keyboard.press("Escape")
  }
}

walkEverywhere(world, walk)
