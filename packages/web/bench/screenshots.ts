/**
 * Takes the pictures of docs/screenshots: a conversation and the presence board on a laptop, in English and Japanese,
 * and a conversation on a phone. Run by `npm run screenshots`; needs a font with Japanese letters and one with emoji.
 */
import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { waitFor } from "../../server/test/e2e/harness.ts"
import { type Account, createGroup, makeAccount, openDirect, readLog } from "../test/browser/harness/api.ts"
import { type Device, launchBrowser, openDevice } from "../test/browser/harness/browser.ts"
import { isLive, messageRow, signedIn, unreadOf } from "../test/browser/harness/person.ts"
import { startTestServer } from "../test/browser/harness/server.ts"
import { openTerminal, type Terminal } from "../test/browser/harness/terminal.ts"

const folder = fileURLToPath(new URL("../../../docs/screenshots/", import.meta.url))
const people = [
  ["misaki", "佐藤 美咲"],
  ["kenta", "田中 健太"],
  ["olivia", "Olivia Reed"],
  ["haruto", "山本 陽斗"],
  ["noah", "Noah Kim"],
  ["yui", "鈴木 結衣"]
] as const
type Handle = (typeof people)[number][0]

type Talk = ReadonlyArray<readonly [Handle, string]>

const japaneseTalk: Talk = [
  ["kenta", "おはようございます。今日の 15 時から新しいゲートウェイに切り替えます。"],
  ["kenta", "手順はここに置きました: https://wiki.example.org/gateway"],
  ["olivia", "Thanks! I'll watch the **delivery times** while you switch."],
  ["misaki", "了解です。切り替えの前に一度、控えを取っておきますね。"],
  ["haruto", "負荷試験の結果です。\n```\np50  12 ms\np95  41 ms\np99  88 ms\n```"],
  ["noah", "p95 が 41 ms なら余裕がありますね 🎉"],
  ["yui", "お客さまへのお知らせ文、下書きしました。「数秒だけ再接続の表示が出ることがあります」としています。"],
  ["misaki", "とてもわかりやすいです。それでいきましょう。"],
  ["olivia", "Looks good to me. @misaki, anything I should keep an eye on besides the queue?"],
  ["kenta", "接続数だけ見ていてもらえると助かります。"]
]

const englishTalk: Talk = [
  ["kenta", "Good morning. We switch to the new gateways at 15:00 today."],
  ["kenta", "The steps are here: https://wiki.example.org/gateways"],
  ["misaki", "Got it. I'll take a **backup** right before we start."],
  ["haruto", "Results of the load test:\n```\np50  12 ms\np95  41 ms\np99  88 ms\n```"],
  ["noah", "p95 at 41 ms leaves us plenty of room 🎉"],
  ["yui", "お知らせ文の下書きができました。「数秒だけ再接続の表示が出ます」としています。"],
  ["olivia", "Reads well! I'll translate it for the status page."],
  ["misaki", "@olivia, could you watch the delivery times while we switch?"],
  ["olivia", "Sure. Anything besides the queue?"],
  ["kenta", "The number of connections, please."]
]

