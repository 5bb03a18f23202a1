// @vitest-environment jsdom
/** The frame and its list, as a person meets them: sections, badges, keys, the own corner. */
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { CommandId } from "@hibiki/core/domain/Ids"
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { fireEvent, screen, within } from "@solidjs/testing-library"
import { gatherMs } from "../../../src/features/conversations/createFailureNotices.ts"
import { linesAtFirst, placeLines, rangeAt } from "../../../src/features/conversations/createListWindow.ts"
import { signOutWordsEn } from "../../../src/features/conversations/signOutWords.en.ts"
import { keysWordsEn } from "../../../src/features/help/keysWords.en.ts"
import { en } from "../../../src/i18n/en.ts"
import { ja } from "../../../src/i18n/ja.ts"
import type { SessionState } from "../../../src/lib/session.ts"
import { silentChannel } from "../../../src/lib/tabs.ts"
import { makeDrafts } from "../../../src/model/drafts.ts"
import { NothingOpen, Shell } from "../../../src/shell/Shell.tsx"
import { conversationId, direct, me, now, person, settled, stage, summary, userId } from "../../ui/stage.tsx"

const words = en.conversations
const ben = person(2, "Ben")
const last = (by: number, text: string, at = now - 3_600_000) => ({
  seq: 10,
  rev: 10,
  id: summary(1).conversationId as never,
  by: userId(by),
  at,
  kind: "posted" as const,
  text
})
const link = (n: number) =>
  document.querySelector<HTMLElement>(`[data-conversation="${conversationId(n)}"]`) ?? assert.fail(`no line ${n}`)
const lines = () =>
  [...document.querySelectorAll("[data-conversation]")].map((line) =>
    Number.parseInt(line.getAttribute("href")?.slice(-4) ?? "", 16)
  )
const all = [
  direct(1, ben, { last: last(2, "hello") }),
  summary(2, { title: "Team", unread: 3, last: last(2, "look\nhere") }),
  summary(3, { kind: "channel", title: "News", unread: 100 }),
  summary(4, { title: "Trip", markedUnreadAt: 4 }),
  direct(5, me)
]
const press = (key: string, more: object = {}) => fireEvent.keyDown(document.body, { key, ...more })

const refused = (n: number, at: number, body: OutboxRow["body"] = { kind: "post", text: `words ${n}` }): OutboxRow => ({
  ...{ id: CommandId.make(conversationId(n)), conversationId: conversationId(at), order: n, epoch: null, at: n },
  ...{ body, state: "failed", handedOver: false, code: "not_found" }
})
const by = (...rows: ReadonlyArray<OutboxRow>) =>
  new Map(rows.map(({ conversationId: id }) => [id, rows.filter((row) => row.conversationId === id)]))

