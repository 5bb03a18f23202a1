// @vitest-environment jsdom
/** The search in messages as a person meets it: what it asks, what it says, and where it leads. */
import { assert, describe, it } from "@effect/vitest"
import { Limits } from "@hibiki/core/domain/Limits"
import { fireEvent, screen, within } from "@solidjs/testing-library"
import { untrack } from "solid-js"
import { blockingWords } from "../../../src/features/blocking/blockingWords.ts"
import { wantedMessage } from "../../../src/features/chat/conversationModel.ts"
import { Shell } from "../../../src/shell/Shell.tsx"
// Here before the frame asks for them.
import "../../../src/features/find/Overlays.tsx"
import "../../../src/features/find/SearchDialog.tsx"
import { findWordsEn } from "../../../src/features/find/findWords.en.ts"
import { en } from "../../../src/i18n/en.ts"
import {
  conversationId,
  direct,
  now,
  person,
  type StageOptions,
  settled,
  stage,
  summary,
  userId
} from "../../ui/stage.tsx"

const words = findWordsEn.search
const all = [direct(1, person(2, "Ben")), summary(2, { title: "Team", head: 200 })]
const hit = (n: number, seq: number, text: string) => ({
  conversationId: conversationId(n),
  row: { seq, rev: seq, id: conversationId(seq), by: userId(2), at: now - 3_600_000, kind: "posted", text }
})
type Answer = { readonly ok: boolean; readonly value?: object; readonly error?: object }

/** Opened by its keys, with answers that are given one after the other. */
const shown = async (answers: ReadonlyArray<Answer> = [], options: StageOptions = {}) => {
  const left = [...answers]
  const staged = stage(Shell, {
    conversations: all,
    path: `/c/${conversationId(2)}`,
    answers: { "history.search": () => left.shift() ?? assert.fail("no answer left") },
    ...options
  })
  await open()
  return staged
}
const open = async (act = () => void fireEvent.keyDown(document.body, { key: "F", ctrlKey: true, shiftKey: true })) => {
  act()
  await screen.findByRole("dialog", { name: words.title })
}
const dialog = () => within(screen.getByRole("dialog"))
const input = () => dialog().getByRole<HTMLInputElement>("searchbox", { name: words.input })
const asks = async (text: string) => {
  fireEvent.input(input(), { target: { value: text } })
  fireEvent.submit(input().form ?? assert.fail("no form"))
  await settled()
}
const chosen = () =>
  dialog()
    .getAllByRole<HTMLInputElement>("radio")
    .find(({ checked }) => checked)?.value
const hits = () => [...document.querySelectorAll<HTMLElement>("[data-hit]")]
const said = () => document.querySelector(".search-results")?.textContent ?? ""
const found = (...of: ReadonlyArray<ReturnType<typeof hit>>): Answer => ({ ok: true, value: { hits: of } })

