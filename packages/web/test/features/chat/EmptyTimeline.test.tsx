// @vitest-environment jsdom
/**
 * The invitation to say something first: it goes with the first message, and the focus goes on to where the next one is
 * written.
 */
import { assert, it } from "@effect/vitest"
import { fireEvent, screen } from "@solidjs/testing-library"
import { EmptyTimeline } from "../../../src/features/chat/ConversationScreen.tsx"
import { Composer } from "../../../src/features/chat/composer/Composer.tsx"
import { createMembers } from "../../../src/features/chat/createMembers.ts"
import { en } from "../../../src/i18n/en.ts"
import { userId } from "../../fixtureApp.tsx"
import { settled, show } from "./screen.tsx"

const words = en.chat.timeline
const open = () => {
  const { fixture } = show({ kind: "direct", language: "en", rows: [] }, (model) => {
    const members = createMembers(model)
    return (
      <>
        <EmptyTimeline />
        <Composer members={members} />
      </>
    )
  })
  const greet = screen.getByRole("button", { name: words.greet })
  greet.focus()
  return { fixture, greet, area: screen.getByRole("textbox") }
}

it("a greeting leaves the focus in the composer", async () => {
  const { area, fixture, greet } = open()
  fireEvent.click(greet)
  await settled()
  assert.deepInclude(fixture.asked, ["post", words.greeting, undefined])
  assert.isNull(screen.queryByRole("button", { name: words.greet }))
  assert.strictEqual(document.activeElement, area)
})

it("so does somebody else who says something first", async () => {
  const { area, fixture, greet } = open()
  fixture.receive(userId(2), "hello")
  await settled()
  assert.strictEqual(document.activeElement, area)
  assert.isFalse(greet.isConnected)
})
