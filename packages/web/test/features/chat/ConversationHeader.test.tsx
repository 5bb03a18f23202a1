// @vitest-environment jsdom
/** The head of a conversation: how many are online is said of all its members, or not at all. */
import { assert, it } from "@effect/vitest"
import { ConversationHeader } from "../../../src/features/chat/ConversationHeader.tsx"
import type { Members } from "../../../src/features/chat/createMembers.ts"
import { en } from "../../../src/i18n/en.ts"
import { type FixtureOptions, people } from "../../fixtureApp.tsx"
import { show } from "./screen.tsx"

const textOf = (options: Partial<FixtureOptions>, more: boolean) => {
  const members: Members = {
    list: () => people.map((person) => ({ ...person, role: "member" })),
    more: () => more,
    failed: () => false,
    loadMore: () => {},
    retry: () => {}
  }
  const { root } = show({ kind: "group", language: "en", rows: [], ...options }, () => (
    <ConversationHeader members={members} details={false} toggle={() => {}} />
  ))
  return root.querySelector(".head-sub")?.textContent
}
const [members, online] = [en.chat.header.members(4), en.chat.header.online(3)]

it("says how many are online while all members are watched", () => {
  assert.strictEqual(textOf({}, false), members + online)
})

it("says nothing of it while some members are not known, or are not watched", () => {
  assert.strictEqual(textOf({}, true), members)
  assert.strictEqual(textOf({ allWatched: false }, false), members)
})