describe("the list", () => {
  it("shows who, the newest words, when, and what is unread, in words too", () => {
    const presence = new Map<(typeof ben)["userId"], UserPresence>([
      [ben.userId, { userId: ben.userId, state: "idle", kinds: ["browser"] }]
    ])
    stage(Shell, { conversations: all, presence, drafts: new Set([conversationId(1)]) })
    assert.deepStrictEqual(lines(), [2, 3, 4, 1, 5])
    const unread = within(screen.getByRole("region", { name: words.sections.unread }))
    assert.lengthOf(unread.getAllByRole("link"), 3)
    assert.include(link(2).textContent, "name of 2: look here")
    assert.strictEqual(link(2).querySelector("[data-unread]")?.getAttribute("data-unread"), "3")
    assert.strictEqual(link(3).querySelector("[data-unread]")?.getAttribute("data-unread"), "99+")
    assert.include(link(3).textContent, words.unread(100, true))
    assert.isNotNull(within(link(4)).getByRole("img", { name: words.markedUnread }))
    assert.strictEqual(link(1).querySelector("[data-presence]")?.getAttribute("data-presence"), "idle")
    assert.include(link(1).textContent, words.draft)
    assert.include(link(1).textContent, "11:00")
    assert.isNull(link(5).querySelector("[data-presence]"))
    assert.isNull(link(2).querySelector("[data-presence]"))
  })

  it("counts what mentions the reader by itself, in words too, also where all else is muted", () => {
    const { setLanguage } = stage(Shell, {
      conversations: [
        summary(1, { unread: 5, mentions: 1, muted: true }),
        summary(2, { unread: 100, mentions: 100 }),
        summary(3, { unread: 4, muted: true })
      ]
    })
    const badges = (n: number) =>
      [...link(n).querySelectorAll<HTMLElement>(".ui-badge")].map((badge) => [
        badge.firstElementChild?.textContent,
        badge.lastElementChild?.textContent,
        badge.classList.contains("ui-badge-quiet")
      ])
    assert.deepStrictEqual(badges(1), [
      ["@1", "1 mention of you", false],
      ["5", words.unread(5, false), true]
    ])
    assert.deepStrictEqual(badges(2), [
      ["@99+", "99 or more mentions of you", false],
      ["99+", words.unread(100, true), false]
    ])
    assert.deepStrictEqual(badges(3), [["4", words.unread(4, false), true]])
    assert.deepStrictEqual(lines(), [1, 2, 3])
    assert.deepStrictEqual(
      [1, 2, 3].map((n) => link(n).classList.contains("list-link-unread")),
      [true, true, false]
    )
    setLanguage("ja")
    assert.deepStrictEqual(
      [1, 2].map((n) => badges(n)[0]?.[1]),
      ["あなたへのメンション1件", "あなたへのメンション99件以上"]
    )
  })

  it("keeps what is open and was unread at its place until it is left", async () => {
    const shown = stage(Shell, { conversations: all, path: `/c/${conversationId(2)}` })
    assert.strictEqual(link(2).getAttribute("aria-current"), "page")
    shown.setConversations(
      all.map((line) => (line.conversationId === conversationId(2) ? { ...line, unread: 0 } : line))
    )
    assert.deepStrictEqual(lines(), [2, 3, 4, 1, 5])
    shown.history.set({ value: `/c/${conversationId(1)}` })
    await settled()
    assert.deepStrictEqual(lines(), [3, 4, 1, 5, 2])
  })

  it("keeps what is open at its place when somebody writes in it, or it is marked unread, and it was read when it was opened", () => {
    const shown = stage(Shell, { conversations: all, path: `/c/${conversationId(1)}` })
    const setFirst = (change: object) =>
      shown.setConversations(all.map((line, n) => (n === 0 ? { ...line, ...change } : line)))
    const sections = () => screen.getAllByRole("region").map((section) => section.getAttribute("aria-label"))
    const before = [lines(), sections()]
    setFirst({ unread: 1 })
    assert.deepStrictEqual([lines(), sections()], before)
    assert.strictEqual(link(1).querySelector("[data-unread]")?.getAttribute("data-unread"), "1")
    setFirst({ unread: 0 })
    assert.deepStrictEqual([lines(), sections()], before)
  })

  it("keeps what is open and was unread at its place also when it was opened before anything was known", () => {
    const shown = stage(Shell, { path: `/c/${conversationId(2)}` })
    shown.setConversations(all)
    shown.setConversations(
      all.map((line) => (line.conversationId === conversationId(2) ? { ...line, unread: 0 } : line))
    )
    assert.deepStrictEqual(lines(), [2, 3, 4, 1, 5])
  })

  it("is filtered by what is typed; Enter opens the first, Escape ends it", async () => {
    const { history } = stage(Shell, { conversations: all })
    const filter = screen.getByRole("searchbox", { name: words.filter })
    fireEvent.input(filter, { target: { value: "TE" } })
    assert.deepStrictEqual(lines(), [2, 5])
    fireEvent.keyDown(filter, { key: "Enter", isComposing: true })
    assert.strictEqual(history.get(), "/")
    fireEvent.keyDown(filter, { key: "Enter" })
    await settled()
    assert.strictEqual(history.get(), `/c/${conversationId(2)}`)
    fireEvent.input(filter, { target: { value: "nobody" } })
    assert.include(document.body.textContent, words.filterEmpty("nobody"))
    fireEvent.keyDown(filter, { key: "Escape" })
    assert.lengthOf(lines(), 5)
  })

  it("has the focus in its filter once that is cleared, by either button", async () => {
    stage(Shell, { conversations: all })
    const filter = screen.getByRole("searchbox", { name: words.filter })
    const clear = async (place: number) => {
      const button =
        screen.getAllByRole("button", { name: words.clearFilter })[place] ?? assert.fail(`no button ${place}`)
      button.focus()
      fireEvent.click(button)
      assert.isFalse(button.isConnected)
      await settled()
      assert.strictEqual(document.activeElement, filter)
      assert.lengthOf(lines(), 5)
    }
    fireEvent.input(filter, { target: { value: "te" } })
    await clear(0)
    fireEvent.input(filter, { target: { value: "nobody" } })
    await clear(1)
  })

  it("is walked by arrows, from the filter down", () => {
    stage(Shell, { conversations: all })
    fireEvent.keyDown(screen.getByRole("searchbox"), { key: "ArrowDown" })
    assert.strictEqual(document.activeElement, link(2))
    fireEvent.keyDown(link(2), { key: "ArrowDown" })
    assert.strictEqual(document.activeElement, link(3))
    fireEvent.keyDown(link(3), { key: "End" })
    assert.strictEqual(document.activeElement, link(5))
    fireEvent.keyDown(link(5), { key: "ArrowUp" })
    assert.strictEqual(document.activeElement, link(1))
  })

  it("keeps a line's element, and the focus on it, when others come and go", () => {
    const shown = stage(Shell, { conversations: all })
    const before = link(1)
    before.focus()
    shown.setConversations([summary(9, { title: "New" }), ...all.map((line) => ({ ...line, head: 11 }))])
    assert.strictEqual(link(1), before)
    assert.strictEqual(document.activeElement, before)
  })

  it("leaves the focus on a line that moves within its section, or to another, and in its place when it is gone", async () => {
    const shown = stage(Shell, { conversations: all })
    const order = (...wanted: ReadonlyArray<number>) => wanted.flatMap((n) => all[n - 1] ?? [])
    link(4).focus()
    shown.setConversations(order(4, 2, 3, 1, 5))
    assert.deepStrictEqual([lines(), document.activeElement], [[4, 2, 3, 1, 5], link(4)])
    shown.setConversations(order(4, 2, 3, 1, 5).map((line) => (line === all[3] ? summary(4, { title: "Trip" }) : line)))
    assert.deepStrictEqual([lines(), document.activeElement], [[2, 3, 1, 5, 4], link(4)])
    await settled()
    link(3).focus()
    shown.setConversations(order(2, 1, 5))
    assert.deepStrictEqual([lines(), document.activeElement], [[2, 1, 5], link(1)])
  })

  it("leaves the focus where the person took it", async () => {
    const shown = stage(Shell, { conversations: all })
    link(4).focus()
    link(4).blur()
    await settled()
    shown.setConversations([summary(4, { title: "Trip" })])
    assert.strictEqual(document.activeElement, document.body)
  })

  it("holds the lines near the view, and says the place of each among all", () => {
    stage(Shell, { conversations: Array.from({ length: 70 }, (_, n) => summary(n + 1)) })
    assert.deepStrictEqual(
      lines(),
      Array.from({ length: linesAtFirst }, (_, n) => n + 1)
    )
    const third = link(3).closest("li")
    assert.deepStrictEqual([third?.getAttribute("aria-setsize"), third?.getAttribute("aria-posinset")], ["70", "3"])
  })

  it("is one Tab stop: the line of the last focus, which stays in the page, before that what is open, else the first", async () => {
    const stops = () =>
      [...document.querySelectorAll('[data-conversation][tabindex="0"]')].map((line) => line.getAttribute("href"))
    const stop = (n: number) => [`/c/${conversationId(n)}`]
    const many = Array.from({ length: 200 }, (_, n) => summary(n + 1))
    const shown = stage(Shell, { conversations: many })
    assert.deepStrictEqual(stops(), stop(1))
    link(1).focus()
    fireEvent.keyDown(link(1), { key: "End" })
    assert.deepStrictEqual([stops(), document.activeElement], [stop(200), link(200)])
    assert.lengthOf(lines(), linesAtFirst + 1)
    fireEvent.keyDown(link(200), { key: "ArrowUp" })
    assert.deepStrictEqual([stops(), document.activeElement], [stop(199), link(199)])
    shown.setConversations(many.map((line, n) => (n < 100 ? { ...line, head: 11 } : line)))
    assert.deepStrictEqual([stops(), document.activeElement], [stop(199), link(199)])
    shown.history.set({ value: `/c/${conversationId(100)}` })
    await settled()
    assert.deepStrictEqual(stops(), stop(100))
    assert.strictEqual(link(100).closest("li")?.getAttribute("aria-posinset"), "100")
    link(100).focus()
    fireEvent.keyDown(link(100), { key: "Home" })
    assert.deepStrictEqual([stops(), lines().at(-1)], [stop(1), 100])
  })

  it("stands for what is not in the page by room that is as high", () => {
    const rows = Array.from({ length: 30 }, (_, n) => summary(n))
    const placed = (range: readonly [number, number], ...kept: ReadonlyArray<number>) =>
      placeLines(rows, range, kept.map(conversationId)).map(({ above, place }) => [place, above])
    assert.deepStrictEqual(placed([2, 4]), [
      [2, 2],
      [3, 0]
    ])
    assert.deepStrictEqual(placed([2, 4], 0, 3, 29, 99), [
      [0, 0],
      [2, 1],
      [3, 0],
      [29, 25]
    ])
    assert.deepStrictEqual(placed([40, 48]), [])
    assert.deepStrictEqual(rangeAt(20, 600, 55), [0, 24])
    assert.deepStrictEqual(rangeAt(-5_500, 600, 55), [88, 120])
    assert.deepStrictEqual(rangeAt(9_000, 600, 55), [0, 0])
  })

  it("invites to begin when there is nothing, and waits while nothing is known", () => {
    const shown = stage(Shell, { conversations: [] })
    assert.isNotNull(screen.getByText(words.noneYet))
    shown.setConversations(undefined)
    assert.isNull(screen.queryByText(words.noneYet))
    assert.isNotNull(screen.getByText(en.kit.loading))
  })

  const beside = (session: SessionState) =>
    stage(
      () => (
        <Shell>
          <NothingOpen />
        </Shell>
      ),
      { conversations: [], session }
    )
  const acts = () => [...document.querySelectorAll(".nothing-open button")].map(({ textContent }) => textContent)

  it("leads who may invite people to that, as nobody else may be here yet", async () => {
    const { history } = beside({ _tag: "signedIn", me: { ...me, admin: true } })
    assert.deepStrictEqual(acts(), [words.start, words.invite])
    fireEvent.click(screen.getByRole("button", { name: words.invite }))
    await settled()
    assert.strictEqual(history.get(), "/settings#invites")
  })

  it("asks nobody for a name that was given already", () => {
    beside({ _tag: "signedIn", me: { ...me, admin: false } })
    assert.deepStrictEqual(acts(), [words.start])
  })

  it("invites once: beside the list, which only says that it is empty", () => {
    beside({ _tag: "signedIn", me: { ...me, displayName: me.handle, admin: false } })
    assert.isNull(screen.queryByText(words.empty))
    assert.isNotNull(screen.getByText(words.noneYet))
    assert.lengthOf(document.querySelectorAll(".ui-empty-mark"), 1)
    assert.lengthOf(screen.getAllByRole("button", { name: words.start }), 1)
    assert.isNotNull(screen.getByText(words.firstSteps))
    assert.isNotNull(screen.getByRole("button", { name: words.toProfile }))
  })
})

