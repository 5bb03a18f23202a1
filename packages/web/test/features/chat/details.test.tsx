// @vitest-environment jsdom
/** What can be changed about a conversation, as a person meets it. */
import { assert, describe, it } from "@effect/vitest"
import { screen } from "@solidjs/testing-library"
import { LeaveDialog } from "../../../src/features/chat/details/LeaveDialog.tsx"
import { en } from "../../../src/i18n/en.ts"
import { show } from "./screen.tsx"

const words = en.chat.details

describe("leaving", () => {
  for (const kind of ["group", "channel"] as const)
    it(`says how one comes back to a ${kind}`, () => {
      show({ kind, language: "en", rows: [] }, () => <LeaveDialog open onClose={() => {}} />)
      assert.include(screen.getByRole("dialog").textContent, words.leaveText[kind])
    })
})
