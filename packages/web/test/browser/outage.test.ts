/**
 * Two tabs and a terminal: the network is cut, things are written, the page is reloaded, and in the end all was sent
 * once and in order.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import {
  type Account,
  createGroup,
  makeAccount,
  openDirect,
  readLog,
  readRows,
  readSummaries,
  removeMember
} from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { keptRows } from "./harness/kept.ts"
import {
  composerOf,
  conversationLine,
  isLive,
  messageRow,
  openConversation,
  post,
  signedIn,
  unreadOf
} from "./harness/person.ts"
import { readScreen } from "./harness/screen.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
let aki: Account
let ben: Account
let direct = ""
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "Aki"), makeAccount(origin, "ben", "Ben")])
  direct = await openDirect(origin, aki, ben)
})

/** The browser has kept the page's own files, and the message. */
const opensWithoutNetwork = async (page: Page, conversationId: string, text: string) => {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await inTime("the kept message", async () =>
    (await keptRows(page, aki, conversationId)).some((row) => row.text === text)
  )
}

it("written while the network is cut, in two tabs, over a reload: all sent once and in order, on every screen", async () => {
  const { origin } = world.server()
  const laptop = await world.device({ name: "aki", language: "en" })
  const terminal = await world.terminal("ben")
  terminal.open(direct)
  const first = await signedIn(laptop, "aki")
  await openConversation(first, direct)
  const second = await laptop.open(`/c/${direct}`)
  await isLive(second)
  await post(laptop, first, "before")
  await inTime("the first at the terminal", () => terminal.lines(direct).length === 1)
  await opensWithoutNetwork(first, direct, "before")

  laptop.network.set("cut")
  const own: Array<string> = []
  for (let n = 1; n <= 5; n++) {
    own.push(`one ${n}`)
    await post(laptop, first, `one ${n}`)
    await post(laptop, second, `two ${n}`)
    terminal.post(direct, `meanwhile ${n}`)
  }
  await equalInTime(
    "what the terminal wrote",
    async () => (await readLog(origin, ben, direct)).length,
    () => 6
  )
  await first.locator("[data-connection]").first().waitFor({ state: "attached" })

  // Reloaded without a network: the page opens, and what was written is there. More can be written.
  const pending = first.locator("[data-pending]")
  await equalInTime(
    "pending rows",
    () => pending.count(),
    () => 5
  )
  await first.reload()
  await messageRow(first, "before").waitFor()
  await equalInTime(
    "pending rows after the reload",
    () => pending.count(),
    () => 5
  )
  assert.strictEqual(await composerOf(first).inputValue(), "", "nothing that was sent comes back as a draft")
  own.push("one 6")
  await post(laptop, first, "one 6")
  await equalInTime(
    "another pending row",
    () => pending.count(),
    () => 6
  )
  // And reloaded when the network is back, before anything else has noticed.
  laptop.network.set("up")
  await first.reload()
  await isLive(first)
  await isLive(second)
  await equalInTime(
    "everything in the log",
    async () => (await readLog(origin, ben, direct)).length,
    () => 17,
    45_000
  )
  const texts = (await readLog(origin, aki, direct)).map(([, text]) => text)
  assert.strictEqual(new Set(texts).size, 17, "nothing twice")
  const written = {
    one: own,
    two: [1, 2, 3, 4, 5].map((n) => `two ${n}`),
    meanwhile: [1, 2, 3, 4, 5].map((n) => `meanwhile ${n}`)
  }
  for (const [writer, expected] of Object.entries(written))
    assert.deepStrictEqual(
      texts.filter((text) => text.startsWith(writer)),
      expected,
      "in order"
    )
  const log = await readLog(origin, ben, direct)
  for (const page of [first, second]) {
    await equalInTime(
      "no pending row",
      () => page.locator("[data-pending]").count(),
      () => 0
    )
    await equalInTime(
      "the screen",
      () => readScreen(page, log[0]?.[0] ?? 0),
      () => log
    )
  }
  await equalInTime(
    "the terminal",
    () => terminal.lines(direct),
    () => log
  )
})

it("what was written while cut into a group that one was removed from meanwhile is told of, and handed back", async () => {
  const { origin } = world.server()
  const group = await createGroup(origin, ben, "Trip", [aki])
  const laptop = await world.device({ name: "aki", language: "en" })
  const page = await signedIn(laptop, "aki")
  const words = wordsOf("en")
  await openConversation(page, group)
  laptop.network.set("cut")
  for (const text of ["the first", "the last"]) await post(laptop, page, text)
  await openConversation(page, direct)
  await removeMember(origin, ben, group, aki)
  laptop.network.set("up")
  await isLive(page)
  await page.getByText(words.conversations.notSent.toast(undefined, 2)).first().waitFor()
  await page.getByRole("button", { name: words.conversations.notSent.show }).click()
  const unsent = page.getByRole("region", { name: words.notFound.unsent }).getByRole("listitem")
  await unsent.filter({ hasText: "the last" }).waitFor()
  // The way stays when the toast is gone, until nothing is left there.
  await openConversation(page, direct)
  await conversationLine(page, group).click()
  await unsent.first().waitFor()
  for (let left = 2; left > 0; left--) {
    await unsent.getByRole("button", { name: words.chat.act.discard }).first().click()
    await equalInTime(
      "what was not sent",
      () => unsent.count(),
      () => left - 1
    )
  }
  await conversationLine(page, group).waitFor({ state: "detached" })
})

