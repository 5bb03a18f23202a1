// @vitest-environment jsdom
/** Rows as a person meets them: their names, their states, and what can be done with them. */
import { assert, describe, it } from "@effect/vitest"
import type { PendingPost } from "@hibiki/core/client/feed/FeedView"
import type { Role } from "@hibiki/core/domain/Event"
import type { UserId } from "@hibiki/core/domain/Ids"
import { cleanup, fireEvent, screen, waitFor, within } from "@solidjs/testing-library"
import { createSignal } from "solid-js"
import { blockingWords } from "../../../src/features/blocking/blockingWords.ts"
import { TypingLine } from "../../../src/features/chat/composer/Composer.tsx"
import { FailedChange } from "../../../src/features/chat/row/FailedChange.tsx"
import { isLong } from "../../../src/features/chat/row/FoldedText.tsx"
import { ItemView } from "../../../src/features/chat/row/ItemView.tsx"
import { PostRow } from "../../../src/features/chat/row/PostRow.tsx"
import { rowActs } from "../../../src/features/chat/row/RowActions.tsx"
import type { RowFocus } from "../../../src/features/chat/row/RowFrame.tsx"
import type { GapLoads } from "../../../src/features/chat/timeline/createGapLoads.ts"
import type { PostItem } from "../../../src/features/chat/timeline/timelineItems.ts"
import { en } from "../../../src/i18n/en.ts"
import { commandId, conversationId, type FixtureOptions, me, newerCode, postedRow, userId } from "../../fixtureApp.tsx"
import { settled, show } from "./screen.tsx"

const words = en.chat
const at = new Date(2026, 10, 24, 10, 2).getTime()
const focus: RowFocus = { isStop: () => true, isActive: () => true, isMarked: () => false }
const target = postedRow(1, userId(2), "the question", at)
const stored = (more: Parameters<typeof postedRow>[4] = {}, by = me): PostItem => ({
  kind: "post",
  key: "k",
  by,
  at,
  grouped: false,
  row: postedRow(2, by, "hello **you**", at, more)
})
const waiting = (more: Partial<PendingPost>): PostItem => ({
  kind: "post",
  key: "k",
  by: me,
  at,
  grouped: false,
  pending: { id: commandId(9), at, text: "on its way", state: "queued", unanswered: false, ...more }
})
const open = (first: PostItem, kind: FixtureOptions["kind"] = "direct", answer?: FixtureOptions["answer"]) => {
  const [item, setItem] = createSignal(first)
  const shown = show(
    { kind, language: "en", ...(answer && { answer }), rows: [target, postedRow(2, me, "hello **you**", at)] },
    () => <PostRow item={item()} focus={focus} />
  )
  const article = () => screen.getByRole("article")
  const did = () => shown.fixture.asked.filter(([what]) => what !== "call")
  return { ...shown, setItem, article, did }
}

describe("a message of somebody whom one blocks", () => {
  const loads: GapLoads = { load: async () => false, loadGap: () => {}, loading: () => false, failed: () => false }
  const openItem = (item: PostItem) =>
    show({ kind: "group", language: "en", rows: [] }, () => <ItemView item={() => item} focus={focus} loads={loads} />)
  const texts = ["hello", "Ben", "🍵"]

  it("is one quiet line without name, text and reactions, until it is asked for", async () => {
    const { fixture, root } = openItem(stored({ reactions: [{ emoji: "🍵", count: 1, mine: false }] }, userId(2)))
    for (const text of texts) assert.include(root.textContent, text)
    fixture.setBlocked(new Set([userId(2)]))
    await waitFor(() =>
      assert.strictEqual(screen.getByRole("article").getAttribute("aria-label"), `${blockingWords.en.message}, 10:02`)
    )
    for (const text of texts) assert.notInclude(root.textContent, text)
    fireEvent.click(screen.getByRole("button", { name: blockingWords.en.show }))
    for (const text of texts) assert.include(root.textContent, text)
  })

  it("is shown as all others when the block ends", async () => {
    const { fixture, root } = openItem(stored({}, userId(2)))
    fixture.setBlocked(new Set([userId(2)]))
    await waitFor(() => assert.include(root.textContent, blockingWords.en.message))
    fixture.setBlocked(new Set([userId(3)]))
    assert.include(root.textContent, "hello")
  })
})

