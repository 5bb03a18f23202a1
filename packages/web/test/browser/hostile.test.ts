/** Hostile content is text: nothing runs, nothing is asked for, nothing leaves its row. */
import { assert, beforeAll, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { Locator, Page } from "playwright-core"
import { type Account, createGroup, makeAccount, makeAdmin, readLog } from "./harness/api.ts"
import { sizes } from "./harness/browser.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { composerOf, isLive, messageRow, openConversation, signedIn } from "./harness/person.ts"
import { readScreen, timelineOf } from "./harness/screen.ts"
import { seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const hostile = [
  "<script>globalThis.wasRun = 1</script>",
  '<img src="http://evil.invalid/x.png" onerror="globalThis.wasRun = 1">',
  "<svg onload=globalThis.wasRun=1></svg><iframe src=//evil.invalid></iframe>",
  "javascript:globalThis.wasRun=1 and data:text/html,<script>1</script>",
  "[press](javascript:globalThis.wasRun=1) <a href='javascript:globalThis.wasRun=1'>press</a>",
  "\u202Egnp.exe\u202C \u2066\u202Ereversed",
  "{{constructor.constructor('globalThis.wasRun=1')()}} ${globalThis.wasRun=1}",
  "漢".repeat(3_999),
  "😀".repeat(1_000),
  "e\u0301\u0323".repeat(300),
  "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}".repeat(120),
  "_unbroken_".repeat(300),
  "__proto__ constructor toString",
  "one\n\n\n\n\nsix lines\ttab"
]
let aki: Account
let eve: Account
let group = ""
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, eve] = await Promise.all([
    makeAccount(origin, "aki", "Aki"),
    makeAccount(origin, "eve", "<b onclick=x>Eve</b>")
  ])
  group = await createGroup(origin, eve, "<script>title</script>", [aki])
  await seedMessages(origin, eve, group, hostile)
})

for (const size of ["phone", "laptop"] as const)
  it(`is shown as it is, on a ${size}: no script, no request, no overflow`, async () => {
    const device = await world.device({ name: size, size, language: "ja" })
    const page = await signedIn(device, "aki")
    await openConversation(page, group)
    const log = await readLog(device.origin, aki, group)
    await equalInTime(
      "the screen",
      async () => words(await readScreen(page, log[0]?.[0] ?? 0)),
      () => words(log)
    )
    assert.isUndefined(await page.evaluate(() => Reflect.get(globalThis, "wasRun")))
    assert.deepStrictEqual(
      await timelineOf(page).evaluate((timeline) =>
        [
          ...timeline.querySelectorAll(
            "script, iframe, img, object, embed, link, style, form, a:not([href^='http']):not([href^='/'])"
          )
        ].map((element) => element.outerHTML)
      ),
      []
    )
    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.isAtMost(width, 0, "nothing is wider than the page")
    // A name that turns the reading direction does not reach beyond its own element.
    assert.deepStrictEqual(
      await timelineOf(page).evaluate((timeline) =>
        [...timeline.querySelectorAll("[data-text]")]
          .filter((text) => getComputedStyle(text).unicodeBidi === "normal")
          .map((text) => text.className)
      ),
      []
    )
    await page.reload()
    await isLive(page)
    assert.isUndefined(await page.evaluate(() => Reflect.get(globalThis, "wasRun")), "nor from the cache")
  })

it("links lead to the web only, and tell nothing of where they stand", async () => {
  const device = await world.device({ name: "links", language: "en" })
  await seedMessages(device.origin, eve, group, [
    "see https://example.org/a?b=c。次 and http://例え.jp/ and ftp://x.invalid"
  ])
  const page = await signedIn(device, "aki")
  await openConversation(page, group)
  await timelineOf(page).press("End")
  const links = timelineOf(page).locator("[data-text] a")
  // It opens at the first unread message, and is drawn anew on the way to the last.
  await equalInTime(
    "the links",
    () =>
      links.evaluateAll((all) => all.map((link) => ["href", "rel", "target"].map((name) => link.getAttribute(name)))),
    () => [
      ["https://example.org/a?b=c", "noopener noreferrer nofollow ugc", "_blank"],
      ["http://例え.jp/", "noopener noreferrer nofollow ugc", "_blank"]
    ]
  )
})

/** As long as a name may be, of letters that are as wide as any. */
const longName = "響".repeat(Limits.nameMax)
const longLine = "とても長い一行です。".repeat(8)
const crowdHandles = ["longest1", "longest2", "longest3"]

