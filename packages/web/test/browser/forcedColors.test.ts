/**
 * With the colours of the system, as high contrast has them: what a background or a shadow says elsewhere is still
 * seen.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Locator } from "playwright-core"
import { flagWords } from "../../src/features/chat/details/flagWords.ts"
import { type Account, createGroup, makeAccount } from "./harness/api.ts"
import { composerOf, conversationLine, messageRow, openConversation, signedIn } from "./harness/person.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const words = wordsOf("en")
let aki: Account
let group = ""
let other = ""
beforeAll(async () => {
  const { origin } = world.server()
  const ben = await makeAccount(origin, "ben", "Ben")
  aki = await makeAccount(origin, "aki", "Aki")
  ;[group, other] = await Promise.all([
    createGroup(origin, ben, "Colours", [aki]),
    createGroup(origin, ben, "Other", [aki])
  ])
  await seedMessages(origin, ben, other, ["for @aki", "for all"])
  // What is marked by hand from an own message counts none: it is the mark alone.
  await seedMessages(origin, aki, group, ["the only one"])
})

const styleOf = (target: Locator, property: string, pseudo?: string): Promise<string> =>
  target.evaluate((node, [name, part]) => getComputedStyle(node, part).getPropertyValue(name), [
    property,
    pseudo
  ] as const)

it("a switch, the composer, the open conversation, the mark of an unread one and what mentions the reader are seen", async () => {
  const page = await signedIn(await world.device({ name: "contrast", language: "en" }), "aki")
  await page.emulateMedia({ forcedColors: "active" })
  const surface = await styleOf(page.locator("body"), "background-color")

  await openConversation(page, group)
  await composerOf(page).focus()
  const composer = (await styleOf(page.locator(".composer-box"), "outline-style")) !== "none"
  const borderOf = (id: string) => styleOf(conversationLine(page, id), "border-top-width")
  const open = (await borderOf(group)) !== (await borderOf(other))

  await messageRow(page, "the only one").hover()
  await messageRow(page, "the only one").getByRole("button", { name: words.chat.act.more }).click()
  await page.getByRole("menuitem", { name: words.chat.act.markUnread }).click()
  const mark = conversationLine(page, group).getByRole("img", { name: words.conversations.markedUnread })
  await mark.waitFor()
  const marked = (await styleOf(mark, "background-color")) !== surface

  await page.goto(`${new URL(page.url()).origin}/c/${group}/details`)
  const mute = page.getByRole("switch", { name: flagWords.en.mute.label })
  const off = await styleOf(mute, "background-color")
  const knob = (await styleOf(mute, "background-color", "::before")) !== off
  await mute.click()
  await conversationLine(page, group).getByRole("img", { name: words.conversations.muted, exact: true }).waitFor()
  const on = (await styleOf(mute, "background-color")) !== off

  await openConversation(page, other)
  const barOf = (text: string) => styleOf(messageRow(page, text), "border-inline-start-width", "::before")
  await messageRow(page, "for all").waitFor()
  const mention = (await barOf("for @aki")) !== (await barOf("for all"))
  const seen = { composer, open, marked, knob, on, mention }
  assert.deepStrictEqual(seen, { composer: true, open: true, marked: true, knob: true, on: true, mention: true })
})