describe("a quote of somebody whom one blocks", () => {
  const quote = () => screen.getByRole("button", { name: /question|blocked/ })

  it("is one quiet line until it is pressed, which leads nowhere yet, and keeps the focus", async () => {
    const { fixture, model } = open(stored({ replyTo: 1 }), "group")
    const jumps: Array<number> = []
    model.hands.jumpTo = (seq) => void jumps.push(seq)
    const button = quote()
    for (const text of ["the question", "Ben Kim"]) assert.include(button.textContent, text)
    fixture.setBlocked(new Set([userId(2)]))
    await waitFor(() => assert.include(button.textContent, blockingWords.en.message))
    for (const text of ["question", "Ben"]) assert.notInclude(button.textContent, text)
    button.focus()
    fireEvent.click(button)
    assert.include(button.textContent, "the question")
    assert.deepStrictEqual([document.activeElement, jumps], [button, []])
    fireEvent.click(button)
    assert.deepStrictEqual(jumps, [1])
  })

  it("leads to the message of anybody else, and to one that is deleted", () => {
    const { fixture, model } = open(stored({ replyTo: 1 }), "group")
    const jumps: Array<number> = []
    model.hands.jumpTo = (seq) => void jumps.push(seq)
    fixture.setBlocked(new Set([userId(3)]))
    fireEvent.click(quote())
    fixture.app.chat()?.client.delete(conversationId, 1)
    fixture.setBlocked(new Set([userId(2)]))
    fireEvent.click(screen.getByRole("button", { name: new RegExp(words.row.replyDeleted) }))
    assert.deepStrictEqual(jumps, [1, 1])
  })
})

describe("a row", () => {
  it("is named by author, time, text and state", () => {
    const { article, fixture } = open(stored())
    assert.strictEqual(article().getAttribute("aria-label"), "佐藤 あき, 10:02, hello you, Sent")
    fixture.setMarks({ read: new Map(), delivered: new Map([[userId(2), 2]]) })
    assert.strictEqual(article().getAttribute("aria-label"), "佐藤 あき, 10:02, hello you, Delivered")
    fixture.setMarks({ read: new Map([[userId(2), 2]]), delivered: new Map() })
    assert.strictEqual(article().querySelector("[data-mark]")?.getAttribute("data-mark"), "read")
    fixture.setLanguage("ja")
    assert.strictEqual(article().getAttribute("aria-label"), "佐藤 あき、10:02、hello you、既読")
  })

  it("says nothing of what has become of it before that is known, and then does not make it look new", () => {
    const { article, fixture } = open(stored())
    fixture.setMarks(undefined)
    assert.strictEqual(article().getAttribute("aria-label"), "佐藤 あき, 10:02, hello you")
    assert.isNull(article().querySelector("[data-mark], .mark[aria-hidden=false]"))
    fixture.setMarks({ read: new Map(), delivered: new Map([[userId(2), 2]]) })
    assert.strictEqual(article().querySelector("[data-mark]")?.getAttribute("data-mark"), "delivered")
    assert.isNull(article().querySelector(".mark-arrived"))
    // As news does.
    fixture.setMarks({ read: new Map(), delivered: new Map() })
    fixture.setMarks({ read: new Map(), delivered: new Map([[userId(2), 2]]) })
    assert.isNotNull(article().querySelector(".mark-arrived"))
  })

  it("shows what others wrote as text, whatever it holds", () => {
    const { article } = open({
      ...stored({}, userId(2)),
      row: postedRow(2, userId(2), '<img src=x onerror="alert(1)"> [x](javascript:alert(1))', at)
    })
    assert.isNull(article().querySelector("img"))
    assert.isNull(article().querySelector("a"))
    assert.include(article().textContent, "<img src=x onerror")
  })

  it("says what came of copying its code, and goes on offering it", async () => {
    const { article, fixture } = open(stored({ text: "```\nnpm test\n```" }))
    const copy = () => within(article()).getByRole("button", { name: words.act.copy })
    const clipboard = (value: unknown) => Object.defineProperty(navigator, "clipboard", { value, configurable: true })
    const texts: Array<string> = []
    try {
      clipboard(undefined)
      fireEvent.click(copy())
      await settled()
      clipboard({ writeText: () => Promise.reject(new DOMException("not allowed", "NotAllowedError")) })
      fireEvent.click(copy())
      await settled()
      clipboard({ writeText: async (text: string) => void texts.push(text) })
      fireEvent.click(copy())
      await settled()
    } finally {
      Reflect.deleteProperty(navigator, "clipboard")
    }
    assert.deepStrictEqual(fixture.told.toasts, [words.told.notCopied, words.told.notCopied, words.told.copied])
    assert.deepStrictEqual(texts, ["npm test"])
    assert.isTrue(copy().isConnected)
  })

  it("becomes stored in the same element", () => {
    const { article, setItem } = open(waiting({}))
    const before = article()
    assert.strictEqual(before.dataset["pending"], "queued")
    setItem(stored())
    assert.strictEqual(article(), before)
    assert.isUndefined(before.dataset["pending"])
    assert.strictEqual(before.dataset["seq"], "2")
  })

  it("leads to the message it answers, with the focus when that is asked for by key", () => {
    const { article, model } = open(stored({ replyTo: 1 }))
    const jumps: Array<readonly [seq: number, focuses: boolean]> = []
    model.hands.jumpTo = (...jump) => void jumps.push(jump)
    const quote = within(article()).getByText("the question")
    fireEvent.click(quote, { detail: 1 })
    // As a browser tells of a click that is made by Enter.
    fireEvent.click(quote, { detail: 0 })
    assert.deepStrictEqual(jumps, [
      [1, false],
      [1, true]
    ])
  })

  it("keeps a deleted message's place and nothing else", () => {
    const { article } = open(stored({ text: "", deleted: true, replyTo: 1 }))
    within(article()).getByText(words.row.deleted)
    assert.isNull(article().querySelector("[data-text], .quote, .mark"))
    assert.strictEqual(within(article()).queryAllByRole("button").length, 0)
  })
})