describe("what was refused", () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  it("marks the line of its conversation until it is sent again or discarded", () => {
    const shown = stage(Shell, { conversations: all, drafts: new Set([conversationId(1)]) })
    shown.setFailed(by(refused(100, 1)))
    assert.include(link(1).textContent, en.chat.state.failed)
    assert.notInclude(link(2).textContent, en.chat.state.failed)
    shown.setFailed(by())
    assert.notInclude(link(1).textContent, en.chat.state.failed)
    assert.include(link(1).textContent, words.draft)
  })

  it("is told at once and once for each conversation that is not open, with the way there", async () => {
    const shown = stage(Shell, { conversations: all, path: `/c/${conversationId(2)}` })
    const here = refused(100, 2)
    shown.setFailed(by(here, refused(101, 4), refused(102, 1)))
    shown.setFailed(by(here, refused(101, 4), refused(102, 1), refused(103, 4)))
    assert.deepStrictEqual(shown.toasts, [])
    vi.advanceTimersByTime(gatherMs)
    assert.deepStrictEqual(shown.toasts, [words.notSent.toast("Trip", 2), words.notSent.toast("Ben", 1)])
    assert.deepStrictEqual(shown.urgent, shown.toasts)
    shown.setFailed(by(here, refused(101, 4)))
    vi.advanceTimersByTime(gatherMs)
    assert.lengthOf(shown.toasts, 2)
    shown.acts[0]?.()
    await vi.advanceTimersByTimeAsync(0)
    assert.strictEqual(shown.history.get(), `/c/${conversationId(4)}`)
    // Sent again under its own id and refused again, which is news.
    shown.setFailed(by(here))
    shown.setFailed(by(here, refused(101, 1)))
    vi.advanceTimersByTime(gatherMs)
    assert.deepStrictEqual(shown.toasts.slice(2), [words.notSent.toast("Ben", 1)])
  })

  it("is told of where it was refused elsewhere, also when it is opened a moment later, and not twice where it was open", async () => {
    const shown = stage(Shell, { conversations: all, path: `/c/${conversationId(2)}` })
    shown.setFailed(by(refused(100, 4), refused(101, 2)))
    fireEvent.click(link(4))
    await vi.advanceTimersByTimeAsync(0)
    assert.strictEqual(shown.history.get(), `/c/${conversationId(4)}`)
    vi.advanceTimersByTime(gatherMs)
    assert.deepStrictEqual(shown.toasts, [words.notSent.toast("Trip", 1)])
  })

  it("leads to a conversation that the list has no line of any more, by a toast and by a line of its own", async () => {
    const shown = stage(Shell, { conversations: all })
    shown.setConversations(all.slice(1))
    shown.setFailed(by(refused(100, 1), refused(101, 1, { kind: "delete", target: 3 })))
    vi.advanceTimersByTime(gatherMs)
    assert.deepStrictEqual(shown.toasts, [words.notSent.toast(undefined, 2)])
    await vi.dynamicImportSettled()
    const section = within(screen.getByRole("region", { name: en.chat.state.failed }))
    assert.strictEqual(section.getByRole("link").getAttribute("href"), `/c/${conversationId(1)}`)
    assert.include(link(1).textContent, words.notSent.items(2))
    assert.include(link(1).textContent, "words 100")
    shown.setFailed(by())
    assert.isNull(screen.queryByRole("region", { name: en.chat.state.failed }))
  })

  for (const language of ["en", "ja"] as const)
    it(`that stays, as it can't be taken back any more, is told of: ${language}`, () => {
      const shown = stage(Shell, { conversations: all, language })
      const [short, long] = ["the last word", "語".repeat(50)]
      shown.tell([refused(100, 1, { kind: "post", text: short }), refused(101, 1, { kind: "post", text: long })])
      const { stayed } = { en, ja }[language].conversations
      assert.deepStrictEqual(shown.toasts, [stayed(short), stayed(`${"語".repeat(40)}…`)])
      assert.deepStrictEqual(shown.urgent, shown.toasts)
    })

  it("is marked and not told anew where it was there when the page was opened", () => {
    const shown = stage(Shell, { conversations: all, app: { failed: () => by(refused(100, 1)) } })
    vi.advanceTimersByTime(gatherMs)
    assert.include(link(1).textContent, en.chat.state.failed)
    assert.deepStrictEqual(shown.toasts, [])
  })
})