for (const { size, widths } of [
  { size: "phone", widths: [sizes.phone.width, 320] },
  { size: "laptop", widths: [sizes.laptop.width] }
] as const)
  it(`the longest title, names and lines push nothing out of reach, on a ${size}`, async () => {
    const device = await world.device({ name: `${size} of long names`, size, language: "ja" })
    const words = wordsOf("ja").chat
    const crowd = await Promise.all(
      crowdHandles.map((handle) => makeAccount(device.origin, `${handle}${size}`, longName))
    )
    const [first] = crowd
    if (first === undefined) return assert.fail("nobody is there")
    const group = await createGroup(device.origin, aki, longName, crowd)
    await makeAdmin(device.origin, aki, group, first)
    await seedMessages(device.origin, first, group, [longLine])
    const terminals = await Promise.all(crowd.map(({ handle }) => world.terminal(handle)))
    const page = await signedIn(device, "aki")
    await openConversation(page, group)

    const reply = messageRow(page, longLine).getByRole("button", { name: words.act.reply })
    await inTime("the acts of the row", async () => {
      const text = messageRow(page, longLine).locator("[data-text]")
      await (size === "phone" ? text.tap() : text.hover())
      return reply.isVisible()
    })
    await reply.click()
    await composerOf(page).fill("answer")
    const typing = page.getByTestId("typing").getByText(words.typing([longName, longName, longName], false))
    for (const width of widths) {
      await page.setViewportSize({ width, height: sizes[size].height })
      await inTime("three of them type", async () => {
        for (const { client } of terminals) client.sayTyping(ConversationId.make(group))
        return typing.isVisible()
      })
      assert.deepStrictEqual(await widerWithin(page.locator(".shell-main, .timeline")), [], `at ${width} px`)
      const ends = page.locator(".head > a:last-child, .task > button, .composer-send")
      assert.strictEqual(await ends.count(), 3)
      assert.deepStrictEqual(await beyond(ends, width), [], `at ${width} px`)
    }

    await page.getByRole("link", { name: words.header.details, exact: true }).click()
    const menus = page.locator(".member > button")
    await menus.nth(crowd.length - 1).waitFor()
    for (const width of widths) {
      await page.setViewportSize({ width, height: sizes[size].height })
      assert.strictEqual(await page.locator(".details-body").count(), 1)
      assert.deepStrictEqual(
        await widerWithin(page.locator(".shell-main, .details-body")),
        [],
        `details at ${width} px`
      )
      assert.deepStrictEqual(await beyond(menus, width), [], `details at ${width} px`)
    }
  })

const marks = "\u0323\u0301\u0331\u0302"
const stacked = [..."hibiki"].map((letter) => letter + marks).join("")

it("names and titles of stacked marks end with their line, wherever they stand", async () => {
  const device = await world.device({ name: "marks", language: "en" })
  const words = wordsOf("en").chat
  const zalgo = await makeAccount(device.origin, "zalgo", stacked)
  const group = await createGroup(device.origin, aki, stacked, [zalgo, eve])
  await seedMessages(device.origin, zalgo, group, ["first"])
  const page = await signedIn(device, "aki")
  await openConversation(page, group)
  const places: Array<string> = []
  const look = async (place: string, first: Locator) => {
    await first.waitFor()
    places.push(...(await unclipped(page)).map((found) => `${place}: ${found}`))
  }
  await look("conversation", messageRow(page, "first"))
  await composerOf(page).fill("@za")
  await look("mentions", page.getByRole("option"))
  await composerOf(page).fill("")
  await messageRow(page, "first").locator("[data-text]").hover()
  await messageRow(page, "first").getByRole("button", { name: words.act.reply }).click()
  await look("reply", page.locator(".task"))
  await page.getByRole("link", { name: words.header.details, exact: true }).click()
  await look("details", page.locator(".member").nth(2))
  await page.keyboard.press("Control+k")
  await look("switcher", page.getByRole("option").first())
  await page.keyboard.press("Escape")
  await page.goto(`${device.origin}/new`)
  await page.getByRole("searchbox").or(page.getByRole("textbox")).first().fill("zalgo")
  await look("people", page.locator(".find-name").first())
  await page.goto(`${device.origin}/board`)
  await look("board", page.locator(".board-choice-title").first())
  await page.goto(`${device.origin}/board/${group}`)
  await look("the board", page.locator("table").first())
  assert.deepStrictEqual(places, [])
})

/** Where a name stands that no box of its own height clips. */
const unclipped = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate((marks) => {
    const found: Array<string> = []
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
      if (!(node.textContent ?? "").normalize("NFD").includes(marks.normalize("NFD"))) continue
      const lines = Number.parseFloat(getComputedStyle(node.parentElement as Element).fontSize) * 3
      let box = node.parentElement
      while (
        box !== null &&
        (getComputedStyle(box).overflowY === "visible" || getComputedStyle(box).display === "inline")
      )
        box = box.parentElement
      if (node.parentElement?.checkVisibility() === true && (box === null || box.clientHeight > lines))
        found.push(`${node.parentElement.tagName} ${node.parentElement.className} in ${box?.className}`)
    }
    return found
  }, marks)

/** Those of which a part is to be scrolled to sideways. */
const widerWithin = (of: Locator) =>
  of.evaluateAll((nodes) =>
    nodes
      .filter((node) => node.scrollWidth > node.clientWidth)
      .map((node) => `${node.className}: ${node.scrollWidth} in ${node.clientWidth}`)
  )

/** Those that end right of the screen. */
const beyond = (of: Locator, width: number) =>
  of.evaluateAll(
    (nodes, edge) =>
      nodes.flatMap((node) => {
        const { right } = node.getBoundingClientRect()
        return right > edge ? [`${node.className}: ${right} of ${edge}`] : []
      }),
    width
  )

/** White space is the layout's, and emphasis marks are not shown. */
const words = (lines: ReadonlyArray<readonly [number, string]>) =>
  lines.map(([seq, text]) => `${seq} ${text.replaceAll(/[\s_*`~\u202A-\u202E\u2066-\u2069]+/g, "")}`)