const server = await startTestServer()
const browser = await launchBrowser({ whole: true })
const terminals = new Map<Handle, Terminal>()
const devices: Array<Device> = []
try {
  mkdirSync(folder, { recursive: true })
  const { origin } = server
  const accounts = new Map<Handle, Account>()
  for (const [handle, name] of people) accounts.set(handle, await makeAccount(origin, handle, name))
  const account = (handle: Handle): Account => {
    const found = accounts.get(handle)
    if (found === undefined) throw new Error(`no account ${handle}`)
    return found
  }
  const others = people.slice(1).map(([handle]) => account(handle))
  const japanese = await createGroup(origin, account("misaki"), "切り替え当番", others)
  const english = await createGroup(origin, account("misaki"), "Gateway switch", others)
  await createGroup(origin, account("olivia"), "lunch", [account("misaki"), account("noah")], "channel")
  const direct = await openDirect(origin, account("kenta"), account("misaki"))
  const directEnglish = await openDirect(origin, account("noah"), account("olivia"))
  for (const [handle] of people) if (handle !== "haruto") terminals.set(handle, await openTerminal(origin, handle))
  const say = async (handle: Handle, conversationId: string, text: string) => {
    const terminal = terminals.get(handle) ?? (await openTerminal(origin, handle))
    terminals.set(handle, terminal)
    const logLength = async () => (await readLog(origin, account(handle), conversationId)).length
    const before = await logLength()
    terminal.open(conversationId)
    terminal.post(conversationId, text)
    await waitFor("the message", async () => (await logLength()) > before)
  }
  for (const [group, talk, praised] of [
    [japanese, japaneseTalk, "p95 が"],
    [english, englishTalk, "p95 at"]
  ] as const) {
    for (const [handle, text] of talk) await say(handle, group, text)
    const log = await readLog(origin, account("misaki"), group)
    const target = log.find(([, text]) => text.startsWith(praised))?.[0] ?? 0
    for (const handle of ["olivia", "kenta"] as const)
      terminals.get(handle)?.client.react(ConversationId.make(group), target, "🎉", true)
  }
  await say("kenta", direct, "夕方、五分だけ話せますか。")
  await say("kenta", direct, "切り替えのあとで大丈夫です。")
  await say("noah", directEnglish, "Lunch after the switch?")
  await terminals.get("haruto")?.close()

  /** The conversation with somebody typing, then its presence board. */
  const takeLaptop = async (scene: {
    readonly language: "en" | "ja"
    readonly handle: Handle
    readonly group: string
    readonly last: string
    readonly latest: string
    readonly online: string
    readonly typist: Handle
    readonly typing: string
  }) => {
    const { group, handle, language } = scene
    await terminals.get(handle)?.close()
    terminals.delete(handle)
    const laptop = await openDevice(browser, server, { name: `laptop-${language}`, language, theme: "light" })
    devices.push(laptop)
    const page = await signedIn(laptop, handle)
    await page.goto(`${origin}/c/${group}`)
    await isLive(page)
    await messageRow(page, scene.last).waitFor()
    await page.getByRole("button", { name: /🎉/ }).first().waitFor()
    await page.getByRole("button", { name: scene.latest }).click()
    await page.locator("textarea").last().focus()
    await page.mouse.move(1, 1)
    await waitFor("what was seen to be read", async () => (await unreadOf(page, group)) === "")
    await page.getByText(scene.online).first().waitFor()
    terminals.get(scene.typist)?.client.sayTyping(ConversationId.make(group))
    await page.getByText(scene.typing).first().waitFor()
    await page.screenshot({ path: `${folder}conversation-${language}-light.png` })
    await page.goto(`${origin}/board/${group}`)
    await page.locator('[data-board="open"] tr[data-state="active"]').nth(3).waitFor()
    await page.screenshot({ path: `${folder}board-${language}-light.png` })
  }
  await takeLaptop({
    language: "ja",
    handle: "misaki",
    group: japanese,
    last: "接続数だけ",
    latest: "最新へ",
    online: "5人がオンライン",
    typist: "olivia",
    typing: "Olivia Reedさんが入力中"
  })
  await takeLaptop({
    language: "en",
    handle: "olivia",
    group: english,
    last: "The number of connections",
    latest: "Jump to the latest",
    online: "5 online",
    typist: "yui",
    typing: "is typing"
  })

  const phone = await openDevice(browser, server, { name: "phone", size: "phone", language: "en", theme: "dark" })
  devices.push(phone)
  const small = await signedIn(phone, "noah")
  await small.goto(`${origin}/c/${english}`)
  await isLive(small)
  await small.getByRole("button", { name: "Jump to the latest" }).click()
  await messageRow(small, "The number of connections").waitFor()
  await small.mouse.move(1, 1)
  await small.getByText("5 online").first().waitFor()
  await small.screenshot({ path: `${folder}conversation-en-dark-phone.png` })
  const problems = devices.flatMap((device) => [...device.problems()])
  if (problems.length > 0) throw new Error(problems.join("\n"))
} finally {
  for (const device of devices) await device.close()
  for (const terminal of terminals.values()) await terminal.close()
  await browser.close()
  await server.stop()
}
