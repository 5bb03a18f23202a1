// @vitest-environment jsdom
/** The quick switcher as a person meets it: opened by keys or a button, walked by keys, pointed at, and closed. */
import { assert, describe, it } from "@effect/vitest"
import { fireEvent, screen, within } from "@solidjs/testing-library"
import { Shell } from "../../../src/shell/Shell.tsx"
// Here before the frame asks for it.
import "../../../src/features/find/Overlays.tsx"
import { findWordsEn } from "../../../src/features/find/findWords.en.ts"
import { findWordsJa } from "../../../src/features/find/findWords.ja.ts"
import { keysWordsEn } from "../../../src/features/help/keysWords.en.ts"
import { en } from "../../../src/i18n/en.ts"
import { conversationId, direct, person, type StageOptions, settled, stage, summary } from "../../ui/stage.tsx"

const words = findWordsEn.switcher
const ben = person(2, "Ben")
const all = [
  direct(1, ben),
  summary(2, { title: "Team", unread: 3 }),
  summary(3, { kind: "channel", title: "News", unread: 100, muted: true }),
  summary(4, { title: "Trip" })
]

const shown = async (options: StageOptions = {}) => {
  const staged = stage(Shell, { conversations: all, ...options })
  fireEvent.keyDown(document.body, { key: "k", ctrlKey: true })
  await opened()
  return staged
}
const opened = () => screen.findByRole("dialog", { name: words.title })
const input = () => screen.getByRole("combobox", { name: words.input })
const options = () => screen.queryAllByRole("option")
const names = () => options().map((option) => option.querySelector(".switcher-name")?.textContent)
const active = () => {
  const marked = options().filter((option) => option.getAttribute("aria-selected") === "true")
  assert.strictEqual(input().getAttribute("aria-activedescendant"), marked[0]?.id ?? null)
  assert.isAtMost(marked.length, 1)
  return marked[0]?.querySelector(".switcher-name")?.textContent
}
const press = (key: string, more: object = {}) => fireEvent.keyDown(input(), { key, ...more })
const type = (text: string) => fireEvent.input(input(), { target: { value: text } })
const isOpen = () => screen.queryByRole("dialog") !== null