describe("a message that mentions", () => {
  const mentioned = (article: HTMLElement) =>
    [...article.querySelectorAll(".text-mention")].map((node) => [
      node.textContent,
      node.getAttribute("title"),
      node.classList.contains("text-mention-me")
    ])
  const say = (text: string, by = userId(2), kind: "direct" | "group" = "group") => open(stored({ text }, by), kind)
  const isMarked = (article: HTMLElement) => article.classList.contains("row-mention")

  it("the reader is marked, there and as a row, and says so in its name", () => {
    const { article, fixture } = say("**@aki** look, ＠Ben and @eve")
    assert.deepStrictEqual(mentioned(article()), [
      ["@aki", "佐藤 あき", true],
      ["＠Ben", "Ben Kim", false]
    ])
    assert.isTrue(isMarked(article()))
    assert.strictEqual(
      article().getAttribute("aria-label"),
      `Ben Kim, 10:02, @aki look, ＠Ben and @eve, ${words.row.mention}`
    )
    fixture.setLanguage("ja")
    assert.strictEqual(
      article().getAttribute("aria-label"),
      "Ben Kim、10:02、@aki look, ＠Ben and @eve、あなたへのメンション"
    )
    assert.strictEqual(article().querySelector("[data-text]")?.textContent, "@aki look, ＠Ben and @eve")
  })

  it("others only is no row for the reader", () => {
    const { article } = say("@ben and @akiko")
    assert.deepStrictEqual(mentioned(article()), [["@ben", "Ben Kim", false]])
    assert.isFalse(isMarked(article()))
    assert.notInclude(article().getAttribute("aria-label") ?? "", words.row.mention)
  })

  it("becomes and ceases to be one by its edits", () => {
    const { article, setItem } = say("@ben")
    setItem(stored({ text: "@aki", editedAt: at }, userId(2)))
    assert.deepStrictEqual([isMarked(article()), mentioned(article()).length], [true, 1])
    setItem(stored({ text: "nobody", editedAt: at }, userId(2)))
    assert.deepStrictEqual([isMarked(article()), mentioned(article()).length], [false, 0])
    setItem(stored({ text: "", deleted: true }, userId(2)))
    assert.isFalse(isMarked(article()))
  })

  it("has nothing marked in code and links, and only once it is asked for under a spoiler", () => {
    const { article } = say("`@aki` https://example.org/?@aki ||@aki||\n```\n@aki\n```")
    assert.deepStrictEqual(mentioned(article()), [])
    fireEvent.click(within(article()).getByRole("button", { name: words.act.showSpoiler }))
    assert.deepStrictEqual(mentioned(article()), [["@aki", "佐藤 あき", true]])
  })

  it("marks nobody whom the text as it was written does not mention, which is what counts", () => {
    const { article } = say("_@aki_ and _@ben_")
    assert.deepStrictEqual([isMarked(article()), mentioned(article())], [false, []])
  })

  it("the reader is a row like all others in a direct conversation, and where it is the reader's own", () => {
    const direct = say("@aki", userId(2), "direct").article()
    assert.deepStrictEqual([isMarked(direct), mentioned(direct).length], [false, 1])
    cleanup()
    const own = say("@aki", me).article()
    assert.deepStrictEqual([isMarked(own), mentioned(own).length], [false, 1])
  })
})

