// @vitest-environment jsdom
/** The composer as a person meets it: what keys do, what is kept, and what it is used for. */
import { assert, describe, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { cleanup, fireEvent, screen } from "@solidjs/testing-library"
import { Composer } from "../../../src/features/chat/composer/Composer.tsx"
import { changesMax } from "../../../src/features/chat/composer/createComposer.ts"
import { createMembers } from "../../../src/features/chat/createMembers.ts"
import { startEdit, startReply } from "../../../src/features/chat/row/RowActions.tsx"
import { en } from "../../../src/i18n/en.ts"
import {
  commandId,
  conversationId,
  epoch,
  type FixtureOptions,
  laterEpoch,
  me,
  postedRow,
  userId
} from "../../fixtureApp.tsx"
import { settled, show } from "./screen.tsx"

const rows = [
  postedRow(1, userId(2), "hello", 1_000),
  postedRow(2, me, "my last", 2_000),
  postedRow(3, userId(2), "bye", 3_000)
]
const words = en.chat
const open = (more: Partial<FixtureOptions> = {}) => {
  const shown = show({ kind: "direct", language: "en", rows, ...more }, (model) => {
    const members = createMembers(model)
    return <Composer members={members} />
  })
  const area = screen.getByRole("textbox") as HTMLTextAreaElement
  const type = (text: string) => {
    area.value = text
    fireEvent.input(area)
  }
  const key = (name: string, more: object = {}) => fireEvent.keyDown(area, { key: name, ...more })
  const did = (what: string) => shown.fixture.asked.filter(([asked]) => asked === what)
  return { ...shown, area, type, key, did }
}
/** The live part, which comes when a test lets it. */
const arriving = () => {
  let arrive = () => {}
  const promise = new Promise<void>((resolve) => {
    arrive = resolve
  })
  return { promise, arrive }
}

describe("the composer", () => {
  it("sends by Enter, is empty then, and keeps no draft", async () => {
    const { area, did, fixture, key, type } = open()
    type("  hi there ")
    assert.deepStrictEqual(fixture.drafts.get(conversationId), { text: "  hi there " })
    key("Enter")
    await settled()
    assert.deepStrictEqual(did("post"), [["post", "  hi there", undefined]])
    assert.strictEqual(area.value, "")
    assert.isUndefined(fixture.drafts.get(conversationId))
  })

  it("keeps what is written while the message before it waits to be sent", async () => {
    const { area, did, fixture, key, type } = open()
    type("first")
    key("Enter")
    type("first and second")
    await settled()
    assert.deepStrictEqual(did("post"), [["post", "first", undefined]])
    assert.strictEqual(area.value, " and second")
    assert.deepStrictEqual(fixture.drafts.get(conversationId), { text: " and second" })
  })

  it("sends what stood there at Enter as what it was then, whatever the composer has come to before the live part is there", async () => {
    const live = arriving()
    const { area, did, fixture, key, model, type } = open({ live: live.promise })
    model.setTask({ kind: "reply", to: 1, seenIn: epoch })
    type("hello")
    key("Enter")
    model.setTask({ kind: "edit", target: 2, text: "my last" })
    type("my last, better")
    live.arrive()
    await settled()
    assert.deepStrictEqual([did("post"), did("edit")], [[["post", "hello", 1]], []])
    assert.strictEqual(area.value, "my last, better")
    assert.deepStrictEqual(model.task(), { kind: "edit", target: 2, text: "my last" })
    // It is not there to be sent once more.
    assert.isUndefined(fixture.drafts.get(conversationId))
    key("Escape")
    assert.strictEqual(area.value, "")
    assert.deepStrictEqual(model.task(), { kind: "post" })
  })

  it("goes on with another answer that was begun before the live part is there, and with an edit after another one", async () => {
    const live = arriving()
    const { area, did, key, model, type } = open({ live: live.promise })
    type("hello")
    key("Enter")
    model.setTask({ kind: "reply", to: 3, seenIn: epoch })
    type("hello and bye")
    live.arrive()
    await settled()
    assert.deepStrictEqual(did("post"), [["post", "hello", undefined]])
    assert.strictEqual(area.value, " and bye")
    assert.deepStrictEqual(model.task(), { kind: "reply", to: 3, seenIn: epoch })

    model.setTask({ kind: "edit", target: 2, text: "my last" })
    type("my last, better")
    key("Enter")
    model.setTask({ kind: "rewrite", id: commandId(7), text: "old" })
    await settled()
    assert.deepStrictEqual(did("edit"), [["edit", 2, "my last, better"]])
    assert.strictEqual(area.value, "old")
  })

  it("does not send by the Enter that ends a composition, nor keep half of one", async () => {
    const { area, did, fixture, key } = open()
    fireEvent.compositionStart(area)
    area.value = "にほん"
    fireEvent.input(area, { isComposing: true })
    assert.isUndefined(fixture.drafts.get(conversationId))
    key("Enter", { isComposing: true })
    key("Enter", { keyCode: 229 })
    await settled()
    assert.deepStrictEqual(did("post"), [])
    area.value = "日本"
    fireEvent.compositionEnd(area)
    assert.deepStrictEqual(fixture.drafts.get(conversationId), { text: "日本" })
    key("Enter")
    await settled()
    assert.deepStrictEqual(did("post"), [["post", "日本", undefined]])
  })

  it("sends by Ctrl+Enter where that was chosen", async () => {
    const { did, key, type } = open({ sendKey: "modEnter" })
    type("hi")
    key("Enter")
    await settled()
    assert.deepStrictEqual(did("post"), [])
    key("Enter", { ctrlKey: true })
    await settled()
    assert.strictEqual(did("post").length, 1)
  })

  it("edits the last own message by ArrowUp, and brings back what was being written", async () => {
    const { area, did, key, model, type } = open()
    type("half a thought")
    key("ArrowUp")
    assert.strictEqual(area.value, "half a thought")
    type("")
    key("ArrowUp")
    assert.strictEqual(area.value, "my last")
    screen.getByText(words.composer.editing)
    type("my last, better")
    key("Enter")
    await settled()
    assert.deepStrictEqual(did("edit"), [["edit", 2, "my last, better"]])
    assert.deepStrictEqual(model.task(), { kind: "post" })

    type("half a thought")
    model.setTask({ kind: "edit", target: 2, text: "my last" })
    assert.strictEqual(area.value, "my last")
    key("Escape")
    assert.strictEqual(area.value, "half a thought")
    assert.strictEqual(did("edit").length, 1)
  })

  it("keeps the draft that waits aside, and never the text of an edit as one", async () => {
    const { area, fixture, key, model, type } = open()
    const draft = () => fixture.drafts.get(conversationId)
    key("ArrowUp")
    type("my last, better")
    key("Enter")
    await settled()
    assert.isUndefined(draft())

    type("half a thought")
    model.setTask({ kind: "edit", target: 2, text: "my last" })
    type("my last, again")
    assert.deepStrictEqual(draft(), { text: "half a thought" })
    model.setTask({ kind: "reply", to: 1, seenIn: epoch })
    assert.strictEqual(area.value, "half a thought")
    assert.deepStrictEqual(draft(), { text: "half a thought", replyTo: 1, seenIn: epoch })
    model.setTask({ kind: "edit", target: 2, text: "my last" })
    key("Escape")
    assert.deepStrictEqual(model.task(), { kind: "reply", to: 1, seenIn: epoch })
    assert.deepStrictEqual(draft(), { text: "half a thought", replyTo: 1, seenIn: epoch })
  })

  it("goes on with an edit that was left with its conversation, once, and with the draft after it", async () => {
    const changes = new Map()
    const draft = { text: "half a thought", replyTo: 3, seenIn: epoch }
    const first = open({ changes, draft })
    await settled()
    first.model.setTask({ kind: "edit", target: 2, text: "my last" })
    first.type("my last, bet")
    cleanup()
    const again = open({ changes, draft })
    await settled()
    assert.strictEqual(again.area.value, "my last, bet")
    screen.getByText(words.composer.editing)
    again.key("Escape")
    assert.strictEqual(again.area.value, "half a thought")
    assert.deepStrictEqual(again.model.task(), { kind: "reply", to: 3, seenIn: epoch })
    again.model.setTask({ kind: "edit", target: 2, text: "my last" })
    cleanup()
    const { area } = open({ changes, draft })
    await settled()
    assert.strictEqual(area.value, "half a thought")
  })

  it("counts an edit as half written from its first other letter on until it ends, and not what was left before it was taken up", async () => {
    const changes: NonNullable<FixtureOptions["changes"]> = new Map()
    const half = () => changes.get(conversationId)?.text
    const first = open({ changes })
    await settled()
    first.key("ArrowUp")
    assert.isUndefined(half())
    first.type("my last, bet")
    assert.strictEqual(half(), "my last, bet")
    first.type("my last")
    assert.isUndefined(half())
    first.type("my last, better")
    first.model.setTask({ kind: "rewrite", id: commandId(7), text: "old" })
    assert.isUndefined(half())
    first.type("older")
    first.key("Escape")
    assert.isUndefined(half())
    first.key("ArrowUp")
    first.type("my last, better")
    first.key("Enter")
    await settled()
    assert.isUndefined(half())
    first.key("ArrowUp")
    first.type("my last, again")
    cleanup()
    // Somebody who types at once leaves it for later.
    open({ changes }).type("quick")
    await settled()
    cleanup()
    assert.strictEqual(half(), "my last, again")
    const again = open({ changes })
    await settled()
    assert.strictEqual(half(), "my last, again")
    again.key("Escape")
    assert.isUndefined(half())
  })

  it("remembers so many edits that were left, the newest", async () => {
    const changes = new Map(
      Array.from({ length: changesMax }, (_, n) => [
        ConversationId.make(commandId(n)),
        { task: { kind: "edit", target: 1, text: "" }, text: "" }
      ])
    ) as NonNullable<FixtureOptions["changes"]>
    const { model, type } = open({ changes })
    model.setTask({ kind: "edit", target: 2, text: "my last" })
    type("my last, bet")
    cleanup()
    assert.strictEqual(changes.size, changesMax)
    assert.strictEqual(changes.get(conversationId)?.text, "my last, bet")
    assert.isFalse(changes.has(ConversationId.make(commandId(0))))
  })

  it("answers a message, and Esc gives that up and keeps the text", async () => {
    const { area, did, fixture, key, model, type } = open()
    model.setTask({ kind: "reply", to: 1, seenIn: epoch })
    screen.getByText(words.composer.replying("Ben Kim"))
    type("yes")
    assert.deepStrictEqual(fixture.drafts.get(conversationId), { text: "yes", replyTo: 1, seenIn: epoch })
    key("Escape")
    assert.strictEqual(area.value, "yes")
    model.setTask({ kind: "reply", to: 1, seenIn: epoch })
    key("Enter")
    await settled()
    assert.deepStrictEqual(did("post"), [["post", "yes", 1]])
    assert.deepStrictEqual(model.task(), { kind: "post" })
    key("Escape")
    assert.deepStrictEqual(did("read"), [["read", 3]])
  })

  it("asks for nothing under a number that another message has since the store was restored, whenever that was", async () => {
    const [hello, mine] = rows
    if (hello === undefined || mine === undefined) throw new Error("no rows")
    const restored = [1, 2].map((seq) => postedRow(seq, me, `restored ${seq}`, 9_000))
    const changes: NonNullable<FixtureOptions["changes"]> = new Map()
    const first = open({ changes })
    await settled()
    startReply(first.model, hello)
    first.type("yes")
    const draft = first.fixture.drafts.get(conversationId)
    assert.deepStrictEqual(draft, { text: "yes", replyTo: 1, seenIn: epoch })
    startEdit(first.model, mine)
    first.type("my last, better")
    first.fixture.restore(restored)
    first.key("Enter")
    await settled()
    // What was aside is an answer to what was there before, too.
    assert.strictEqual(first.area.value, "yes")
    first.key("Enter")
    await settled()
    const failed = [
      ["epoch_changed", "edit", 2, "my last, better"],
      ["epoch_changed", "post", "yes", 1]
    ]
    assert.deepStrictEqual([first.did("epoch_changed"), first.did("edit"), first.did("post")], [failed, [], []])
    cleanup()

    // Left, and taken up again after it.
    const left = open({ changes })
    await settled()
    left.key("ArrowUp")
    left.type("my last, better")
    cleanup()
    const again = open({ changes, draft: draft ?? { text: "" } })
    again.fixture.restore(restored)
    await settled()
    again.key("Enter")
    await settled()
    assert.strictEqual(again.area.value, "yes")
    again.key("Enter")
    await settled()
    assert.deepStrictEqual([again.did("epoch_changed"), again.did("edit"), again.did("post")], [failed, [], []])

    // What is seen now is answered and edited.
    startEdit(again.model, postedRow(2, me, "restored 2", 9_000))
    assert.deepStrictEqual(again.model.task(), { kind: "edit", target: 2, text: "restored 2", seenIn: laterEpoch })
    again.type("mine")
    again.key("Enter")
    await settled()
    assert.deepStrictEqual(again.did("edit"), [["edit", 2, "mine"]])
  })

  it("changes a post that was never handed over", async () => {
    const { did, key, model, type } = open()
    model.setTask({ kind: "rewrite", id: commandId(7), text: "old" })
    type("new")
    key("Enter")
    await settled()
    assert.deepStrictEqual(did("rewrite"), [["rewrite", commandId(7), "new"]])
  })

  it("edits a post that was stored before it was changed, by the next Enter", async () => {
    const changes: NonNullable<FixtureOptions["changes"]> = new Map()
    const { area, did, key, model, type } = open({ rewritten: "unknown_row", changes })
    type("half a thought")
    model.setTask({ kind: "rewrite", id: commandId(2), text: "my last" })
    type("my last, better")
    key("Enter")
    await settled()
    assert.strictEqual(screen.getByRole("alert").textContent, words.told.sentMeanwhile)
    assert.strictEqual(area.value, "my last, better")
    assert.deepStrictEqual(changes.get(conversationId), { task: model.task(), text: "my last, better" })
    key("Enter")
    await settled()
    assert.deepStrictEqual(did("edit"), [["edit", 2, "my last, better"]])
    assert.strictEqual(area.value, "half a thought")
    assert.deepStrictEqual(model.task(), { kind: "post" })
  })

  it("tells how much is too much, and does not send it", async () => {
    const { area, did, key, type } = open()
    type("a")
    assert.isNull(area.getAttribute("aria-describedby"))
    type("a".repeat(4_002))
    assert.strictEqual(
      document.getElementById(area.getAttribute("aria-describedby") ?? "")?.textContent,
      words.composer.over(2)
    )
    key("Enter")
    fireEvent.click(screen.getByRole("button", { name: words.composer.send }))
    await settled()
    assert.deepStrictEqual(did("post"), [])
  })

  it("begins with the draft that was left", async () => {
    const { area, model } = open({ draft: { text: "left", replyTo: 1, seenIn: epoch } })
    await settled()
    assert.strictEqual(area.value, "left")
    assert.deepStrictEqual(model.task(), { kind: "reply", to: 1, seenIn: epoch })
  })

  it("leaves what somebody typed before the draft was read", async () => {
    const { area, fixture, type } = open({ draft: { text: "left" } })
    type("quick")
    await settled()
    assert.strictEqual(area.value, "quick")
    assert.deepStrictEqual(fixture.drafts.get(conversationId), { text: "quick" })
  })

  it("follows the draft that is sent or written on in another tab, and tells nothing of it back", async () => {
    const { area, did, fixture, key, model } = open({ draft: { text: "left" } })
    await settled()
    fixture.setDraftElsewhere({ text: "left and more", replyTo: 1, seenIn: epoch })
    assert.strictEqual(area.value, "left and more")
    assert.deepStrictEqual(model.task(), { kind: "reply", to: 1, seenIn: epoch })
    fixture.setDraftElsewhere(undefined)
    assert.strictEqual(area.value, "")
    assert.deepStrictEqual(model.task(), { kind: "post" })
    key("Enter")
    await settled()
    assert.deepStrictEqual(did("post"), [])
    assert.deepStrictEqual(did("draft"), [])
  })

  it("follows another tab from what was kept here, too", () => {
    const { area, fixture, type } = open()
    type("from here")
    fixture.setDraftElsewhere(undefined)
    assert.strictEqual(area.value, "")
    type("again")
    assert.deepStrictEqual(fixture.drafts.get(conversationId), { text: "again" })
  })

  it("leaves what is being composed, whatever another tab does, and keeps it when it is chosen", () => {
    const { area, fixture, type } = open()
    type("文")
    fireEvent.compositionStart(area)
    fixture.setDraftElsewhere(undefined)
    assert.strictEqual(area.value, "文")
    fireEvent.compositionEnd(area)
    assert.deepStrictEqual(fixture.drafts.get(conversationId), { text: "文" })
    fixture.setDraftElsewhere({ text: "文章" })
    assert.strictEqual(area.value, "文章")
  })

  it("leaves an edit alone, after which stands what another tab made of the draft meanwhile", () => {
    const { area, did, fixture, key, model, type } = open()
    type("half a thought")
    model.setTask({ kind: "edit", target: 2, text: "my last" })
    fixture.setDraftElsewhere(undefined)
    assert.strictEqual(area.value, "my last")
    key("Escape")
    assert.strictEqual(area.value, "")
    assert.isUndefined(fixture.drafts.get(conversationId))
    assert.lengthOf(did("draft"), 1)
  })

  it("tells others that somebody types", () => {
    const { did, type } = open()
    type("h")
    assert.strictEqual(did("sayTyping").length, 1)
  })
})
