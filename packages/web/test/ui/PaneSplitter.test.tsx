// @vitest-environment jsdom
/** The edge of a pane, by keys and by a pointer; what was chosen is there the next time. */
import { afterEach, assert, it } from "@effect/vitest"
import { cleanup, fireEvent, screen } from "@solidjs/testing-library"
import { keptIn } from "../../src/lib/kept.ts"
import { createPreferences } from "../../src/model/preferences.ts"
import { PaneSplitter } from "../../src/ui/PaneSplitter.tsx"
import type { SizedPane } from "../../src/ui/paneWidths.ts"
import { stage } from "./stage.tsx"

const root = document.documentElement
const key = { list: "hibiki.listWidth", details: "hibiki.detailsWidth" } as const
afterEach(() => {
  root.removeAttribute("style")
  localStorage.clear()
})

/** On a page of 1,024 pixels. */
const open = (pane: SizedPane) => {
  const preferences = createPreferences(keptIn(localStorage, window), root)
  stage(() => <PaneSplitter pane={pane} controls="it" label="Edge" width={preferences.paneWidths[pane]} />)
  const edge = screen.getByRole("separator", { name: "Edge" })
  const drag = (...to: ReadonlyArray<number>) => {
    const at = (clientX: number) => ({ button: 0, pointerId: 1, clientX })
    fireEvent.pointerDown(edge, at(to[0] ?? 0))
    for (const x of to) fireEvent.pointerMove(edge, at(x))
    const kept = localStorage.getItem(key[pane])
    fireEvent.lostPointerCapture(edge)
    return kept
  }
  return {
    edge,
    drag,
    press: (name: string) => fireEvent.keyDown(edge, { key: name }),
    value: (of: "now" | "min" | "max" = "now") => Number(edge.getAttribute(`aria-value${of}`)),
    shown: () => root.style.getPropertyValue(`--${pane}-width`),
    kept: () => localStorage.getItem(key[pane])
  }
}

it("is moved by keys, and says how far it is and may be", () => {
  const { edge, kept, press, shown, value } = open("list")
  assert.deepStrictEqual([value("min"), value(), value("max"), shown(), kept()], [220, 280, 378, "", null])
  assert.deepStrictEqual(
    [edge.tabIndex, edge.getAttribute("aria-orientation"), edge.getAttribute("aria-controls")],
    [0, "vertical", "it"]
  )
  assert.isFalse(press("ArrowRight"), "the key is used")
  assert.deepStrictEqual([value(), shown(), kept()], [296, "296px", "296"])
  press("End")
  assert.deepStrictEqual([value(), kept()], [378, "378"])
  press("Home")
  press("ArrowLeft")
  assert.deepStrictEqual([value(), kept()], [220, "220"])
  assert.isTrue(press("Tab"))
})

it("is as wide the next time, also in another tab", () => {
  open("details").press("ArrowLeft")
  cleanup()
  const again = open("details")
  assert.deepStrictEqual([again.value(), again.shown()], [336, "336px"])
  dispatchEvent(new StorageEvent("storage", { key: key.details, newValue: "300" }))
  assert.deepStrictEqual([again.value(), again.shown()], [300, "300px"])
})

it("follows a pointer that holds it, within its bounds, and is kept when that lets go", () => {
  const list = open("list")
  assert.isNull(list.drag(280, 300, 310), "not at each step")
  assert.deepStrictEqual([list.value(), list.shown(), list.kept()], [310, "310px", "310"])
  list.drag(310, 5_000)
  assert.deepStrictEqual([list.value(), list.kept()], [378, "378"])
  fireEvent.pointerMove(list.edge, { clientX: 230 })
  assert.strictEqual(list.value(), 378, "nothing holds it")
  cleanup()
  const details = open("details")
  details.drag(700, 660)
  assert.deepStrictEqual([details.value(), details.kept()], [337, "337"])
  details.drag(660, 690)
  assert.deepStrictEqual([details.value(), details.kept()], [307, "307"])
})

it("is as at first when it is pressed twice, and keeps nothing then", () => {
  const { edge, kept, press, shown, value } = open("list")
  press("ArrowRight")
  fireEvent.dblClick(edge)
  assert.deepStrictEqual([value(), shown(), kept()], [280, "", null])
})

it("shows no more than a narrow page has room for, and keeps what was chosen", () => {
  localStorage.setItem(key.list, "460")
  const { drag, kept, value } = open("list")
  assert.strictEqual(value(), 378)
  drag(378)
  assert.strictEqual(kept(), "460")
})