describe("reactions", () => {
  it("are pressed when mine, and toggled", async () => {
    const { did } = open(
      stored({
        reactions: [
          { emoji: "👍", count: 2, mine: true },
          { emoji: "🎉", count: 1, mine: false }
        ]
      })
    )
    const mine = screen.getByRole("button", { name: words.row.reaction("👍", 2, true) })
    const other = screen.getByRole("button", { name: words.row.reaction("🎉", 1, false) })
    assert.deepStrictEqual([mine.getAttribute("aria-pressed"), other.getAttribute("aria-pressed")], ["true", "false"])
    fireEvent.click(mine)
    fireEvent.click(other)
    await settled()
    assert.deepStrictEqual(did(), [
      ["react", 2, "👍", false],
      ["react", 2, "🎉", true]
    ])
  })

  it("stay what they are, with the focus, when another comes before them", () => {
    const { setItem } = open(stored({ reactions: [{ emoji: "👍", count: 1, mine: false }] }))
    const thumb = screen.getByRole("button", { name: words.row.reaction("👍", 1, false) })
    thumb.focus()
    setItem(
      stored({
        reactions: [
          { emoji: "❤️", count: 1, mine: false },
          { emoji: "👍", count: 2, mine: false }
        ]
      })
    )
    assert.strictEqual(document.activeElement, thumb)
    assert.strictEqual(thumb.textContent, "👍2")
  })

  it("tell who reacted where one is pointed at, with what was known while the answer is away, and others as a count", async () => {
    const ask = async (answer: object, count: number, mine: boolean) => {
      open(stored({ reactions: [{ emoji: "👍", count, mine }] }), "group", (tag) =>
        tag === "history.reactors" ? answer : undefined
      )
      const button = screen.getByRole("button", { name: words.row.reaction("👍", count, mine) })
      fireEvent.pointerEnter(button, { pointerType: "mouse" })
      await waitFor(() => screen.getByRole("tooltip"))
      await settled()
      const tooltip = screen.getByRole("tooltip")
      assert.strictEqual(button.getAttribute("aria-describedby"), tooltip.id)
      const text = (tooltip.textContent ?? "").replaceAll(/[\u2068\u2069]/g, "")
      fireEvent.pointerLeave(button, { pointerType: "mouse" })
      assert.isNull(screen.queryByRole("tooltip"))
      cleanup()
      return text
    }
    const away = { ok: false, error: { _tag: "Unreachable" } }
    assert.strictEqual(await ask(away, 2, false), "👍 2 people")
    assert.strictEqual(await ask({ ok: true, value: [userId(2), me] }, 4, true), "👍 You, Ben Kim and 2 others")
    assert.strictEqual(await ask(away, 4, true), "👍 You, Ben Kim and 2 others")
  })

  it("say so when one is not taken", async () => {
    const { fixture } = open(stored({ reactions: [{ emoji: "👍", count: 1, mine: false }] }))
    Object.assign(fixture.app.chat()?.client ?? {}, { react: () => ({ _tag: "NotQueued", code: "outbox_full" }) })
    fireEvent.click(screen.getByRole("button", { name: words.row.reaction("👍", 1, false) }))
    await settled()
    assert.deepStrictEqual(fixture.told.toasts, [words.problem.outbox_full])
  })
})