describe("keys", () => {
  it("move between conversations, also only the unread ones, and never while composing", async () => {
    const { history } = stage(Shell, { conversations: all, path: `/c/${conversationId(4)}` })
    press("ArrowDown", { altKey: true, isComposing: true })
    await settled()
    assert.strictEqual(history.get(), `/c/${conversationId(4)}`)
    press("ArrowDown", { altKey: true })
    await settled()
    assert.strictEqual(history.get(), `/c/${conversationId(1)}`)
    press("ArrowUp", { altKey: true, shiftKey: true })
    await settled()
    assert.strictEqual(history.get(), `/c/${conversationId(4)}`)
  })

  it("move to what mentions the reader, though it is muted", async () => {
    const muted = [summary(6, { unread: 1, muted: true }), summary(7, { unread: 1, mentions: 1, muted: true })]
    const { history } = stage(Shell, { conversations: [direct(1, ben), ...muted], path: `/c/${conversationId(1)}` })
    press("ArrowUp", { altKey: true, shiftKey: true })
    await settled()
    assert.strictEqual(history.get(), `/c/${conversationId(7)}`)
    press("ArrowDown", { altKey: true, shiftKey: true })
    await settled()
    assert.strictEqual(history.get(), `/c/${conversationId(7)}`)
  })

  it("bring the line of what they open into view", async () => {
    const seen: Array<readonly [line: string | undefined, how: unknown]> = []
    vi.spyOn(HTMLElement.prototype, "scrollIntoView").mockImplementation(function (this: HTMLElement, how) {
      seen.push([this.dataset["conversation"], how])
    })
    stage(Shell, { conversations: all, path: `/c/${conversationId(4)}` })
    press("ArrowDown", { altKey: true })
    await settled()
    assert.deepStrictEqual(seen, [[conversationId(1), { block: "nearest" }]])
  })

  it("leave a letter that Option makes to the field it is typed in", () => {
    const { history } = stage(Shell, { conversations: all })
    const typed = { key: "Dead", code: "KeyN", altKey: true }
    assert.isTrue(fireEvent.keyDown(screen.getByRole("searchbox", { name: words.filter }), typed))
    assert.strictEqual(history.get(), "/")
    assert.isFalse(fireEvent.keyDown(document.body, typed))
  })

  it("leave Alt and an arrow to a select, which opens by them", async () => {
    const { container, history } = stage(Shell, { conversations: all })
    const select = container.appendChild(document.createElement("select"))
    assert.isTrue(fireEvent.keyDown(select, { key: "ArrowDown", altKey: true }))
    await settled()
    assert.strictEqual(history.get(), "/")
    press("ArrowDown", { altKey: true })
    await settled()
    assert.notStrictEqual(history.get(), "/")
  })

  it("open the help, which closes again", async () => {
    stage(Shell, { conversations: all })
    press("/", { ctrlKey: true })
    const dialog = await screen.findByRole("dialog", { name: keysWordsEn.title })
    fireEvent.click(within(dialog).getByRole("button", { name: en.kit.close }))
    assert.isNull(screen.queryByRole("dialog"))
  })
})

