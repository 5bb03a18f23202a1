// @vitest-environment jsdom
/** Conversations as an administrator sees them: no texts, members on demand, and an owner where none can act. */
import { assert, describe, it } from "@effect/vitest"
import type { AdminConversation, AdminMember } from "@hibiki/core/domain/Admin"
import { fireEvent, screen, within } from "@solidjs/testing-library"
import { adminWordsEn } from "../../../src/features/operate/adminWords.en.ts"
import { ConversationsScreen } from "../../../src/features/operate/ConversationsScreen.tsx"
import { canOwn, isOwnerless } from "../../../src/features/operate/ownership.ts"
import { type Answers, conversationId, now, person, settled, stage, userId } from "../../ui/stage.tsx"
import { ok } from "./adminRows.ts"

const { conversations: words, people } = adminWordsEn
const owner = (disabled: boolean) => ({ ...person(2, "Ben"), disabled })
const group = (more: Partial<AdminConversation> = {}): AdminConversation => ({
  conversationId: conversationId(1),
  kind: "group",
  title: "Garden",
  members: 1_204,
  lastAt: now - 3_600_000,
  owners: [owner(false)],
  ...more
})
const members: ReadonlyArray<AdminMember> = [
  { ...person(2, "Ben"), role: "owner", disabled: true },
  { ...person(3, "Chika"), role: "member", disabled: false },
  { ...person(4, "Dai"), role: "admin", disabled: true }
]

const open = async (found: ReadonlyArray<AdminConversation>, answers: Answers = {}) => {
  const shown = stage(ConversationsScreen, {
    admin: true,
    answers: {
      "admin.conversations": () => ok({ conversations: found, more: false }),
      "admin.members": () => ok({ members, more: false }),
      ...answers
    }
  })
  await settled()
  const callsOf = (tag: string) => shown.calls.filter(([called]) => called === tag).map(([, payload]) => payload)
  return { ...shown, callsOf }
}
const press = async (name: string, inside: HTMLElement = document.body) => {
  const button = within(inside).getByRole("button", { name })
  button.focus()
  fireEvent.click(button)
  await settled()
}
const dialog = (title: string) => screen.getByRole("dialog", { name: title })
const rowsOf = (name: string) => [...screen.getByRole("table", { name }).querySelectorAll("tbody tr")]
const cells = (row: Element | undefined) => [...(row?.children ?? [])].map(({ textContent }) => textContent)

describe("conversations", () => {
  it("have their kind, members and owners, and say where no owner can act", async () => {
    await open([
      group(),
      group({ conversationId: conversationId(2), kind: "direct", title: "", owners: [owner(true)] })
    ])
    assert.deepStrictEqual(rowsOf(words.caption).map(cells), [
      ["Gardengroup", "1,204", "Ben", "1 hour ago"],
      [`${words.untitled}${words.kinds["direct"]}`, "1,204", `Ben${words.ownerless}`, "1 hour ago"]
    ])
  })

  it("are found by the beginning of a title, or by an id", async () => {
    const { callsOf } = await open([group()])
    const search = screen.getByLabelText(words.search)
    for (const value of ["Gar", ` ${conversationId(1)} `]) {
      fireEvent.change(search, { target: { value } })
      await settled()
    }
    assert.deepStrictEqual(callsOf("admin.conversations"), [
      { prefix: "", limit: 50 },
      { prefix: "Gar", limit: 50 },
      { conversationId: conversationId(1) }
    ])
  })

  it("show their members on demand only, and say that it is noted", async () => {
    const { callsOf } = await open([group()])
    await press(words.open("Garden"))
    assert.deepStrictEqual(callsOf("admin.members"), [])
    within(dialog("Garden")).getByText(people.lookNote)
    await press(words.showMembers, dialog("Garden"))
    assert.deepStrictEqual(callsOf("admin.members"), [{ conversationId: conversationId(1), limit: 50 }])
    assert.deepStrictEqual(rowsOf(words.members).map(cells), [
      ["Ben@user2", `${words.roles["owner"]} · ${people.disabled}`],
      ["Chika@user3", words.roles["member"]],
      ["Dai@user4", `${words.roles["admin"]} · ${people.disabled}`]
    ])
  })

  it("lead to how many of them were online, except direct ones", async () => {
    const direct = group({ conversationId: conversationId(2), kind: "direct", title: "Two" })
    await open([group(), direct])
    await press(words.open("Garden"))
    assert.strictEqual(
      within(dialog("Garden")).getByRole("link", { name: words.presence }).getAttribute("href"),
      `/operate/presence?conversation=${conversationId(1)}`
    )
    await press(words.open("Two"))
    assert.isNull(within(dialog("Two")).queryByRole("link", { name: words.presence }))
  })

  it("get an owner where all are disabled, after a question", async () => {
    const { callsOf, toasts } = await open([group({ owners: [owner(true)] })], { "admin.giveOwner": () => ok({}) })
    await press(words.open("Garden"))
    const details = dialog("Garden")
    within(details).getByText(words.ownerlessHint)
    await press(words.showMembers, details)
    assert.isNull(within(details).queryByRole("button", { name: words.giveNamed("Dai") }))
    await press(words.giveNamed("Chika"), details)
    assert.deepStrictEqual(callsOf("admin.giveOwner"), [])
    await press(words.give, dialog(words.giveTitle("Chika")))
    assert.deepStrictEqual(callsOf("admin.giveOwner"), [{ conversationId: conversationId(1), userId: userId(3) }])
    assert.deepStrictEqual(toasts, [words.given("Chika")])
    assert.deepStrictEqual(cells(rowsOf(words.members)[1]), ["Chika@user3", words.roles["owner"]])
    assert.strictEqual(cells(rowsOf(words.caption)[0])[2], "Ben, Chika")
    assert.isNull(within(details).queryByText(words.ownerlessHint))
    assert.strictEqual(document.activeElement?.textContent, "Garden", "the focus does not go with the button")
  })
})

describe("an owner by an administrator", () => {
  it("is for conversations whose owners are all disabled", () => {
    assert.isTrue(isOwnerless({ owners: [owner(true), owner(true)] }))
    assert.isFalse(isOwnerless({ owners: [owner(true), owner(false)] }))
    assert.isFalse(isOwnerless({ owners: [] }))
  })

  it("is an enabled member", () => {
    assert.deepStrictEqual(members.map(canOwn), [false, true, false])
  })
})