describe("what can be done with a message", () => {
  /** What is offered over the row and in its menu, in their order, by name. */
  const offered = async (
    by: UserId,
    role: Role,
    kind: FixtureOptions["kind"] = "group",
    more: Parameters<typeof stored>[0] = {}
  ) => {
    const { fixture } = open(stored(more, by), kind)
    fixture.setSummary((line) => ({ ...line, role }))
    fireEvent.click(await screen.findByRole("button", { name: words.act.more }))
    const labels = [...screen.getAllByRole("button"), ...screen.getAllByRole("menuitem", { hidden: true })].map(
      (node) => node.getAttribute("aria-label") ?? node.textContent
    )
    cleanup()
    return rowActs.map(({ name }) => name).filter((name) => labels.includes(words.act[name]))
  }
  const all = rowActs.map(({ name }) => name)
  const without = (...names: ReadonlyArray<string>) => all.filter((name) => !names.includes(name))

  it("is all of it to one's own, and of others' messages neither editing nor deleting", async () => {
    assert.deepStrictEqual(await offered(me, "member", "direct"), without("readers", "unpin"))
    assert.deepStrictEqual(await offered(userId(2), "member"), without("readers", "edit", "delete", "unpin"))
  })

  it("is unpinning what is pinned, in a channel to who manages it", async () => {
    const pins = async (...on: Parameters<typeof offered>) =>
      (await offered(...on)).filter((name) => name === "pin" || name === "unpin")
    assert.deepStrictEqual(await pins(me, "member", "group", { pinned: true }), ["unpin"])
    assert.deepStrictEqual(await pins(me, "member", "channel"), [])
    assert.deepStrictEqual(await pins(me, "admin", "channel"), ["pin"])
  })

  it("is deleting them, too, to who manages the conversation", async () => {
    for (const role of ["owner", "admin"] as const)
      assert.deepStrictEqual(await offered(userId(2), role), without("readers", "edit", "unpin"), role)
  })
})

it("a message gives its id away, for an administrator who is to follow it", async () => {
  const item = stored({}, userId(2))
  const { fixture } = open(item)
  const texts: Array<string | undefined> = []
  const clipboard = { writeText: async (text: string) => void texts.push(text) }
  Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true })
  try {
    fireEvent.click(await screen.findByRole("button", { name: words.act.more }))
    fireEvent.click(screen.getByRole("menuitem", { name: words.act.copyId, hidden: true }))
    await waitFor(() => assert.deepStrictEqual(fixture.told.toasts, [words.told.copied]))
  } finally {
    Reflect.deleteProperty(navigator, "clipboard")
  }
  assert.deepStrictEqual(texts, [item.row?.id])
})

const unmarked: ReadonlyArray<readonly [error: object, told: string]> = [
  [{ _tag: "Unreachable" }, en.conversations.failed.unreachable],
  [{ _tag: "Refused", code: newerCode }, words.problem.not_possible]
]
for (const [error, told] of unmarked)
  it(`a message that can't be marked unread says why: ${told}`, async () => {
    const { fixture } = open(stored({}, userId(2)))
    Object.assign(fixture.app.chat() ?? {}, { call: () => Promise.resolve({ ok: false, error }) })
    fireEvent.mouseEnter(screen.getByRole("article"))
    fireEvent.click(screen.getByRole("button", { name: words.act.more }))
    fireEvent.click(screen.getByRole("menuitem", { name: words.act.markUnread, hidden: true }))
    await waitFor(() => assert.deepStrictEqual(fixture.told.toasts, [told]))
  })

describe("what is not stored", () => {
  const act = async (name: string) => {
    fireEvent.click(screen.getByRole("button", { name }))
    await settled()
  }

  it("says why it failed, and is sent again", async () => {
    const { article, did } = open(waiting({ state: "failed", code: "forbidden" }))
    assert.include(article().textContent, words.problem.forbidden)
    await act(words.act.sendAgain)
    assert.deepStrictEqual(did(), [["retry", commandId(9)]])
  })

  it("has no mark while it is written, and says when this browser refused to keep it", () => {
    const writing = open(waiting({ state: "queued", unkept: "writing" })).article()
    assert.isNull(writing.querySelector("[data-mark]"))
    assert.isNull(writing.querySelector(".note"))
    cleanup()
    const refused = open(waiting({ state: "queued", unkept: "refused" })).article()
    assert.strictEqual(refused.querySelector("[data-mark]")?.getAttribute("aria-label"), words.state.unkept)
    assert.include(refused.querySelector(".note")?.textContent, words.state.unkept)
  })

  it("says that it failed also by a code of a newer server, and so does a change", () => {
    const { article } = open(waiting({ state: "failed", code: newerCode }))
    assert.include(article().textContent, `${words.state.failed}: ${words.problem.not_possible}`)
    const { root } = show({ kind: "direct", language: "en", rows: [] }, () => (
      <FailedChange
        change={{
          ...{ id: commandId(9), conversationId, order: 1, epoch: null, at, body: { kind: "delete", target: 1 } },
          ...{ state: "failed", handedOver: false, code: newerCode }
        }}
      />
    ))
    assert.include(root.textContent, `${words.state.failed}: ${words.problem.not_possible}`)
  })

  it("goes back to the composer to be written anew", async () => {
    const { did, model } = open(waiting({ state: "failed", code: "too_long" }))
    const suggested: Array<string> = []
    model.hands.suggest = (text) => void suggested.push(text)
    await act(words.act.edit)
    assert.deepStrictEqual(suggested, ["on its way"])
    assert.deepStrictEqual(did(), [["withdraw", commandId(9)]])
  })

  it("is edited in place while it was never handed over", async () => {
    const { model } = open(waiting({}))
    await act(words.act.edit)
    assert.deepStrictEqual(model.task(), { kind: "rewrite", id: commandId(9), text: "on its way" })
  })

  it("is only tried again or taken back once it was handed over", async () => {
    const { article, did } = open(waiting({ state: "sent", unanswered: true }))
    assert.include(article().textContent, words.state.unanswered)
    assert.isNull(screen.queryByRole("button", { name: words.act.edit }))
    assert.isNull(screen.queryByRole("button", { name: words.act.discard }))
    await act(words.act.tryNow)
    await act(words.act.takeBack)
    assert.deepStrictEqual(did(), [["retryNow"], ["withdraw", commandId(9)]])
  })
})

