import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck } from "effect"
import { parseHandle, searchKey } from "../../src/domain/Handle.ts"

const parsed = (typed: string) => Either.merge(parseHandle(typed))

describe("handles", () => {
  it("have one spelling: no capitals, compatibility forms folded, letters composed", () => {
    for (const typed of ["josé", "JOSÉ", "jose\u0301", "ＪＯＳＥ\u0301"]) assert.strictEqual(parsed(typed), "jos\u00e9")
    assert.strictEqual(parsed("İstanbul"), parsed("i\u0307stanbul"))
  })

  it("are letters and digits of any script, with _ . - inside", () => {
    for (const handle of [
      "a1",
      "ann_b.c-d",
      "ひびき",
      "響き太郎",
      "ドラえもん",
      "민준",
      "анна",
      "दीपा",
      "中文abc",
      "x".repeat(32)
    ])
      assert.strictEqual(parsed(handle), handle)
    for (const typed of [
      "a b",
      "a@b",
      "a/b",
      "-ann",
      ".ann",
      "_ann",
      "ann\u0000",
      "a\u200bb",
      "a\u202eb",
      "😀😀",
      "an\ud800"
    ])
      assert.strictEqual(parsed(typed), "characters", typed)
  })

  it("stack as few marks as names do", () => {
    assert.strictEqual(parsed(`ann${"\u0323".repeat(5)}`), "characters")
    assert.strictEqual(parsed("ann\u0323\u0331\u0332\u0333"), "ann\u0323\u0331\u0332\u0333".normalize("NFKC"))
  })

  it("have 2 to 32 characters after folding", () => {
    for (const typed of ["", "a", "x".repeat(33), "x".repeat(1_000)]) assert.strictEqual(parsed(typed), "length")
    assert.strictEqual(parsed("㍿"), "株式会社")
  })

  it("keep to one script, Chinese, Japanese and Korean ones beside Latin", () => {
    for (const typed of ["аnn", "annα", "ann민준ひ", "анnа"]) assert.strictEqual(parsed(typed), "mixed_scripts", typed)
  })

  it("are not the system's own", () => {
    for (const typed of ["admin", "System", "HIBIKI", "ａｄｍｉｎ", "here", "everyone", "all"])
      assert.strictEqual(parsed(typed), "reserved")
  })

  it("do not look like the system's own either", () => {
    for (const typed of [
      "admın",
      "hıbiki",
      "ädmïn",
      "adm1n",
      "a11",
      "4dmin",
      "adrnin",
      "ad.min",
      "hibiki_",
      "ħibiki",
      "sy5tem",
      "h3re",
      "hi8iki",
      "everyøne",
      "every〇ne",
      "adminʼ",
      "ʼadmin",
      "adminˍ",
      "adminー",
      "aclmin"
    ])
      assert.strictEqual(parsed(typed), "reserved", typed)
    for (const typed of ["аԁміп", "һіьікі", "ᴀdmin", "ɑdmin", "hɪbiki"])
      assert.strictEqual(parsed(typed), "look_alike", typed)
    for (const typed of [
      "ali",
      "adam",
      "admins",
      "hibi",
      "hereford",
      "allen",
      "ışık",
      "łukasz",
      "ɗan",
      "ŋgũgĩ",
      "björn"
    ])
      assert.strictEqual(parsed(typed), typed)
  })

  it("hold no character of another script that passes for a letter beside Latin ones", () => {
    for (const typed of ["bㅣll", "b丨ll", "b〇b", "bㅇb", "aㅣㅣ", "ㄚlice"])
      assert.strictEqual(parsed(typed), "look_alike", typed)
    for (const typed of ["〇〇", "丨山", "丁tom", "ノabc", "ㄚㄒㄚ", "민준ann"])
      assert.strictEqual(parsed(typed), typed)
    assert.strictEqual(parsed("ㅋㅋ"), "ㅋㅋ".normalize("NFKC"))
    for (const typed of ["oʻktam", "hawaiʻi"]) assert.strictEqual(parsed(typed), typed)
    for (const typed of ["b〡ll", "annー", "annーb", "ann1ーb", "ann一b", "ann一"])
      assert.strictEqual(parsed(typed), "look_alike", typed)
    for (const typed of ["aーちゃん", "すーぱー", "v一番", "一二三", "レベル2ー"])
      assert.strictEqual(parsed(typed), typed)
  })

  it("hold no letter or number of no script, which passes for a stroke or a separator", () => {
    for (const typed of [
      "a\u{10107}ice",
      "a\u{1d360}ice",
      "山\u{1d360}田",
      "a\u{102e1}ice",
      "ann❶",
      "annˍb",
      "annˌb",
      "annˋ",
      "a〳b",
      "a〆",
      "тема\u{10107}",
      "مح\u0640مد",
      "a\ua78bice"
    ])
      assert.strictEqual(parsed(typed), "look_alike", JSON.stringify(typed))
    for (const typed of ["a\u0665ice", "a\u0661ice"]) assert.strictEqual(parsed(typed), "mixed_scripts")
    for (const typed of [
      "〆鯖",
      "club〆鯖",
      "あり〼",
      "サーバー",
      "あ々",
      "вʼячеслав",
      "ʿali",
      "skiʹ",
      "محمد١",
      "γιώργος7",
      "दीपा२",
      "ㄅㄚˋ"
    ])
      assert.strictEqual(parsed(typed), typed)
  })

  it("hold no Latin letter that no alphabet in use has, by which one looks like another", () => {
    for (const typed of ["hibi\u0138i", "\u0138arl"]) assert.strictEqual(parsed(typed), "look_alike", typed)
    for (const typed of [
      "karl",
      "ķekava",
      "ĵaŭdo",
      "ĺubomír",
      "łódź",
      "ŋgũgĩ",
      "bjørn",
      "đorđe",
      "ħaġar",
      "şule",
      "çağrı"
    ])
      assert.strictEqual(parsed(typed), typed)
  })

  it("hold no letter that is made like another one by a mark, and no mark on a sign", () => {
    for (const typed of ["bjo\u0338rn", "d\u0335or", "al\u0131\u0307ce", "j\u0307an", "l\u0323\u0307i", "г\u0335ан"])
      assert.strictEqual(parsed(typed), "look_alike", JSON.stringify(typed))
    for (const typed of ["ann_\u0332b", "ann-\u0335b", "ann1\u0323"])
      assert.strictEqual(parsed(typed), "characters", JSON.stringify(typed))
  })

  it("that look like strokes are found by what Unicode knows of them: no letter, number or mark of no script stands beside Latin", () => {
    for (let code = 0x80; code < 0x20000; code++) {
      const char = String.fromCodePoint(code)
      if (
        !/(?![\u02b9-\u02c1\u02ee])(?=\p{Script=Common})[\p{L}\p{M}\p{N}]/u.test(char) ||
        char.normalize("NFKC") !== char
      )
        continue
      assert.isTrue(Either.isLeft(parseHandle(`a${char}ice`)), code.toString(16))
    }
  })

  it("hold nothing that does not show: it would make twins of another's handle, and of the system's own", () => {
    for (const typed of [
      "ann\ufe0f",
      "ann\u034f",
      "ann\u115f",
      "ann\u3164",
      "ann\uffa0",
      "admin\ufe0f",
      "\u115fann",
      "ꀀ\u{e0100}",
      "ᠠᠡ\u180b"
    ])
      assert.strictEqual(parsed(typed), "characters", JSON.stringify(typed))
  })

  it("are spelled so that spelling them again changes nothing", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "grapheme", maxLength: 20 }), (typed) => {
        const handle = parseHandle(typed)
        if (Either.isRight(handle)) {
          assert.strictEqual(parsed(handle.right), handle.right)
          assert.strictEqual(searchKey(handle.right), handle.right)
          for (const twin of [typed.normalize("NFD"), typed.normalize("NFC"), typed.toUpperCase().toLowerCase()]) {
            if (twin.normalize("NFC").toLowerCase() === typed.normalize("NFC").toLowerCase())
              assert.strictEqual(parsed(twin), handle.right)
          }
        }
      }),
      { numRuns: 10_000 }
    )
  })
})
