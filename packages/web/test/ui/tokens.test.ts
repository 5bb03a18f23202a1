/** The page's colours: text can be read on every ground, in light and dark, and both dark blocks are the same. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"

const css = readFileSync(new URL("../../src/styles/tokens.css", import.meta.url), "utf8")

/** Colour tokens of the block that begins after `opening`. */
const tokensAfter = (opening: string): ReadonlyMap<string, string> => {
  const from = css.indexOf(opening)
  assert.isAtLeast(from, 0, opening)
  const block = css.slice(from + opening.length, css.indexOf("}", from))
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = "", value = ""]) => [name, value] as const)
  )
}

const light = tokensAfter(":root {")
const chosenDark = tokensAfter(':root[data-theme="dark"] {')
const systemDark = tokensAfter(':root:not([data-theme="light"]) {')

const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (a: string, b: string): number => {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

const grounds = ["surface", "surface-raised", "surface-sunken", "accent-soft"]
const texts = ["text", "text-muted", "accent", "success", "warning", "danger"]

for (const [theme, tokens] of [
  ["light", light],
  ["dark", chosenDark]
] as const) {
  const colour = (name: string) => tokens.get(name) ?? assert.fail(`no --${name}`)
  describe(`in ${theme}`, () => {
    for (const ground of grounds)
      for (const text of texts)
        it(`${text} can be read on ${ground}`, () => assert.isAtLeast(contrast(colour(text), colour(ground)), 4.5))
    it("words on actions, on what failed and on every face can be read", () => {
      assert.isAtLeast(contrast(colour("on-accent"), colour("accent")), 4.5)
      assert.isAtLeast(contrast(colour("danger"), colour("danger-soft")), 4.5)
      for (let tint = 0; tint < 8; tint++) assert.isAtLeast(contrast(colour("text"), colour(`tint-${tint}`)), 4.5)
    })
    it("the dot of what is marked as unread can be seen, also where it is muted", () => {
      const list = readFileSync(
        new URL("../../src/features/conversations/ConversationList.css", import.meta.url),
        "utf8"
      )
      const dots = [...list.matchAll(/\.list-marked(?:-quiet)? \{[^}]*background: var\(--([\w-]+)\)/g)].map(
        ([, name = ""]) => name
      )
      assert.lengthOf(dots, 2)
      for (const dot of dots)
        for (const ground of grounds) assert.isAtLeast(contrast(colour(dot), colour(ground)), 3, `${dot} on ${ground}`)
    })
    it("the edges of controls can be seen", () => {
      for (const ground of ["surface", "surface-raised", "surface-sunken"])
        assert.isAtLeast(contrast(colour("border-strong"), colour(ground)), 3)
    })
  })
}

it("the dark that the system asks for is the dark that a person chooses", () =>
  assert.deepStrictEqual([...systemDark], [...chosenDark]))