describe("the connection", () => {
  afterEach(() => void Reflect.deleteProperty(window, "matchMedia"))
  const shownAt = (path: string, widthPx: number) => {
    const matchMedia = (media: string) => ({
      matches: widthPx <= Number(/max-width: ([\d.]+)px/.exec(media)?.[1]),
      addEventListener: () => {},
      removeEventListener: () => {}
    })
    Object.defineProperty(window, "matchMedia", { value: matchMedia, configurable: true })
    const shown = stage(Shell, { conversations: all, path })
    shown.setConnection({ _tag: "stopped", reason: "version" })
    const lines = document.querySelectorAll("[data-connection]").length
    if (lines > 0) {
      assert.strictEqual(screen.getByRole("status").textContent, en.chat.connection.stopped.version)
      assert.isNotNull(screen.getByRole("button", { name: en.chat.connection.reload }))
    }
    shown.unmount()
    return lines
  }

  it("is shown wherever no composer has it, as where details cover a conversation", () => {
    for (const path of ["/", "/settings", "/board"])
      for (const widthPx of [400, 900, 1400]) assert.strictEqual(shownAt(path, widthPx), 1)
    const open = `/c/${conversationId(2)}`
    // The last is not in the list, or not yet.
    for (const path of [open, `/c/${conversationId(99)}`]) assert.strictEqual(shownAt(path, 400), 0)
    assert.deepStrictEqual(
      [400, 900, 1400].map((widthPx) => shownAt(`${open}/details`, widthPx)),
      [1, 1, 0]
    )
  })
})

