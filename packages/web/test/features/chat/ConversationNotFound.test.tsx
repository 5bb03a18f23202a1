// @vitest-environment jsdom

import { assert, describe, it } from "@effect/vitest"
import type { PendingPost } from "@hibiki/core/client/feed/FeedView"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { cleanup, fireEvent, screen, within } from "@solidjs/testing-library"
import { ConversationNotFound } from "../../../src/features/chat/ConversationNotFound.tsx"
import { notFoundWords } from "../../../src/features/chat/notFoundWords.ts"
import { en } from "../../../src/i18n/en.ts"
import type { Draft } from "../../../src/lib/database.ts"
import { commandId, conversationId } from "../../fixtureApp.tsx"
import { settled, show } from "./screen.tsx"

const words = en.chat
const unsent = (n: number, text: string): PendingPost => ({
  ...{ id: commandId(n), at: n, text, replyTo: undefined, state: "failed", code: "not_found", unanswered: false }
})
const refused = (n: number, body: OutboxRow["body"]): OutboxRow => ({
  ...{
    id: commandId(n),
    conversationId,
    order: n,
    epoch: null,
    at: n,
    body,
    state: "failed",
    handedOver: false,
    code: "not_found"
  }
})
const open = (
  pending: ReadonlyArray<PendingPost>,
  more: { readonly failed?: ReadonlyArray<OutboxRow>; readonly draft?: Draft } = {}
) => show({ kind: "group", language: "en", rows: [], pending, ...more }, () => <ConversationNotFound />)
const items = () => within(screen.getByRole("region", { name: notFoundWords.en.unsent })).getAllByRole("listitem")

describe("a conversation that is not there any more", () => {
  it("says so, to be seen and heard, and leads back", () => {
    const { fixture } = open([])
    const text = notFoundWords.en.text("秋の編集会議")
    screen.getByText(text)
    assert.strictEqual(screen.getByRole("link", { name: notFoundWords.en.back }).getAttribute("href"), "/")
    assert.deepStrictEqual(fixture.told.said, [text])
    assert.isNull(screen.queryByRole("region", { name: notFoundWords.en.unsent }))
  })

  it("is called by its name as long as its screen is there, and by none where none was ever known", () => {
    const { fixture, model } = open([])
    fixture.setIn(false)
    assert.strictEqual(model.title(), "秋の編集会議")
    screen.getByText(notFoundWords.en.text("秋の編集会議"))
    cleanup()
    show({ kind: "group", language: "en", rows: [], isIn: false }, () => <ConversationNotFound />)
    screen.getByText(notFoundWords.en.text(undefined))
  })

  it("hands back what was written and not sent, to be copied or discarded", async () => {
    const { fixture } = open([unsent(1, "the last word"), unsent(2, "and one more")])
    assert.lengthOf(items(), 2)
    const [first] = items()
    if (first === undefined) return
    within(first).getByText("the last word")
    within(first).getByRole("button", { name: words.act.copyText })
    fireEvent.click(within(first).getByRole("button", { name: words.act.discard }))
    await settled()
    assert.deepStrictEqual(
      fixture.asked.filter(([what]) => what === "withdraw"),
      [["withdraw", commandId(1)]]
    )
    assert.isNull(screen.queryByText("the last word"))
    screen.getByText("and one more")
  })

  it("leads from what is discarded to what is next, and from the last to the way back", async () => {
    open([unsent(1, "the last word"), unsent(2, "and one more")])
    const discard = async () => {
      const button = screen.getAllByRole("button", { name: words.act.discard })[0] ?? assert.fail("nothing to discard")
      button.focus()
      fireEvent.click(button)
      await settled()
      assert.isFalse(button.isConnected)
    }
    await discard()
    assert.strictEqual(document.activeElement, screen.getByRole("button", { name: words.act.copyText }))
    await discard()
    assert.strictEqual(document.activeElement, screen.getByRole("link", { name: notFoundWords.en.back }))
  })

  it("hands back refused changes, too: the text of an edit, and any to be discarded", async () => {
    const { fixture } = open([], {
      failed: [
        refused(1, { kind: "edit", target: 1, text: "better words" }),
        refused(2, { kind: "react", target: 1, emoji: "👍", on: true })
      ]
    })
    const [edit, reaction] = items()
    if (edit === undefined || reaction === undefined) assert.fail("not two")
    assert.include(edit.textContent, words.failed.edit("better words"))
    within(edit).getByRole("button", { name: words.act.copyText })
    assert.include(reaction.textContent, words.failed.react("👍", true))
    assert.isNull(within(reaction).queryByRole("button", { name: words.act.copyText }))
    fireEvent.click(within(reaction).getByRole("button", { name: words.act.discard }))
    await settled()
    assert.deepInclude(fixture.asked, ["withdraw", commandId(2)])
    assert.isNull(screen.queryByText(words.failed.react("👍", true), { exact: false }))
  })

  it("hands back what was being written, too, as another tab left it", async () => {
    const { fixture } = open([unsent(1, "the last word")], { draft: { text: "not yet fini" } })
    await settled()
    fixture.setDraftElsewhere({ text: "not yet finished\n" })
    assert.lengthOf(items(), 2)
    const row = within(items()[1] ?? assert.fail())
    row.getByText("not yet finished")
    row.getByRole("button", { name: words.act.copyText })
    fireEvent.click(row.getByRole("button", { name: words.act.discard }))
    assert.lengthOf(items(), 1)
    assert.isUndefined(fixture.drafts.get(conversationId))
  })

  it("has nothing to hand back of an answer that was only begun", async () => {
    open([], { draft: { text: "", replyTo: 3 } })
    await settled()
    assert.isNull(screen.queryByRole("region", { name: notFoundWords.en.unsent }))
  })
})
