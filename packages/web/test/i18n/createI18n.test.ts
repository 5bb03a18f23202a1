// @vitest-environment jsdom
/** The page's language: which one, switched without a reload, kept, and told by other tabs. */
import { assert, describe, it } from "@effect/vitest"
import { createI18n, type Loaders, languageFor, languageKey } from "../../src/i18n/createI18n.ts"
import { en } from "../../src/i18n/en.ts"
import type { Language } from "../../src/i18n/I18n.ts"
import { ja } from "../../src/i18n/ja.ts"
import type { Kept } from "../../src/lib/kept.ts"

const keptIn = (values: Map<string, string>) => {
  const listeners: Array<(key: string, value: string | undefined) => void> = []
  const kept: Kept = {
    get: (key) => values.get(key),
    set: (key, value) => void (value === undefined ? values.delete(key) : values.set(key, value)),
    onOther: (listener) => {
      listeners.push(listener)
      return () => undefined
    }
  }
  return {
    kept,
    values,
    other: (key: string, value: string) => listeners.forEach((listener) => void listener(key, value))
  }
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0))

describe("the language", () => {
  for (const { found, kept, wanted } of [
    { kept: undefined, wanted: ["ja-JP", "en-US"], found: "ja" },
    { kept: undefined, wanted: ["fr", "en-GB", "ja"], found: "en" },
    { kept: undefined, wanted: ["JA"], found: "ja" },
    { kept: undefined, wanted: ["fr"], found: "en" },
    { kept: undefined, wanted: [], found: "en" },
    { kept: "en", wanted: ["ja"], found: "en" },
    { kept: "tlh", wanted: ["ja"], found: "ja" }
  ])
    it(`is ${found} for ${kept ?? "no choice"} and ${wanted.join(", ") || "nothing"}`, () =>
      assert.strictEqual(languageFor(kept, wanted), found))

  it("is loaded alone, shown on the document, and switched and kept without a reload", async () => {
    const loaded: Array<Language> = []
    const loaders: Loaders = {
      ja: async () => {
        loaded.push("ja")
        return ja
      },
      en: async () => {
        loaded.push("en")
        return en
      }
    }
    const { kept, values } = keptIn(new Map())
    const i18n = await createI18n(kept, ["ja"], loaders)
    assert.deepStrictEqual(loaded, ["ja"])
    assert.strictEqual(document.documentElement.lang, "ja")
    assert.strictEqual(i18n.t().kit.close, "閉じる")
    i18n.setLanguage("en")
    await settled()
    assert.strictEqual(i18n.t().kit.close, "Close")
    assert.strictEqual(document.documentElement.lang, "en")
    assert.strictEqual(values.get(languageKey), "en")
    assert.strictEqual(i18n.day(0, Date.UTC(2026, 0, 1)).includes("1970"), true)
  })

  it("follows another tab", async () => {
    const { kept, other } = keptIn(new Map([[languageKey, "en"]]))
    const i18n = await createI18n(kept, ["ja"])
    assert.strictEqual(i18n.language(), "en")
    other("something.else", "ja")
    other(languageKey, "nonsense")
    await settled()
    assert.strictEqual(i18n.language(), "en")
    other(languageKey, "ja")
    await settled()
    assert.strictEqual(i18n.language(), "ja")
  })

  it("ends up as the last of two quick switches, whichever dictionary comes first, and stays while one can't be loaded", async () => {
    const waiting: Array<() => void> = []
    let fail = false
    const loaders: Loaders = {
      en: async () => en,
      ja: () => (fail ? Promise.reject(new Error("gone")) : new Promise((resolve) => waiting.push(() => resolve(ja))))
    }
    const { kept } = keptIn(new Map())
    const i18n = await createI18n(kept, ["en"], loaders)
    i18n.setLanguage("ja")
    i18n.setLanguage("en")
    for (const answer of waiting) answer()
    await settled()
    assert.strictEqual(i18n.language(), "en")
    fail = true
    i18n.setLanguage("ja")
    await settled()
    assert.strictEqual(i18n.language(), "en")
    fail = false
    dispatchEvent(new Event("online"))
    await settled()
    for (const answer of waiting.splice(0)) answer()
    await settled()
    assert.strictEqual(i18n.language(), "ja")
  })

  it("is asked for again when the first dictionary could not be fetched", async () => {
    let tries = 0
    const loaders: Loaders = {
      en: async () => (++tries === 1 ? Promise.reject(new TypeError("Failed to fetch")) : en),
      ja: async () => ja
    }
    const starting = createI18n(keptIn(new Map()).kept, ["en"], loaders)
    await settled()
    dispatchEvent(new Event("online"))
    assert.strictEqual((await starting).language(), "en")
    assert.strictEqual(tries, 2)
  })
})

describe("the dictionaries", () => {
  const paths = (value: unknown, at = ""): ReadonlyArray<readonly [path: string, text: unknown]> =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => paths(inner, `${at}/${key}`))
      : [[at, value]]

  it("have no empty text, and none in the other language's letters", () => {
    for (const [path, text] of [...paths(en), ...paths(ja)]) {
      assert.isTrue(typeof text === "function" || (typeof text === "string" && text.trim() !== ""), path)
    }
    const languageNames = "/settings/languages/"
    for (const [path, text] of paths(en)) {
      if (typeof text === "string" && !path.startsWith(languageNames))
        assert.notMatch(text, /[\u3040-\u30ff\u4e00-\u9fff]/, path)
    }
  })

  it("hold the same keys in both languages", () => {
    assert.deepStrictEqual(
      paths(ja)
        .map(([path]) => path)
        .sort(),
      paths(en)
        .map(([path]) => path)
        .sort()
    )
  })
})
