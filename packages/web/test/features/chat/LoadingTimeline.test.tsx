// @vitest-environment jsdom
/** A conversation that is not kept says that it loads, once that is noticed, and says it once. */
import { afterEach, assert, beforeEach, it, vi } from "@effect/vitest"
import { screen } from "@solidjs/testing-library"
import { ConversationScreen, noticedAfterMs } from "../../../src/features/chat/ConversationScreen.tsx"
import { en } from "../../../src/i18n/en.ts"
import { conversationId } from "../../fixtureApp.tsx"
import { show } from "./screen.tsx"

const words = en.chat.timeline
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }))
afterEach(() => void vi.useRealTimers())

it("shows the sign of waiting after a while, says it once, and takes it away with what was waited for", () => {
  const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => (
    <ConversationScreen conversationId={conversationId} />
  ))
  const sign = () => screen.queryByTestId("timeline-loading")
  const isBusy = () => screen.getByTestId("timeline").getAttribute("aria-busy")
  assert.isNull(sign())
  assert.strictEqual(isBusy(), "false")
  fixture.setKnown(false)
  vi.advanceTimersByTime(noticedAfterMs - 1)
  assert.isNull(sign())
  vi.advanceTimersByTime(1)
  assert.isNotNull(sign())
  assert.strictEqual(isBusy(), "true")
  assert.deepStrictEqual(fixture.told.said, [words.loading])
  fixture.setKnown(true)
  assert.isNull(sign())
  assert.strictEqual(isBusy(), "false")
  // What is there soon is not told of at all.
  fixture.setKnown(false)
  vi.advanceTimersByTime(noticedAfterMs - 1)
  fixture.setKnown(true)
  vi.advanceTimersByTime(noticedAfterMs)
  assert.isNull(sign())
  assert.deepStrictEqual(fixture.told.said, [words.loading])
})
