/**
 * Blocking somebody in a real browser: where the focus is when a block ends, and the way from a search for people to
 * whom one blocks.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Locator } from "playwright-core"
import { blockingWords } from "../../src/features/blocking/blockingWords.ts"
import { type Account, block, makeAccount, openDirect } from "./harness/api.ts"
import { seriousFindings } from "./harness/axe.ts"
import { inTime } from "./harness/eventually.ts"
import { composerOf, isLive, signedIn } from "./harness/person.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const words = blockingWords.en
let aki: Account
let ben: Account
let chi: Account
let direct = ""
beforeAll(async () => {
  const { origin } = world.server()
  const account = (handle: string, name: string) => makeAccount(origin, handle, name)
  ;[aki, ben, chi] = await Promise.all([account("aki", "Aki"), account("ben", "Ben Carter"), account("chi", "Chi")])
  direct = await openDirect(origin, aki, ben)
  await seedMessages(origin, ben, direct, ["hello"])
})

const hasFocus = (what: string, locator: Locator) =>
  inTime(`the focus on ${what}`, () => locator.evaluate((element) => element === document.activeElement))

it("a block that ends by keys leaves the focus where one goes on", async () => {
  const { origin } = world.server()
  await block(origin, aki, ben)
  const page = await signedIn(await world.device({ name: "lets go", language: "en" }), "aki")
  await page.goto(`${origin}/c/${direct}`)
  await page.getByText(words.composer("Ben Carter")).waitFor()
  assert.deepStrictEqual(await seriousFindings(page), [])
  await page.getByRole("button", { name: words.unblock }).press("Enter")
  await hasFocus("the composer", composerOf(page))

  // In the details one button does both, and the composer that comes back takes nothing away.
  await page.goto(`${origin}/c/${direct}/details`)
  await isLive(page)
  const button = page.locator(".details-peer button")
  await button.press("Enter")
  await page.getByRole("dialog").getByRole("button", { name: words.act, exact: true }).press("Enter")
  await page.getByRole("dialog").waitFor({ state: "detached" })
  await button.and(page.getByRole("button", { name: words.unblock })).waitFor()
  await composerOf(page).waitFor({ state: "detached" })
  await hasFocus("the button", button)
  await page.keyboard.press("Enter")
  await composerOf(page).waitFor()
  await button.and(page.getByRole("button", { name: words.block })).waitFor()
  await hasFocus("the button", button)
})

it("whom one blocks one finds, is told why one can’t talk, and lets go there", async () => {
  const { origin } = world.server()
  await block(origin, aki, chi)
  const page = await signedIn(await world.device({ name: "finds", language: "en" }), "aki")
  await page.goto(`${origin}/new`)
  await page.getByLabel(wordsOf("en").newConversation.person).fill("chi")
  await page.getByRole("button", { name: /^Chi/ }).click()
  await page.getByText(words.talk("Chi")).waitFor()
  assert.deepStrictEqual(await seriousFindings(page), [])
  await page.getByRole("button", { name: words.unblock }).press("Enter")
  await hasFocus("the composer", composerOf(page))
  assert.match(new URL(page.url()).pathname, /^\/c\//)
})
