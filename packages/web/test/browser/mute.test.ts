/** A conversation that is muted calls nobody whom it does not mention, on any of one's devices, until it is not muted any more. */
import { beforeAll, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { muteWords } from "../../src/features/chat/details/muteWords.ts"
import { type Account, createGroup, makeAccount, readSummaries } from "./harness/api.ts"
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
  (await conversationLine(page, room).locator("xpath=ancestor::section[@data-section]").getAttribute("data-section")) ?? "",
  await unreadOf(page, room),
  await page.title()
]
const muteOf = (page: Page, language: "ja" | "en") => page.getByRole("switch", { name: muteWords[language].mute })

it("by its switch, on every device at once", async () => {
  const { origin } = world.server()
  const [laptop, phone] = await Promise.all([
    world.device({ name: "laptop", language: "en" }),
    world.device({ name: "phone", size: "phone", language: "ja" })
  ])
  const [first, second] = await Promise.all([signedIn(laptop, "aki"), signedIn(phone, "aki")])
  const ben = await world.terminal("ben")
  await openConversation(first, room)
  await first.getByRole("link", { name: wordsOf("en").chat.header.details }).click()
  const muted = (page: Page, language: "ja" | "en") =>
    conversationLine(page, room).getByRole("img", { name: wordsOf(language).conversations.muted, exact: true })
  await muteOf(first, "en").check()
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

  await openConversation(second, room)
  await second.getByRole("link", { name: wordsOf("ja").chat.header.details }).click()
  await muteOf(second, "ja").uncheck()
  await muted(first, "en").waitFor({ state: "detached" })
  ben.post(room, "two")
  // Whether the phone has read the first is not of this test.
  const unread = async () => (await readSummaries(origin, aki)).find(({ conversationId }) => conversationId === room)?.unread ?? 0
  await equalInTime(
    "it calls again",
    () => calls(first),
    async () => ["unread", `${await unread()}`, `(${await unread()}) Hibiki`]
  )
})
