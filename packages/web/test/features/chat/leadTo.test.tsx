// @vitest-environment jsdom
/** A message that somebody was led to is shown in its conversation, or not at all once that is left. */
import { assert, it, onTestFinished } from "@effect/vitest"
import { createSignal, untrack } from "solid-js"
import { ConversationScreen } from "../../../src/features/chat/ConversationScreen.tsx"
import { leadTo, wantedMessage } from "../../../src/features/chat/conversationModel.ts"
import { conversationId } from "../../fixtureApp.tsx"
import { conversationId as numbered } from "../../ui/stage.tsx"
import { show } from "./screen.tsx"

const elsewhere = numbered(7)

it("is forgotten where its conversation is left before it was shown, and kept where another one is", () => {
  onTestFinished(() => void leadTo(undefined))
  const [open, setOpen] = createSignal(elsewhere)
  const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => (
    <ConversationScreen conversationId={open()} />
  ))
  fixture.setKnown(false)
  const place = { conversationId, seq: 5 }
  leadTo(place)
  setOpen(conversationId)
  assert.deepStrictEqual(untrack(wantedMessage), place)
  setOpen(elsewhere)
  assert.isUndefined(untrack(wantedMessage))
})