describe("deleting", () => {
  const remove = async () => {
    fireEvent.click(screen.getByRole("button", { name: words.act.more }))
    fireEvent.click(screen.getByRole("menuitem", { name: words.act.delete, hidden: true }))
    await settled()
  }

  it("can be undone, and then asks for nothing", async () => {
    const { article, did, fixture } = open(stored())
    await remove()
    assert.deepStrictEqual(fixture.told.toasts, [words.row.deleting])
    within(article()).getByText(words.row.deleting)
    assert.strictEqual(article().getAttribute("aria-label"), `佐藤 あき, 10:02, hello you, ${words.row.deleting}`)
    fixture.told.acts[0]?.()
    assert.isNull(within(article()).queryByText(words.row.deleting))
    window.dispatchEvent(new Event("pagehide"))
    await settled()
    assert.deepStrictEqual(did(), [])
  })

  it("is sent when the offer to undo it goes, and undoing it then says that it is too late", async () => {
    const { did, fixture } = open(stored())
    await remove()
    fixture.told.gone[0]?.()
    await settled()
    assert.deepStrictEqual(did(), [["delete", 2]])
    fixture.told.acts[0]?.()
    assert.deepStrictEqual(fixture.told.toasts, [words.row.deleting, words.told.tooLate])
  })

  it("deletes nothing that has its number since the store was restored", async () => {
    const { did, fixture } = open(stored())
    await remove()
    fixture.restore([postedRow(2, me, "another", 9_000)])
    fixture.told.gone[0]?.()
    await settled()
    assert.deepStrictEqual(did(), [["epoch_changed", "delete", 2]])
  })

  it("is not lost when the page goes before", async () => {
    const { did } = open(stored())
    await remove()
    assert.deepStrictEqual(did(), [])
    window.dispatchEvent(new Event("pagehide"))
    await settled()
    assert.deepStrictEqual(did(), [["delete", 2]])
    assert.strictEqual(conversationId.length, 36)
  })
})

it("those who are typing are named up to three, and that there are others is told", () => {
  const { fixture } = show({ kind: "group", language: "en", rows: [target] }, () => <TypingLine />)
  const line = () => screen.getByTestId("typing").textContent
  fixture.setTyping([2, 3, 4].map(userId))
  assert.strictEqual(line(), words.typing(["Ben Kim", "田中 千恵", "Dan"], false))
  fixture.setTyping([2, 3, 4, 5].map(userId))
  assert.strictEqual(line(), words.typing(["Ben Kim", "田中 千恵", "Dan"], true))
})

it("who has read is asked for in groups", async () => {
  const { fixture } = open(stored(), "group")
  fireEvent.click(screen.getByRole("button", { name: words.act.readers }))
  assert.strictEqual(
    document.activeElement?.getAttribute("aria-label"),
    words.readers.title,
    "it is told, and can be closed by Esc"
  )
  await settled()
  assert.isTrue(fixture.asked.some(([what, tag]) => what === "call" && tag === "conversation.receipts"))
})

describe("a text is long", () => {
  it("by the room that it takes, however few characters it has", () => {
    assert.isFalse(isLong("\ufdfd".repeat(50)))
    assert.isTrue(isLong("\ufdfd".repeat(80)))
    assert.isFalse(isLong("\u{12031}".repeat(200)))
    assert.isTrue(isLong("\u{12031}".repeat(400)))
    assert.isFalse(isLong("a".repeat(1_400)))
    assert.isTrue(isLong("a".repeat(1_500)))
  })
})
