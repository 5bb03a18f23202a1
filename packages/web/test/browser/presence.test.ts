/**
 * Who is there, as others see it: soon online, no flicker at a reload, gone after a closed lid, and nothing of who
 * hides.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { type Account, createGroup, makeAccount, openDirect } from "./harness/api.ts"
import type { Device } from "./harness/browser.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { composerOf, dotOf, isLive, openConversation, signedIn } from "./harness/person.ts"
import { notedStates, noteStates } from "./harness/presence.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const handles = ["aki", "ben", "dan", "eve"] as const
const accounts: Partial<Record<(typeof handles)[number], Account>> = {}
const account = (handle: (typeof handles)[number]): Account => accounts[handle] ?? assert.fail(`no account ${handle}`)
const direct: Record<string, string> = {}
beforeAll(async () => {
  const { origin } = world.server()
  for (const handle of handles) accounts[handle] = await makeAccount(origin, handle, handle)
  for (const handle of ["aki", "dan", "eve"] as const)
    direct[handle] = await openDirect(origin, account("ben"), account(handle))
  // Before the others answer in a direct conversation, only those who share a group with them see them.
  await createGroup(origin, account("ben"), "all of us", [account("aki"), account("dan"), account("eve")])
})

const laptop = (name: string) => world.device({ name, language: "en" })
const came = async (observer: Page, conversationId: string, state: string, withinMs: number) => {
  const since = performance.now()
  await equalInTime(
    `${state} seen`,
    () => dotOf(observer, conversationId),
    () => state,
    withinMs + 10_000
  )
  assert.isAtMost(performance.now() - since, withinMs, `${state} seen in time`)
}
const signOut = async (page: Page, name: string) => {
  const words = wordsOf("en").conversations.own
  await page.getByRole("button", { name: words.menu(name) }).click()
  await page.getByRole("menuitem", { name: words.signOut }).click()
  await page.getByLabel(wordsOf("en").session.handle, { exact: true }).waitFor()
}

it("online within 2 s, no flicker at a reload, and offline within 45 s of a closed lid", async () => {
  const [bens, akis, dans, eves] = await Promise.all([laptop("ben"), laptop("aki"), laptop("dan"), laptop("eve")])
  const observer = await signedIn(bens, "ben")
  const [lid] = [direct["eve"] ?? ""]
  await signedIn(eves, "eve")
  await came(observer, lid, "active", 2_000)
  const closedAt = performance.now()
  eves.network.set("silent")

  const aki = await signedIn(akis, "aki")
  const akiAt = direct["aki"] ?? ""
  await came(observer, akiAt, "active", 2_000)
  await signedIn(dans, "dan")
  await came(observer, direct["dan"] ?? "", "active", 2_000)

  // Dan's network breaks when Aki reloads: once he is gone, the time in which she could have been is over.
  await noteStates(observer, akiAt)
  await aki.reload()
  dans.network.set("cut")
  await isLive(aki)
  await equalInTime(
    "Dan offline",
    () => dotOf(observer, direct["dan"] ?? ""),
    () => "offline",
    20_000
  )
  assert.deepStrictEqual(await notedStates(observer, akiAt), ["active"], "nobody saw a flicker")

  await signOut(aki, "aki")
  await came(observer, akiAt, "offline", 2_000)
  await openConversation(observer, akiAt)
  await observer.getByText(wordsOf("en").presence.lastSeen("just now")).waitFor()

  await equalInTime(
    "the closed lid",
    () => dotOf(observer, lid),
    () => "offline",
    60_000
  )
  assert.isAtMost(performance.now() - closedAt, 45_000 + 1_500)
})

it("who hides is nowhere: not online, not typing, not reading", async () => {
  const [bens, akis]: ReadonlyArray<Device> = await Promise.all([laptop("ben"), laptop("aki")])
  if (bens === undefined || akis === undefined) return assert.fail("no devices")
  const id = direct["aki"] ?? ""
  const observer = await signedIn(bens, "ben")
  const aki = await signedIn(akis, "aki")
  await came(observer, id, "active", 2_000)
  const words = wordsOf("en")
  await aki.getByRole("button", { name: words.conversations.own.menu("aki") }).click()
  await aki.getByRole("menuitemcheckbox", { name: words.conversations.own.invisible }).click()
  await came(observer, id, "offline", 2_000)

  await noteStates(observer, id)
  await openConversation(observer, id)
  await composerOf(observer).fill("are you there?")
  await observer.keyboard.press("Enter")
  await openConversation(aki, id)
  await aki.getByText("are you there?").first().waitFor()
  await composerOf(aki).pressSequentially("hidden")
  await aki.reload()
  await isLive(aki)
  await composerOf(aki).fill("I was here")
  await aki.keyboard.press("Enter")
  await observer.getByText("I was here").first().waitFor()
  // What she posted is seen; what she did before is not.
  assert.strictEqual(await observer.getByText(words.chat.typing(["aki"], false)).count(), 0)
  assert.strictEqual(await observer.getByText(words.chat.state.read, { exact: true }).count(), 0)
  assert.deepStrictEqual(await notedStates(observer, id), ["offline"])
  await inTime("the own hint", async () => (await aki.getByText(words.presence.invisible).count()) > 0)
})