it("a phone's list says that the connection is gone, and that it is back", async () => {
  const phone = await world.device({ name: "phone", size: "phone", language: "en" })
  const page = await signedIn(phone, "ben")
  const words = wordsOf("en").chat.connection
  assert.isFalse(await page.getByText(words.connecting).first().isVisible())
  phone.network.set("cut")
  await page.getByRole("button", { name: words.retryNow }).waitFor()
  const spoken = page.locator('[data-connection] [role="status"]')
  assert.match((await spoken.first().textContent()) ?? "", /^(Not connected\. Trying again soon\.|You’re offline\.)/)
  phone.network.set("up")
  await isLive(page)
  await page.getByRole("button", { name: words.retryNow }).waitFor({ state: "hidden" })
})

it("what is read while the network is cut, of a page that was opened without it, is read everywhere when it is back", async () => {
  const { origin } = world.server()
  const laptop = await world.device({ name: "aki", language: "en" })
  const terminal = await world.terminal("ben")
  terminal.open(direct)
  const page = await signedIn(laptop, "aki")
  await openConversation(page, direct)
  await page.goto(`${laptop.origin}/`)
  await isLive(page)
  const badge = (text: string) =>
    equalInTime(
      "the badge",
      () => unreadOf(page, direct),
      () => text
    )
  await badge("")
  for (const text of ["unread 1", "unread 2"]) terminal.post(direct, text)
  await badge("2")
  await opensWithoutNetwork(page, direct, "unread 2")

  laptop.network.set("cut")
  await page.reload()
  await badge("2")
  await openConversation(page, direct)
  await badge("")
  await page.goto(`${laptop.origin}/`)
  await badge("")
  laptop.network.set("up")
  await isLive(page)
  await badge("")
  await equalInTime(
    "what the server knows of it",
    async () => (await readSummaries(origin, aki)).map(({ unread }) => unread),
    () => [0]
  )
})

it("a tab that is closed while cut leaves what it wrote to the others", async () => {
  const { origin } = world.server()
  const laptop = await world.device({ name: "aki", language: "en" })
  const first = await signedIn(laptop, "aki")
  await openConversation(first, direct)
  const second = await laptop.open(`/c/${direct}`)
  await isLive(second)
  laptop.network.set("cut")
  for (let n = 1; n <= 3; n++) await post(laptop, second, `left behind ${n}`)
  await equalInTime(
    "pending rows",
    () => second.locator("[data-pending]").count(),
    () => 3
  )
  await second.close()
  laptop.network.set("up")
  const left = async () =>
    (await readRows(origin, ben, direct)).flatMap(({ text }) => (text?.startsWith("left behind") ? [text] : []))
  await equalInTime("what was left", left, () => ["left behind 1", "left behind 2", "left behind 3"], 45_000)
})

it("a phone that is revoked from the laptop is out within 5 s, and says so", async () => {
  const [laptop, phone] = await Promise.all([
    world.device({ name: "laptop", language: "en" }),
    world.device({ name: "phone", size: "phone", language: "ja", theme: "dark" })
  ])
  const onPhone = await signedIn(phone, "aki")
  await openConversation(onPhone, direct)
  const page = await signedIn(laptop, "aki")
  await page.goto(`${laptop.origin}/settings/devices`)
  const words = wordsOf("en").devices
  phone.expectProblem(/40[013]|WebSocket/)
  await page.getByRole("button", { name: words.signOutNamed("Chrome, Android") }).click()
  const dialog = page.getByRole("dialog")
  await dialog.getByLabel(words.password, { exact: true }).fill("a quiet room in autumn")
  await dialog.getByRole("button", { name: words.signOut, exact: true }).click()
  const since = performance.now()
  await onPhone.getByText(wordsOf("ja").session.why.revoked).waitFor()
  assert.isAtMost(performance.now() - since, 5_000)
  assert.strictEqual(await onPhone.getByText("before").count(), 0, "nothing of the conversations is left to read")
  await onPhone.reload()
  await onPhone.getByLabel(wordsOf("ja").session.handle, { exact: true }).waitFor()
})
