/** The board agrees with the devices that the test itself has at each change, and costs nothing while nobody looks. */
import { assert, beforeAll, it } from "@effect/vitest"
import { type Account, createGroup, makeAccount } from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { signedIn } from "./harness/person.ts"
import { readBoard, readTotal, setHidden } from "./harness/presence.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
let group = ""
beforeAll(async () => {
  const { origin } = world.server()
  const accounts: Array<Account> = []
  for (const [handle, name] of [
    ["aki", "Aki"],
    ["ben", "Ben"],
    ["dan", "Dan"],
    ["eve", "Eve"],
    ["out", "Outsider"]
  ] as const)
    accounts.push(await makeAccount(origin, handle, name))
  const [aki, ben, dan, eve] = accounts
  if (aki === undefined || ben === undefined || dan === undefined || eve === undefined)
    return assert.fail("no accounts")
  group = await createGroup(origin, aki, "Team", [ben, dan, eve])
})

it("shows who is there, on what, as they come and go, and watches only while it is open", async () => {
  const laptop = await world.device({ name: "aki", language: "en" })
  const page = await signedIn(laptop, "aki")
  const words = wordsOf("en")
  const watching = () => laptop.network.openSockets().filter((path) => path.startsWith("/rpc/ws")).length
  assert.strictEqual(watching(), 0, "nobody looks yet")

  await page.goto(`${laptop.origin}/board`)
  const hasTitle = () =>
    page.getByRole("heading", { name: words.board.title }).evaluate((title) => title === document.activeElement)
  await inTime("the focus at the board's title", hasTitle)
  assert.strictEqual(await page.title(), `${words.board.title} · Hibiki`)
  await page.getByRole("link", { name: /Team 4/ }).focus()
  await page.keyboard.press("Enter")
  await inTime("the focus at the title of the chosen one", hasTitle)
  const expected: Record<string, string> = { Aki: "active", Ben: "offline", Dan: "offline", Eve: "offline" }
  const agrees = async (what: string, withinMs = 6_000) => {
    await equalInTime(
      what,
      async () => sorted(await readBoard(page)),
      () => sorted(expected),
      withinMs
    )
    const online = Object.values(expected).filter((state) => state !== "offline").length
    await equalInTime(
      `${what}: total`,
      () => readTotal(page, "online"),
      () => String(online)
    )
    await page.getByText(new RegExp(`^${online} now,`)).waitFor()
  }
  await agrees("only Aki")
  assert.strictEqual(watching(), 1)

  const phone = await world.device({ name: "ben", size: "phone", language: "ja" })
  await signedIn(phone, "ben")
  expected["Ben"] = "active"
  await agrees("Ben came")
  const terminal = await world.terminal("dan")
  expected["Dan"] = "active"
  await agrees("Dan came")
  const dans = page.locator("tr").filter({ hasText: "Dan" })
  await dans.getByText(words.board.kinds.terminal).waitFor()
  assert.deepStrictEqual(
    Object.keys(await readBoard(page)),
    ["Aki", "Ben", "Dan", "Eve"],
    "those who are there first, then by name"
  )

  // A person on two kinds of device is one person.
  const bensTerminal = await world.terminal("ben")
  await page.locator("tr").filter({ hasText: "Ben" }).getByText(words.board.kinds.terminal).waitFor()
  await agrees("Ben twice")
  await bensTerminal.close()
  phone.network.set("cut")
  expected["Ben"] = "offline"
  await agrees("Ben cut", 15_000)
  await terminal.close()
  expected["Dan"] = "offline"
  await agrees("Dan left")

  // The own network breaks: the board says so, and comes back by itself with what happened meanwhile.
  laptop.network.set("cut")
  await page.locator('[data-board="lost"]').waitFor()
  assert.match(
    (await page.locator(".board-connection").textContent()) ?? "",
    /^Connection lost\. This is how it was at \d\d:\d\d$/
  )
  phone.network.set("up")
  laptop.network.set("up")
  expected["Ben"] = "active"
  await agrees("back again", 40_000)

  await page.getByRole("button", { name: words.board.pause }).click()
  await inTime("the closed stream", () => watching() === 0)
  await page.getByRole("button", { name: words.board.resume }).click()
  await inTime("the stream again", () => watching() === 1)
  await setHidden(page, true)
  await inTime("the closed stream behind another tab", () => watching() === 0)
  await setHidden(page, false)
  await agrees("seen again")
  await page.getByRole("link", { name: words.kit.back, exact: true }).click()
  await inTime("no socket when the board is closed", () => watching() === 0)
})

it("shows nothing to who is no member", async () => {
  const device = await world.device({ name: "outsider", language: "ja" })
  const page = await signedIn(device, "out")
  await page.goto(`${device.origin}/board/${group}`)
  await page.getByText(wordsOf("ja").board.notHere).waitFor()
  assert.deepStrictEqual(await readBoard(page), {})
})

const sorted = (record: Readonly<Record<string, string>>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
