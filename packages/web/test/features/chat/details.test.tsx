// @vitest-environment jsdom
/** What can be changed about a conversation, as a person meets it. */
import { assert, describe, it } from "@effect/vitest"
import type { Member } from "@hibiki/core/domain/Conversation"
import { fireEvent, screen, waitFor } from "@solidjs/testing-library"
import { createSignal } from "solid-js"
import type { Members } from "../../../src/features/chat/createMembers.ts"
import { AddPeople } from "../../../src/features/chat/details/AddPeople.tsx"
import { LeaveDialog } from "../../../src/features/chat/details/LeaveDialog.tsx"
import { MemberList } from "../../../src/features/chat/details/MemberList.tsx"
import { en } from "../../../src/i18n/en.ts"
import { people } from "../../fixtureApp.tsx"
import { show } from "./screen.tsx"

const words = en.chat.details

const nobody: Members = { list: () => [], more: () => false, failed: () => false, loadMore: () => {}, reload: () => {} }

describe("the members", () => {
  const members = (...from: ReadonlyArray<number>): ReadonlyArray<Member> =>
    people.slice(...from).map((person) => ({ ...person, role: person.handle === "aki" ? "owner" : "member" }))
  const showMembers = (...from: ReadonlyArray<number>) => {
    const [list, setList] = createSignal(members(...from))
    show({ kind: "group", language: "en", rows: [] }, () => <MemberList members={{ ...nobody, list }} />)
    return setList
  }
  const names = () => [...document.querySelectorAll(".member-name bdi")].map(({ textContent }) => textContent)
  const menuOf = (name: string) => screen.getByRole("button", { name: words.manage(name) })
  const openMenu = (name: string) => {
    menuOf(name).focus()
    fireEvent.click(menuOf(name))
    return screen.getByRole("menuitem", { name: words.remove(name), hidden: true })
  }

  it("stay where they are while the focus is among them, and it stays with them", () => {
    const setList = showMembers(2)
    const menu = menuOf("田中 千恵")
    menu.focus()
    setList(members(0))
    assert.strictEqual(document.activeElement, menu)
    assert.deepStrictEqual(names(), ["田中 千恵", "Dan", "佐藤 あき", "Ben Kim"])
    menu.blur()
    assert.deepStrictEqual(names(), ["佐藤 あき", "Ben Kim", "田中 千恵", "Dan"])
  })

  it("keep an open menu, which says whom it is about", () => {
    const setList = showMembers(0)
    const item = openMenu("Ben Kim")
    item.focus()
    setList(members(0))
    assert.strictEqual(document.activeElement, item)
  })

  it("have the focus when one of them is removed", async () => {
    const setList = showMembers(0)
    fireEvent.click(openMenu("Ben Kim"))
    const next = menuOf("田中 千恵")
    await waitFor(() => assert.strictEqual(document.activeElement, next))
    setList(members(0).filter(({ handle }) => handle !== "ben"))
    assert.strictEqual(document.activeElement, next)
  })
})

describe("adding people", () => {
  it("names those who are chosen by what pressing them does, and speaks once how many were found", async () => {
    const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => <AddPeople open onClose={() => {}} members={nobody} />)
    fireEvent.input(screen.getByRole("searchbox"), { target: { value: "a" } })
    fireEvent.click(await screen.findByRole("button", { name: /@ben/ }, { timeout: 8_000 }))
    assert.isNull(screen.queryByRole("button", { name: /@ben/ }))
    fireEvent.click(screen.getByRole("button", { name: words.remove("Ben Kim") }))
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
