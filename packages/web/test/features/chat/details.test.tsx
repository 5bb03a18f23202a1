// @vitest-environment jsdom
/** What can be changed about a conversation, as a person meets it. */
import { assert, describe, it } from "@effect/vitest"
import { fireEvent, screen } from "@solidjs/testing-library"
import type { Members } from "../../../src/features/chat/createMembers.ts"
import { AddPeople } from "../../../src/features/chat/details/AddPeople.tsx"
import { LeaveDialog } from "../../../src/features/chat/details/LeaveDialog.tsx"
import { en } from "../../../src/i18n/en.ts"
import { show } from "./screen.tsx"

const words = en.chat.details

const nobody: Members = { list: () => [], more: () => false, failed: () => false, loadMore: () => {}, reload: () => {} }

describe("adding people", () => {
  it("names those who are chosen by what pressing them does, and speaks once how many were found", async () => {
    const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => <AddPeople open onClose={() => {}} members={nobody} />)
    fireEvent.input(screen.getByRole("searchbox"), { target: { value: "a" } })
    fireEvent.click(await screen.findByRole("button", { name: /@ben/ }, { timeout: 8_000 }))
    assert.isNull(screen.queryByRole("button", { name: /@ben/ }))
    fireEvent.click(screen.getByRole("button", { name: words.addRemove("Ben Kim") }))
    assert.isNotNull(screen.queryByRole("button", { name: /@ben/ }))
    assert.deepStrictEqual(fixture.told.said, [en.conversations.fresh.found(4)])
  })
})

describe("leaving", () => {
  for (const kind of ["group", "channel"] as const)
    it(`says how one comes back to a ${kind}`, () => {
      show({ kind, language: "en", rows: [] }, () => <LeaveDialog open onClose={() => {}} />)
      assert.include(screen.getByRole("dialog").textContent, words.leaveText[kind])
    })
})
