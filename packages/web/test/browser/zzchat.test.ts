import { assert, beforeAll, it } from "@effect/vitest"
import { type Account, createGroup, makeAccount, openDirect, readLog } from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { composerOf, isLive, messageRow, openConversation, post, signedIn, unreadOf } from "./harness/person.ts"
import { readScreen, timelineOf } from "./harness/screen.ts"
import { burstOf, seedMessages } from "./harness/seed.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
let aki: Account, ben: Account, direct: string, group: string
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "佐藤 あき"), makeAccount(origin, "ben", "Ben Kim")])
  direct = await openDirect(origin, aki, ben)
  group = await createGroup(origin, aki, "秋の編集会議", [ben])
  await seedMessages(
    origin,
    ben,
    group,
    Array.from({ length: 400 }, (_, i) => `message ${i} ${"言葉".repeat(i % 30)}`)
  )
  await seedMessages(origin, ben, direct, ["おはようございます", "**「強調」**です", "https://example.org を見てください"])
})
const say = (...a: Array<unknown>) => process.stderr.write(`${a.map((x) => (typeof x === "string" ? x : JSON.stringify(x))).join(" ")}\n`)
it("walk", async () => {
  const laptop = await world.device({ name: "a", language: "ja" })
  const p = await signedIn(laptop, "aki")
  await p.bringToFront()
  await openConversation(p, group)
  await messageRow(p, "message 399").first().waitFor()
  await p.waitForTimeout(1000)
  const log = await readLog(world.server().origin, aki, group)
  if (process.env.READALL) {
    await equalInTime(
      "screen",
      () => readScreen(p, log[0]?.[0] ?? 0),
      () => log
    )
    await p.locator(".pill-latest").click()
  }
  await p.waitForTimeout(1800)
  say("badge", await unreadOf(p, group))
  await p.addInitScript(() => {
    const all: Array<string> = []
    Object.assign(globalThis, { sampled: all })
    const t0 = performance.now()
    for (const k of ["scrollTo", "scrollBy"] as const) {
      const o = Element.prototype[k]
      Reflect.set(Element.prototype, k, function (this: Element, ...a: Array<never>) {
        const h = this.scrollHeight
        const b = this.scrollTop
        Reflect.apply(o, this, a)
        all.push(`      ${Math.round(performance.now() - t0)} ${k} ${JSON.stringify(a)} h=${h} ${b} -> ${this.scrollTop} vis=${document.visibilityState} kids=${this.children.length} ch=${(this.children[1] as HTMLElement)?.style.height}`)
      })
    }
    const look = () => {
      const t = document.querySelector('[data-testid="timeline"]')
      const rows = t === null ? [] : [...t.querySelectorAll("[data-seq]")].map((x) => x.getAttribute("data-seq"))
      const text =
        t === null
          ? "none"
          : JSON.stringify({
              top: Math.round(t.scrollTop),
              h: t.scrollHeight,
              c: t.clientHeight,
              f: rows[0],
              l: rows.at(-1),
              div: !!t.querySelector('[data-testid="unread-divider"]'),
              pills: [...document.querySelectorAll(".pill")].map((x) => x.className + (x as HTMLElement).innerText),
              con: document.querySelector("[data-connection]")?.getAttribute("data-connection")
            })
      if (all.at(-1)?.slice(6) !== text) all.push(`${String(Math.round(performance.now() - t0)).padStart(5)} ${text}`)
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  for (const path of [`/c/${group}`]) {
    await p.goto(`${laptop.origin}${path}`)
    await isLive(p)
    await p.waitForTimeout(1500)
    say(path)
    for (const line of await p.evaluate(() => Reflect.get(globalThis, "sampled") as Array<string>)) say(line)
  }
})