describe("the quick switcher", () => {
  it("offers what is unread, then the recent, then commands, with dots and badges as the list has them", async () => {
    await shown({ presence: new Map([[ben.userId, { userId: ben.userId, state: "idle", kinds: ["browser"] }]]) })
    assert.deepStrictEqual(names().slice(0, 4), ["Team", "Ben", "News", "Trip"])
    const section = (name: string) => within(screen.getByRole("group", { name }))
    assert.include(section(words.sections.unread).getByRole("option").textContent, en.conversations.unread(3, false))
    const [benLine, news] = section(words.sections.recent).getAllByRole("option")
    assert.strictEqual(benLine?.querySelector("[data-presence]")?.getAttribute("data-presence"), "idle")
    assert.include(benLine?.textContent, "@user2")
    assert.strictEqual(news?.querySelector("[data-unread]")?.getAttribute("data-unread"), "99+")
    assert.include(
      section(words.sections.commands)
        .getAllByRole("option")
        .map((option) => option.textContent),
      words.commands.settings
    )
    // Nothing is open that could be searched here.
    assert.isNull(screen.queryByRole("option", { name: words.commands.searchHere }))
    assert.strictEqual(document.activeElement, input())
  })

  it("filters by what is typed, says when nothing fits, and chooses the first anew", async () => {
    await shown()
    press("ArrowDown")
    type("ＴＲ")
    assert.deepStrictEqual(names(), ["Trip"])
    assert.strictEqual(active(), "Trip")
    type("zzz")
    assert.deepStrictEqual([names(), active()], [[], undefined])
    assert.strictEqual(input().getAttribute("aria-expanded"), "false")
    assert.isNotNull(screen.getByText(words.none("zzz")))
    press("Enter")
    assert.isTrue(isOpen())
    type("")
    assert.strictEqual(active(), "Team")
    assert.strictEqual(input().getAttribute("aria-expanded"), "true")
  })

  it("is walked by arrows, around at the ends, and to both ends", async () => {
    await shown()
    const last = names().at(-1)
    for (const [key, wanted] of [
      ["ArrowDown", "Ben"],
      ["ArrowUp", "Team"],
      ["ArrowUp", last],
      ["ArrowDown", "Team"],
      ["End", last],
      ["Home", "Team"]
    ] as const) {
      assert.isFalse(press(key))
      assert.strictEqual(active(), wanted, key)
      assert.strictEqual(document.activeElement, input())
    }
    // The field's own.
    assert.isTrue(press("End", { shiftKey: true }))
    assert.strictEqual(active(), "Team")
  })

  it("opens by Enter and by a press, closes, and leaves the focus where it was", async () => {
    const { history } = await shown()
    press("Enter")
    await settled()
    assert.deepStrictEqual([history.get(), isOpen()], [`/c/${conversationId(2)}`, false])
    fireEvent.keyDown(document.body, { key: "k", ctrlKey: true })
    await opened()
    // The one that is open is not offered.
    assert.deepStrictEqual(names().slice(0, 3), ["Ben", "News", "Trip"])
    const trip = options()[2] ?? assert.fail("no option")
    fireEvent.pointerMove(trip)
    assert.strictEqual(active(), "Trip")
    assert.isFalse(fireEvent.mouseDown(trip))
    fireEvent.click(trip)
    await settled()
    assert.deepStrictEqual([history.get(), isOpen()], [`/c/${conversationId(4)}`, false])
    const filter = screen.getByRole("searchbox")
    filter.focus()
    fireEvent.keyDown(filter, { key: "K", metaKey: true })
    await opened()
    fireEvent(screen.getByRole("dialog"), new Event("cancel", { cancelable: true }))
    assert.deepStrictEqual([isOpen(), document.activeElement], [false, filter])
    fireEvent.click(screen.getByRole("button", { name: en.conversations.switcher }))
    await opened()
    // By the same keys again.
    press("k", { ctrlKey: true })
    assert.isFalse(isOpen())
  })

  it("does nothing by keys of a composition, which go on to the input method", async () => {
    const { history } = await shown()
    for (const key of ["Enter", "ArrowDown", "Home"])
      for (const composing of [{ isComposing: true }, { keyCode: 229 }]) assert.isTrue(press(key, composing))
    assert.deepStrictEqual([active(), history.get(), isOpen()], ["Team", "/", true])
  })

  it("keeps its order under what comes in, and shows it", async () => {
    const { setConversations } = await shown()
    const before = [names(), options()]
    press("ArrowDown")
    setConversations([summary(4, { title: "Trip", unread: 1 }), ...all.slice(0, 3)])
    assert.deepStrictEqual([names(), options()], before)
    assert.strictEqual(active(), "Ben")
    assert.strictEqual(options()[3]?.querySelector("[data-unread]")?.getAttribute("data-unread"), "1")
    type("t")
    assert.deepStrictEqual(names().slice(0, 2), ["Trip", "Team"])
  })

  it("fills when the conversations are known only later", async () => {
    const { setConversations } = stage(Shell)
    fireEvent.keyDown(document.body, { key: "k", ctrlKey: true })
    await opened()
    assert.strictEqual(active(), words.commands.searchAll)
    setConversations(all)
    assert.deepStrictEqual(names().slice(0, 4), ["Team", "Ben", "News", "Trip"])
  })

  it("leads to screens and the help, and offers only what makes a difference", async () => {
    const themes: Array<string> = []
    const { app, history } = await shown({ path: `/c/${conversationId(1)}` })
    Object.assign(app.preferences, { setTheme: (theme: string) => themes.push(theme) })
    assert.isNotNull(screen.getByRole("option", { name: words.commands.searchHere }))
    // That is how it is.
    assert.isNull(screen.queryByRole("option", { name: words.commands.system }))
    type("dark")
    press("Enter")
    assert.deepStrictEqual(themes, ["dark"])
    for (const [query, path] of [
      ["端末", "/settings/devices"],
      ["New conv", "/new"],
      ["設定", "/settings"],
      ["board", "/board"]
    ] as const) {
      fireEvent.keyDown(document.body, { key: "k", ctrlKey: true })
      await opened()
      type(query)
      press("Enter")
      await settled()
      assert.deepStrictEqual([history.get(), isOpen()], [path, false])
    }
    fireEvent.keyDown(document.body, { key: "k", ctrlKey: true })
    await opened()
    type("keyboard")
    press("Enter")
    await screen.findByRole("dialog", { name: keysWordsEn.title })
  })

  it("is in the language of the page, and changes with it", async () => {
    const { setLanguage } = await shown()
    setLanguage("ja")
    assert.isNotNull(screen.getByRole("dialog", { name: findWordsJa.switcher.title }))
    assert.isNotNull(screen.getByRole("option", { name: findWordsJa.switcher.commands.devices }))
  })

  it("is not there for the next who comes in", async () => {
    const { setSession, unmount } = await shown()
    setSession({ _tag: "signedOut" })
    unmount()
    stage(Shell, { conversations: all })
    await settled()
    assert.isFalse(isOpen())
  })
})
