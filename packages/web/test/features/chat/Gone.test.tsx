// @vitest-environment jsdom
import { assert, describe, it } from "@effect/vitest"
import type { PendingPost } from "@hibiki/core/client/FeedView"
import { fireEvent, screen, within } from "@solidjs/testing-library"
import { Gone } from "../../../src/features/chat/Gone.tsx"
import { en } from "../../../src/i18n/en.ts"
import { commandId } from "../../fixtureApp.tsx"
import { settled, show } from "./screen.tsx"

const words = en.chat
const unsent = (n: number, text: string): PendingPost => ({
  ...{ id: commandId(n), at: n, text, replyTo: undefined, state: "failed", code: "not_found", unanswered: false }
})
const open = (pending: ReadonlyArray<PendingPost>) => show({ kind: "group", language: "en", rows: [], pending }, () => <Gone />)

describe("a conversation that is not there any more", () => {
  it("says so, to be seen and heard, and leads back", () => {
    const { fixture } = open([])
    screen.getByText(words.gone)
    assert.strictEqual(screen.getByRole("link", { name: words.goneBack }).getAttribute("href"), "/")
    assert.deepStrictEqual(fixture.told.said, [words.gone])
    assert.isNull(screen.queryByRole("region", { name: words.goneUnsent }))
  })

  it("hands back what was written and not sent, to be copied or discarded", async () => {
    const { fixture } = open([unsent(1, "the last word"), unsent(2, "and one more")])
    const items = within(screen.getByRole("region", { name: words.goneUnsent })).getAllByRole("listitem")
    assert.lengthOf(items, 2)
    const [first] = items
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
})