describe("the search in messages", () => {
  it("waits for the list where that is not known yet, and says of nothing that it was not found", async () => {
    const { calls, ...staged } = await shown([found(hit(2, 9, "tea"))], { path: "/", conversations: undefined })
    await asks("tea")
    assert.deepStrictEqual([calls, hits()], [[], []])
    assert.notInclude(said(), words.none("tea"))
    staged.setConversations(all)
    await settled()
    assert.deepStrictEqual(calls, [
      ["history.search", { text: "tea", conversationIds: [conversationId(1), conversationId(2)] }]
    ])
    assert.lengthOf(hits(), 1)
  })

  it("asks for the words in the open conversation, and shows who, when and the words marked", async () => {
    const { calls } = await shown([found(hit(2, 9, "the <b>agenda</b> of **today**"))])
    assert.deepStrictEqual([chosen(), document.activeElement], ["here", input()])
    assert.include(said(), words.before)
    await asks("  ")
    assert.lengthOf(calls, 0)
    await asks("agenda TODAY")
    assert.deepStrictEqual(calls, [["history.search", { text: "agenda TODAY", conversationIds: [conversationId(2)] }]])
    const [only] = hits()
    assert.include(only?.textContent, "name of 2")
    assert.include(only?.textContent, "11:00")
    assert.strictEqual(only?.querySelector(".search-text")?.textContent, "the <b>agenda</b> of today")
    assert.deepStrictEqual(
      [...(only?.querySelectorAll("mark") ?? [])].map(({ textContent }) => textContent),
      ["agenda", "today"]
    )
    assert.isNull(dialog().queryByRole("heading", { level: 3 }))
  })

  it("shows nothing of what somebody wrote whom one blocks, and leads there all the same", async () => {
    await shown([found(hit(2, 9, "word of a stranger"))], { blocked: new Set([userId(2)]) })
    await asks("word")
    assert.strictEqual(hits()[0]?.querySelector(".search-text")?.textContent, blockingWords.en.message)
    assert.notInclude(said(), "stranger")
    fireEvent.click(hits()[0] ?? assert.fail("no hit"))
    assert.deepStrictEqual(untrack(wantedMessage), { conversationId: conversationId(2), seq: 9 })
  })

  it("asks again for all conversations, the newest first, and shows them apart", async () => {
    const { calls } = await shown([found(), found(hit(1, 5, "word here"), hit(2, 9, "word"), hit(2, 4, "word"))])
    await asks("word")
    assert.include(said(), words.none("word"))
    assert.include(said(), words.tip)
    fireEvent.click(dialog().getByRole("radio", { name: words.all }))
    await settled()
    assert.deepStrictEqual(calls[1]?.[1], { text: "word", conversationIds: [conversationId(1), conversationId(2)] })
    assert.deepStrictEqual(
      dialog()
        .getAllByRole("heading", { level: 3 })
        .map(({ textContent }) => textContent),
      ["Ben", "Team"]
    )
    assert.lengthOf(within(screen.getByRole("region", { name: "Team" })).getAllByRole("button"), 2)
  })

  it("says how far it looked, looks further back, and leads to the first that came", async () => {
    const next = { conversationId: conversationId(2), before: 101 }
    const more = found(hit(2, 80, "word a"), hit(2, 70, "word b"))
    const { calls } = await shown([
      { ok: true, value: { hits: [], next } },
      { ok: true, value: { hits: [hit(2, 90, "word")], next } },
      more
    ])
    await asks("word")
    assert.include(said(), words.noneSoFar)
    assert.include(said(), words.lookedHere(50))
    const further = () => dialog().getByRole("button", { name: words.further })
    fireEvent.click(further())
    await settled()
    assert.deepStrictEqual(calls[1]?.[1], { text: "word", conversationIds: [conversationId(2)], before: 101 })
    further().focus()
    const first = hits()[0]
    fireEvent.click(further())
    assert.strictEqual(further().getAttribute("aria-busy"), "true")
    await settled()
    assert.strictEqual(hits()[0], first)
    assert.lengthOf(hits(), 3)
    assert.strictEqual(document.activeElement, hits()[1])
    assert.isNull(dialog().queryByRole("button", { name: words.further }))
  })

  it("says in how many of all conversations it looked", async () => {
    const many = Array.from({ length: Limits.searchConversations + 20 }, (_, n) => summary(n + 1))
    const { calls } = await shown([found(), found()], { conversations: many, path: "/" })
    assert.isNull(dialog().queryByRole("radio"))
    await asks("word")
    assert.include(said(), words.lookedAll(Limits.searchConversations, many.length))
    fireEvent.click(dialog().getByRole("button", { name: words.further }))
    await settled()
    assert.deepStrictEqual(calls[1]?.[1], {
      text: "word",
      conversationIds: many.slice(-20).map((line) => line.conversationId)
    })
    assert.include(said(), words.none("word"))
  })

  it("says why no answer came, and asks the same again", async () => {
    const { calls } = await shown([
      { ok: false, error: { _tag: "RateLimited", retryAfterMs: 5_000 } },
      { ok: false, error: { _tag: "Unreachable" } },
      found(hit(2, 9, "word"))
    ])
    await asks("word")
    assert.include(said(), en.conversations.failed.rateLimited)
    const again = () => fireEvent.click(dialog().getByRole("button", { name: en.kit.retry }))
    again()
    await settled()
    assert.include(said(), en.conversations.failed.unreachable)
    again()
    await settled()
    assert.lengthOf(hits(), 1)
    assert.deepStrictEqual(calls[2], calls[0])
    assert.notInclude(said(), en.conversations.failed.unreachable)
  })

  it("asks for nothing that no server would look for, and says so at the field", async () => {
    const { calls } = await shown()
    for (const text of ["x".repeat(Limits.searchTextMax + 1), "a b c d e f g h i"]) {
      await asks(text)
      assert.include(
        document.querySelector(".search")?.textContent,
        words.tooMuch(Limits.searchWordsMax, Limits.searchTextMax)
      )
      assert.strictEqual(input().getAttribute("aria-invalid"), "true")
    }
    assert.lengthOf(calls, 0)
  })

  it("is walked by arrows from the field and back, and leaves those of a composition alone", async () => {
    await shown([found(hit(2, 9, "word a"), hit(2, 8, "word b"), hit(2, 7, "word c"))])
    await asks("word")
    const press = (key: string, more: object = {}) =>
      fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more })
    press("ArrowDown", { isComposing: true })
    assert.strictEqual(document.activeElement, input())
    assert.isFalse(press("Enter", { keyCode: 229 }))
    for (const [key, wantedAt] of [
      ["ArrowDown", 0],
      ["ArrowDown", 1],
      ["End", 2],
      ["ArrowDown", 2],
      ["Home", 0]
    ] as const) {
      press(key)
      assert.strictEqual(document.activeElement, hits()[wantedAt], key)
    }
    press("ArrowUp")
    assert.strictEqual(document.activeElement, input())
  })

  it("leads to the message, and has what it found when one comes back", async () => {
    const { history } = await shown([found(hit(1, 5, "word"), hit(2, 9, "word"))])
    fireEvent.click(dialog().getByRole("radio", { name: words.all }))
    await asks("word")
    fireEvent.click(hits()[0] ?? assert.fail("no hit"))
    await settled()
    assert.isNull(screen.queryByRole("dialog"))
    assert.strictEqual(history.get(), `/c/${conversationId(1)}`)
    assert.deepStrictEqual(untrack(wantedMessage), { conversationId: conversationId(1), seq: 5 })
    await open()
    assert.deepStrictEqual([chosen(), input().value, hits().length], ["all", "word", 2])
    assert.strictEqual(hits()[0]?.getAttribute("aria-current"), "true")
    // Its own message needs no other address.
    fireEvent.click(hits()[0] ?? assert.fail("no hit"))
    await settled()
    assert.strictEqual(history.get(), `/c/${conversationId(1)}`)
  })

  it("forgets what was found in a conversation that one has left, and keeps the words", async () => {
    const { history } = await shown([found(hit(2, 9, "word"))])
    await asks("word")
    fireEvent(screen.getByRole("dialog"), new Event("cancel", { cancelable: true }))
    history.set({ value: `/c/${conversationId(1)}` })
    await settled()
    await open()
    assert.deepStrictEqual([chosen(), input().value, hits().length], ["here", "word", 0])
  })

  it("is reached by the commands of the switcher, each with its choice", async () => {
    await shown()
    fireEvent(screen.getByRole("dialog"), new Event("cancel", { cancelable: true }))
    for (const [command, scope] of [
      ["searchAll", "all"],
      ["searchHere", "here"]
    ] as const) {
      fireEvent.keyDown(document.body, { key: "k", ctrlKey: true })
      const line = await screen.findByRole("option", { name: findWordsEn.switcher.commands[command] })
      await open(() => void fireEvent.click(line))
      assert.strictEqual(chosen(), scope)
      fireEvent(screen.getByRole("dialog"), new Event("cancel", { cancelable: true }))
    }
  })
})
