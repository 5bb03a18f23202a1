// @vitest-environment jsdom
/** What is shown in place of messages that are not here. */
import { assert, it } from "@effect/vitest"
import { fireEvent, screen } from "@solidjs/testing-library"
import { createSignal } from "solid-js"
import { ItemView } from "../../../src/features/chat/row/ItemView.tsx"
import type { RowFocus } from "../../../src/features/chat/row/RowFrame.tsx"
import type { GapLoads } from "../../../src/features/chat/timeline/createGapLoads.ts"
import type { TimelineItem } from "../../../src/features/chat/timeline/timelineItems.ts"
import { en } from "../../../src/i18n/en.ts"
import { show } from "./screen.tsx"

const focus: RowFocus = { isStop: () => true, isActive: () => true, isMarked: () => false }
const gap: TimelineItem = { kind: "gap", key: "gap:1", from: 1, to: 9, older: true }

it("keeps its button, and the focus on it, while they are loaded, and takes no second press", () => {
  const [loading, setLoading] = createSignal(false)
  let presses = 0
  const loads: GapLoads = {
    loading,
    failed: () => false,
    load: () => Promise.resolve(true),
    loadGap: () => {
      presses++
      setLoading(true)
    }
  }
  show({ kind: "group", language: "en", rows: [] }, () => <ItemView item={() => gap} focus={focus} loads={loads} />)
  const button = screen.getByRole("button", { name: en.chat.timeline.load })
  button.focus()
  fireEvent.click(button)
  assert.deepStrictEqual([button.hasAttribute("disabled"), button.getAttribute("aria-disabled")], [false, "true"])
  fireEvent.click(button)
  assert.strictEqual(presses, 1)
  setLoading(false)
  assert.deepStrictEqual([document.activeElement, button.getAttribute("aria-disabled")], [button, null])
})
