import { assert, describe, it } from "@effect/vitest"
import { conversationMeant } from "../src/app/conversationMeant.ts"

const listed = (...titles: ReadonlyArray<string>) => titles.map((title, index) => ({ number: index + 1, title }))
const meant = (titles: ReadonlyArray<string>, which: string) => {
  const found = conversationMeant(listed(...titles), which)
  return typeof found === "string" ? found : found.title
}

describe("the conversation that is meant", () => {
  it("is that of the number, whatever others are called", () => {
    assert.strictEqual(meant(["2", "b"], "2"), "b")
  })

  it("is called so, or is the only one that begins so", () => {
    assert.strictEqual(meant(["the kitchen", "The Kitchen sink"], "the kitchen"), "the kitchen")
    assert.strictEqual(meant(["the kitchen", "b"], "THE"), "the kitchen")
    assert.strictEqual(meant(["the kitchen", "the garden"], "the"), "none")
    assert.strictEqual(meant([], "a"), "none")
  })

  it("is never one of two that are called so", () => {
    assert.strictEqual(meant(["news", "b", "news"], "news"), "several")
    assert.strictEqual(meant(["bob", "@bob"], "bob"), "several")
    assert.strictEqual(meant(["@bob", "@bob"], "@bob"), "several")
  })

  it("has the sign that was typed; without one, any", () => {
    assert.strictEqual(meant(["bob", "@bob"], "@bob"), "@bob")
    assert.strictEqual(meant(["#bob", "@bob", "@bobby"], "@bo"), "none")
    assert.strictEqual(meant(["#bob", "@bob"], "@b"), "@bob")
    assert.strictEqual(meant(["bob"], "@bob"), "none")
    assert.strictEqual(meant(["@bob"], "bob"), "@bob")
    assert.strictEqual(meant(["#news"], "＃news"), "#news")
  })
})
