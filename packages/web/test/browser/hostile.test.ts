/** Hostile content is text: nothing runs, nothing is asked for, nothing leaves its row. */
import { assert, beforeAll, it } from "@effect/vitest"
import { type Account, createGroup, makeAccount, readLog } from "./harness/api.ts"
import { equalInTime } from "./harness/eventually.ts"
import { isLive, openConversation, signedIn } from "./harness/person.ts"
import { readScreen, timelineOf } from "./harness/screen.ts"
import { seedMessages } from "./harness/seed.ts"
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
  ;[aki, eve] = await Promise.all([makeAccount(origin, "aki", "Aki"), makeAccount(origin, "eve", "<b onclick=x>Eve</b>")])
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
        [...timeline.querySelectorAll("script, iframe, img, object, embed, link, style, form, a:not([href^='http']):not([href^='/'])")].map(
          (element) => element.outerHTML
        )
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
  await seedMessages(device.origin, eve, group, ["see https://example.org/a?b=c。次 and http://例え.jp/ and ftp://x.invalid"])
  const page = await signedIn(device, "aki")
  await openConversation(page, group)
  await timelineOf(page).press("End")
  const links = timelineOf(page).locator("[data-text] a")
  // It opens at the first unread message, and is drawn anew on the way to the last.
  await equalInTime(
    "the links",
    () => links.evaluateAll((all) => all.map((link) => ["href", "rel", "target"].map((name) => link.getAttribute(name)))),
    () => [
      ["https://example.org/a?b=c", "noopener noreferrer nofollow ugc", "_blank"],
      ["http://例え.jp/", "noopener noreferrer nofollow ugc", "_blank"]
    ]
  )
})

/** White space is the layout's, and emphasis marks are not shown. */
const words = (lines: ReadonlyArray<readonly [number, string]>) =>
  lines.map(([seq, text]) => `${seq} ${text.replaceAll(/[\s_*`~\u202A-\u202E\u2066-\u2069]+/g, "")}`)
