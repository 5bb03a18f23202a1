/**
 * The Japanese words: one word for one thing, and one way to write it. What is asked of them is asked of the
 * dictionaries' text.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { appWordsJa } from "../../src/i18n/appWords.ja.ts"
import { ja } from "../../src/i18n/ja.ts"

const source = new URL("../../src/", import.meta.url).pathname
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
  /Words(\.ja)?\.ts$/.test(file)
)
const lines = files.flatMap((file) =>
  readFileSync(join(source, file), "utf8")
    .split("\n")
    .filter((line) => !/^(\/\*\*|import)/.test(line))
    .map((line) => `${file}: ${line.trim()}`)
)

type Saying = (...told: ReadonlyArray<unknown>) => unknown
const isSaying = (word: unknown): word is Saying => typeof word === "function"

/** What words say that are told something: the same name, or several of the same, in place of everything. */
const saidOf = (name: string, words: object): ReadonlyArray<string> =>
  Object.values(words).flatMap((word: unknown) => {
    if (isSaying(word)) return [toldOf(name, word)]
    return typeof word === "object" && word !== null ? saidOf(name, word) : []
  })

const toldOf = (name: string, word: Saying): string => {
  try {
    return String(word(name, name, name, name))
  } catch {
    // It is to be told names, not one.
    return String(word([name, name], 1))
  }
}

describe("the Japanese words", () => {
  it("have the honorific for people who are known by name only", () => {
    const { system, ...others } = ja.chat
    const partsOf = (name: string, people = "") =>
      ({ by: name, people, person: name, role: "admin", title: "", operator: false, what: "group" }) as const
    const systemOf = (name: string) =>
      ["", ja.chat.names([name], 0)].flatMap((people) =>
        Object.values(system).map((sentence) => sentence(partsOf(name, people)))
      )
    const honoured = (name: string) =>
      [...saidOf(name, { ...ja, chat: others }), ...systemOf(name)].filter((text) => text.includes(`${name}さん`))
    for (const sentence of systemOf("あき")) assert.include(sentence, "あきさん")
    assert.isAtLeast(honoured("あき").length, 15)
    assert.deepStrictEqual(honoured(appWordsJa.somebody), [])
    assert.strictEqual(ja.chat.typing(["あき", appWordsJa.somebody], true), "あきさん、だれかほかが入力中…")
    assert.strictEqual(
      system.left(partsOf(appWordsJa.somebody, ja.chat.names(["あき"], 0))),
      "だれかがあきさんを外しました"
    )
  })

  for (const { instead, of } of [
    { of: /ログ(アウト|イン)/, instead: "サインアウト, サインイン" },
    { of: /ハンドル/, instead: "ユーザー名" },
    { of: /誰/, instead: "だれ" },
    { of: /いま(?!す|せん|した)/, instead: "今" },
    { of: /つながりません/, instead: "接続できません" },
    { of: /加え/, instead: "追加" },
    { of: /(を作る|作れ|作りました)/, instead: "作成" },
    { of: /変え/, instead: "変更" },
    { of: /やめる/, instead: "キャンセル, 解除" },
    { of: /確かめ/, instead: "確認" },
    { of: /ブラウザ(?!ー)/, instead: "ブラウザー" },
    { of: /に合う/, instead: "一致する" },
    { of: /言葉/, instead: "語句" },
    { of: /もう(?!一度)/, instead: "すでに" },
    { of: /サインアウトさせ/, instead: "サインアウト" },
    { of: /キーボード操作/, instead: "キーボードショートカット" },
    { of: /読み込み直/, instead: "再読み込み" },
    { of: /[ぁ-んァ-ヶ一-龠][?!]/, instead: "？ and ！ in their full width" },
    { of: /\([ぁ-んァ-ヶ一-龠]/, instead: "（） in their full width" },
    { of: /[ぁ-んァ-ヶ一-龠] \$\{|\} [ぁ-んァ-ヶ一-龠]/, instead: "no space beside names and numbers" }
  ])
    it(`have ${instead}, and nothing else for it`, () =>
      assert.deepStrictEqual(
        lines.filter((line) => of.test(line)),
        []
      ))
})
