/**
 * What one sets on a conversation for oneself holds on all one's devices: muted, it calls nobody whom it does not
 * mention; as a favourite it stands among those.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import type { FlagCommandKind } from "@hibiki/core/domain/Flags"
import type { Page } from "playwright-core"
import { flagWords } from "../../src/features/chat/details/flagWords.ts"
import type { SectionKey } from "../../src/features/conversations/listSections.ts"
import { type Account, createGroup, makeAccount, readSummaries, signInAgain } from "./harness/api.ts"
import { equalInTime } from "./harness/eventually.ts"
import { conversationLine, openConversation, signedIn, unreadOf } from "./harness/person.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
let aki: Account
let room = ""
beforeAll(async () => {
  const { origin } = world.server()
  aki = await makeAccount(origin, "aki", "Aki")
  room = await createGroup(origin, await makeAccount(origin, "ben", "Ben"), "Lively", [aki])
})

/** The section in which it stands, what its badge says, and what the tab does. */
const calls = async (page: Page): Promise<ReadonlyArray<string>> => [
  (await conversationLine(page, room).locator("xpath=ancestor::section[@data-section]").getAttribute("data-section")) ??
    "",
  await unreadOf(page, room),
  await page.title()
]
const detailsOf = async (page: Page, language: "ja" | "en", conversationId: string) => {
  await openConversation(page, conversationId)
  await page.getByRole("link", { name: wordsOf(language).chat.header.details }).click()
}
const switchOf = (page: Page, flag: FlagCommandKind, language: "ja" | "en") =>
  page.getByRole("switch", { name: flagWords[language][flag].label })

it("muted by its switch, it calls nobody whom it does not mention, until it is not muted any more", async () => {
  const { origin } = world.server()
  const [laptop, phone] = await Promise.all([
    world.device({ name: "laptop", language: "en" }),
    world.device({ name: "phone", size: "phone", language: "ja" })
  ])
  const [first, second] = await Promise.all([signedIn(laptop, "aki"), signedIn(phone, "aki")])
  const ben = await world.terminal("ben")
  await detailsOf(first, "en", room)
  const muted = (page: Page, language: "ja" | "en") =>
    conversationLine(page, room).getByRole("img", { name: wordsOf(language).conversations.muted, exact: true })
  await switchOf(first, "mute", "en").check()
  // Whoever reloads the page at once may be ahead of the call.
  await muted(second, "ja").waitFor()
  await first.goto(`${origin}/`)
  await muted(first, "en").waitFor()

  ben.open(room)
  ben.post(room, "one")
  for (const page of [first, second])
    await equalInTime(
      "it calls nobody",
      () => calls(page),
      () => ["groups", "1", "Hibiki"]
    )

  ben.post(room, "and @aki")
  for (const page of [first, second])
    await equalInTime(
      "what mentions one calls all the same",
      async () => [...(await calls(page)), await conversationLine(page, room).locator("[data-mentions]").textContent()],
      () => ["unread", "2", "(1) Hibiki", `@1${wordsOf(page === first ? "en" : "ja").conversations.mentions(1, false)}`]
    )

  await detailsOf(second, "ja", room)
  await switchOf(second, "mute", "ja").uncheck()
  await muted(first, "en").waitFor({ state: "detached" })
  ben.post(room, "two")
  // Whether the phone has read the first is not of this test.
  const unread = async () =>
    (await readSummaries(origin, aki)).find(({ conversationId }) => conversationId === room)?.unread ?? 0
  await equalInTime(
    "it calls again",
    () => calls(first),
    async () => ["unread", `${await unread()}`, `(${await unread()}) Hibiki`]
  )
})

it("a favourite by its switch, it stands above its kind, until it is none any more", async () => {
  const { origin } = world.server()
  const ben = await signInAgain(origin, "ben")
  const quiet = await createGroup(origin, ben, "Quiet", [aki])
  await createGroup(origin, ben, "Plain", [aki])
  const [laptop, phone] = await Promise.all([
    world.device({ name: "laptop, favourites", language: "en" }),
    world.device({ name: "phone, favourites", size: "phone", language: "ja" })
  ])
  const [first, second] = await Promise.all([signedIn(laptop, "aki"), signedIn(phone, "aki")])
  const isIn = (page: Page, section: SectionKey, language: "ja" | "en") =>
    page
      .getByRole("region", { name: wordsOf(language).conversations.sections[section], exact: true })
      .locator(`[data-conversation="${quiet}"]`)
  await isIn(second, "groups", "ja").waitFor()
  await detailsOf(first, "en", quiet)
  await switchOf(first, "favourite", "en").check()
  await isIn(first, "favourites", "en").waitFor()
  await isIn(second, "favourites", "ja").waitFor()
  const sections = await second
    .locator("[data-section]")
    .evaluateAll((all) => all.map((section) => section.getAttribute("data-section")))
  assert.deepStrictEqual(
    sections.filter((key) => key !== "unread"),
    ["favourites", "groups"]
  )
  await detailsOf(second, "ja", quiet)
  await switchOf(second, "favourite", "ja").uncheck()
  await isIn(first, "groups", "en").waitFor()
})
