/** How wide panes are: between what can be read and what leaves room beside them. */
import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { readWidth } from "../../src/model/preferences.ts"
import { usualWidth, widthAfterKey, widthBounds } from "../../src/ui/paneWidths.ts"

const source = (path: string) => readFileSync(new URL(`../../src/${path}`, import.meta.url), "utf8")

it("a page has room for a conversation beside both", () => {
  assert.deepStrictEqual(widthBounds("list", 1_600), { min: 220, max: 480 })
  assert.deepStrictEqual(widthBounds("list", 1_024), { min: 220, max: 378 })
  assert.deepStrictEqual(widthBounds("details", 1_024), { min: 260, max: 337 })
  assert.isAtLeast(widthBounds("list", 768).max, usualWidth("list"))
  assert.isAtLeast(widthBounds("details", 1_024).max, usualWidth("details"))
})

it("what is kept is a width in three digits, or none at all", () => {
  assert.deepStrictEqual([undefined, "", "wide", "300px", "-300", "300.5", "20", "9999", "300"].map(readWidth), [
    ...Array.from({ length: 8 }, () => undefined),
    300
  ])
})

it("arrows move the edge the way they point, and Home and End as far as it goes", () => {
  const bounds = { min: 260, max: 500 }
  const after = (key: string, now: number) => [
    widthAfterKey(key, "list", now, bounds),
    widthAfterKey(key, "details", now, bounds)
  ]
  assert.deepStrictEqual(after("ArrowRight", 320), [336, 304])
  assert.deepStrictEqual(after("ArrowLeft", 320), [304, 336])
  assert.deepStrictEqual(after("ArrowLeft", 265), [260, 281])
  assert.deepStrictEqual(
    [after("Home", 320), after("End", 320)],
    [
      [260, 260],
      [500, 500]
    ]
  )
  assert.deepStrictEqual(
    [after("ArrowUp", 320), after("Tab", 320)],
    [
      [undefined, undefined],
      [undefined, undefined]
    ]
  )
})

it("the styles know the same widths, bounds and shares", () => {
  const styled = (pane: "list" | "details", min: number, max: number) =>
    `clamp(${min}px, var(--${pane}-width), min(${max}px, ${widthBounds(pane, 1_000).max / 10}vw))`
  for (const pane of ["list", "details"] as const) {
    const { max, min } = widthBounds(pane, 10_000)
    assert.include(source("styles/tokens.css"), `--${pane}-width: ${usualWidth(pane)}px;`)
    assert.include(
      source(pane === "list" ? "shell/Shell.css" : "features/chat/conversation.css"),
      styled(pane, min, max)
    )
  }
})