describe("the own corner", () => {
  const open = () => fireEvent.click(screen.getByRole("button", { name: new RegExp(words.own.menu("Aki")) }))

  it("switches between hidden and seen, at once, and back when the server does not agree", async () => {
    let agree = true
    const answers = {
      "user.updateSettings": () => (agree ? { ok: true, value: {} } : { ok: false, error: { _tag: "Unreachable" } })
    }
    const shown = stage(Shell, { conversations: all, answers })
    open()
    fireEvent.click(screen.getByRole("menuitemcheckbox", { name: words.own.invisible, hidden: true }))
    assert.isNotNull(screen.getByText(en.presence.invisible))
    await settled()
    assert.deepStrictEqual(shown.calls, [["user.updateSettings", { invisible: true }]])
    assert.isNotNull(screen.getByText(en.presence.invisible))
    agree = false
    open()
    const item = screen.getByRole("menuitemcheckbox", { name: words.own.invisible, hidden: true })
    assert.strictEqual(item.getAttribute("aria-checked"), "true")
    fireEvent.click(item)
    await settled()
    assert.isNotNull(screen.getByText(en.presence.invisible))
    assert.deepStrictEqual(shown.toasts, [words.own.invisibleFailed])
  })

  it("signs out at once when nothing waits, and asks first when something does", async () => {
    let rows = 0
    let left = 0
    let keeps = true
    // A message that was refused for good is not one that is sent later: it counts only where it would be lost.
    const inspect = () => ({
      attempts: 1,
      welcomes: 1,
      roundTripMs: 1,
      outboxRows: rows + 1,
      unsentPosts: rows,
      unkept: false,
      epoch: null
    })
    const signOut = async () => void left++
    const shown = stage(Shell, { conversations: all, client: { inspect }, app: { signOut, keeps: () => keeps } })
    shown.setFailed(by(refused(100, 2)))
    open()
    fireEvent.click(screen.getByRole("menuitem", { name: words.own.signOut, hidden: true }))
    assert.strictEqual(left, 1)
    rows = 2
    open()
    fireEvent.click(screen.getByRole("menuitem", { name: words.own.signOut, hidden: true }))
    await vi.dynamicImportSettled()
    const dialog = screen.getByRole("dialog", { name: signOutWordsEn.title })
    assert.include(dialog.textContent, signOutWordsEn.unsent(2))
    assert.strictEqual(left, 1)
    fireEvent.click(within(dialog).getByRole("button", { name: en.kit.cancel }))
    keeps = false
    open()
    fireEvent.click(screen.getByRole("menuitem", { name: words.own.signOut, hidden: true }))
    const again = screen.getByRole("dialog", { name: signOutWordsEn.title })
    assert.include(again.textContent, signOutWordsEn.lost(3))
    fireEvent.click(within(again).getByRole("button", { name: signOutWordsEn.anyway }))
    assert.strictEqual(left, 2)
  })

  it("asks before it signs out while something is half written, as that goes with the sign-in", async () => {
    let left = 0
    const signOut = async () => void left++
    stage(Shell, { conversations: all, drafts: new Set([conversationId(1), conversationId(3)]), app: { signOut } })
    open()
    fireEvent.click(screen.getByRole("menuitem", { name: words.own.signOut, hidden: true }))
    await vi.dynamicImportSettled()
    const dialog = within(screen.getByRole("dialog", { name: signOutWordsEn.title }))
    assert.lengthOf(dialog.getAllByText(signOutWordsEn.drafts(2)), 1)
    assert.isNull(dialog.queryByText(signOutWordsEn.unsent(0)))
    assert.strictEqual(left, 0)
    fireEvent.click(dialog.getByRole("button", { name: signOutWordsEn.anyway }))
    assert.strictEqual(left, 1)
  })

  it("asks also for what is half written where the list has no line any more, and for a change of what was said", async () => {
    let left = 0
    const signOut = async () => void left++
    const drafts = makeDrafts("me", Promise.resolve(undefined), silentChannel)
    stage(Shell, { conversations: all, app: { drafts, signOut } })
    const ask = async () => {
      open()
      fireEvent.click(screen.getByRole("menuitem", { name: words.own.signOut, hidden: true }))
      await vi.dynamicImportSettled()
    }
    const asked = () => within(screen.getByRole("dialog", { name: signOutWordsEn.title }))
    drafts.save(conversationId(99), { text: "half a" })
    await ask()
    assert.isNotNull(asked().getByText(signOutWordsEn.drafts(1)))
    fireEvent.click(asked().getByRole("button", { name: en.kit.cancel }))
    drafts.save(conversationId(99), undefined)
    drafts.changes.set(conversationId(1), { task: { kind: "edit", target: 1, text: "said" }, text: "to be said" })
    await ask()
    assert.isNotNull(asked().getByText(signOutWordsEn.drafts(1)))
    assert.strictEqual(left, 0)
    fireEvent.click(asked().getByRole("button", { name: en.kit.cancel }))
    drafts.changes.clear()
    await ask()
    assert.strictEqual(left, 1)
  })

  it("looks offline while there is no connection, and never offline while there is one", () => {
    const presence = new Map<(typeof me)["userId"], UserPresence>([
      [me.userId, { userId: me.userId, state: "offline", kinds: [] }]
    ])
    const shown = stage(Shell, { conversations: [], presence })
    const own = () => document.querySelector("[data-pane=own] [data-presence]")?.getAttribute("data-presence")
    assert.strictEqual(own(), "active")
    shown.setConnection({ _tag: "waiting", until: 0 })
    assert.strictEqual(own(), "offline")
  })
})
