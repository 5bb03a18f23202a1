import { assert, describe, it } from "@effect/vitest"
import { withHonestHosts } from "@hibiki/core/domain/Addresses"
import { isOneEmoji, oneEmoji } from "@hibiki/core/domain/Emoji"
import { shownName } from "@hibiki/core/domain/NameRules"
import { Title } from "@hibiki/core/domain/SafeText"
import { looksLatin } from "@hibiki/core/domain/Scripts"
import { Either, FastCheck, Schema } from "effect"
import { parseHandle } from "../../src/domain/Handle.ts"

describe("a reaction", () => {
  it("is one emoji: with variation, skin tone, tags, joined, a flag or a keycap", () => {
    const emoji = "👍 ❤️ 👍🏽 👨‍👩‍👧‍👦 👩🏽‍❤️‍💋‍👨🏿 🧑🏿‍🦰 🏳️‍🌈 🏴‍☠️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇯🇵 1️⃣ #️⃣ ⛹🏽‍♀️ 🕵🏻‍♂️ ©️ ㊗️ 🏽 🫱🏻‍🫲🏿 👁️‍🗨️ ☝🏽 🐻‍❄️"
    for (const each of emoji.split(" ")) assert.isTrue(isOneEmoji(each), each)
    // A picture that Unicode has reserved and not drawn yet.
    assert.isTrue(isOneEmoji("\u{1faff}"))
    for (const text of [
      "",
      "a",
      "1",
      "#",
      "👍👍",
      "あ",
      "<b>",
      "👍a",
      "👍 ",
      "🇯",
      "👍\u200d",
      "👍\u0301",
      "\u202e👍",
      "👍\u{e0041}",
      "\ufe0f",
      "👍".repeat(9)
    ])
      assert.isUndefined(oneEmoji(text), JSON.stringify(text))
  })

  it("holds a picture that the engine does not know by itself alone", () => {
    const unknown = "\u{1f8ff}"
    assert.isTrue(isOneEmoji(unknown))
    assert.strictEqual(oneEmoji(`${unknown}\ufe0f`), unknown)
    const tags = "\u{e0067}\u{e007f}"
    for (const twin of [
      unknown + tags,
      `${unknown}🏽`,
      `👍\u200d${unknown}`,
      `${unknown}\u200d${unknown}`,
      `${unknown}\u200d♂️`
    ])
      assert.isUndefined(oneEmoji(twin), JSON.stringify(twin))
  })

  it("has one spelling, and none that looks like another one", () => {
    for (const [spelling, twins] of [
      ["❤️", ["❤", "❤\ufe0e", "❤\ufe0f\ufe0f"]],
      ["👍", ["👍\ufe0f", "👍\ufe0e"]],
      ["👍🏽", ["👍\ufe0f🏽", "👍🏽\ufe0f"]],
      ["1️⃣", ["1⃣"]],
      ["🏳️‍🌈", ["🏳‍🌈", "🏳️‍🌈\ufe0f"]],
      ["👩‍❤️‍👨", ["👩‍❤‍👨"]],
      ["🇺🇸", ["🇺🇲"]],
      ["🇳🇴", ["🇸🇯", "🇧🇻"]]
    ] as const) {
      assert.isTrue(isOneEmoji(spelling), spelling)
      for (const twin of twins) {
        assert.isFalse(isOneEmoji(twin), JSON.stringify(twin))
        assert.include([spelling, undefined], oneEmoji(twin), JSON.stringify(twin))
      }
    }
    const tags = (text: string) => [...text].map((char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0))).join("")
    for (const twin of [
      `👍${tags("gbeng\x7f")}`,
      `🏴${tags("aaaa\x7f")}`,
      "👍‍👍",
      "👍‍🏽",
      "👍‍♂️",
      "❤️🏽",
      "🇦🇦",
      "👨🏻‍🤝‍👨🏻",
      "🏴󠁧󠁢󠁥󠁮󠁧󠁿‍☠️",
      "👍‍\u200d👍"
    ])
      assert.isUndefined(oneEmoji(twin), JSON.stringify(twin))
    const some = FastCheck.array(
      FastCheck.constantFrom(
        "❤",
        "👍",
        "👩",
        "🏴",
        "🏽",
        "\ufe0f",
        "\ufe0e",
        "\u200d",
        "🇯",
        "🇵",
        "1",
        "\u20e3",
        "♂",
        "\u{1f8ff}",
        tags("g"),
        tags("\x7f")
      ),
      { maxLength: 8 }
    )
    FastCheck.assert(
      FastCheck.property(some, (parts) => {
        const emoji = oneEmoji(parts.join(""))
        if (emoji === undefined) return
        assert.strictEqual(oneEmoji(emoji), emoji)
        if (emoji.includes("\u{1f8ff}")) assert.strictEqual(emoji, "\u{1f8ff}")
      }),
      { numRuns: 3_000 }
    )
  })

  it("is every emoji that the engine knows", () => {
    const known = /^\p{Emoji}$/u
    const plain = /^[\p{ASCII}\p{Regional_Indicator}]$/u
    for (let code = 0; code < 0x20000; code++) {
      const char = String.fromCodePoint(code)
      if (known.test(char) && !plain.test(char)) assert.isTrue(isOneEmoji(oneEmoji(char) ?? ""), code.toString(16))
    }
  })
})

describe("a name", () => {
  const nameLike = FastCheck.array(
    FastCheck.constantFrom(
      "a",
      "म",
      "ر",
      "❤",
      "🏴",
      " ",
      "\u0301",
      "\u0e47",
      "\u064e",
      "\u093c",
      "\u200c",
      "\u200d",
      "\ufe0f",
      "\u{e0100}",
      "\u034f",
      "\u{e0067}",
      "\u{e007f}",
      "\u2028",
      "\u200e",
      "ー",
      "山",
      "א",
      "ក",
      "\u17d2",
      "\u094d"
    ),
    { maxLength: 24 }
  ).map((parts) => parts.join(""))
  const takes = (name: string): boolean => Either.isRight(Schema.decodeUnknownEither(Title)(name))

  it("holds no tags but those of a flag, and nothing that turns the direction of what follows", () => {
    for (const name of ["山田 Ann", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 England", "محمد \u200f(ann)", "علی\u200cرضا", "👩‍👧 club", "क्\u200dष"])
      assert.isTrue(takes(name), JSON.stringify(name))
    for (const name of [
      "Ann\u{e0041}\u{e006e}",
      "\u{e0001}Ann",
      "Ann\u202egnp.exe",
      "\u2066Ann",
      "Ann\u2069",
      "\u202bAnn",
      "🏴\u{e0067}"
    ])
      assert.isFalse(takes(name), JSON.stringify(name))
  })

  it("holds nothing else that does not show, but where a language or an emoji needs it", () => {
    for (const name of [
      "می\u200cخواهم",
      "അവന്\u200d",
      "ক\u09cd\u200dষ",
      "渡邉\u{e0100}",
      "❤\ufe0f\u200d🔥 fans",
      "1\ufe0f\u20e3",
      "ᠮᠣᠩᠭᠣᠯ\u180b",
      "ᠮᠣᠩᠭᠣᠯᠢᠶ\u180eᠠ",
      "ᠨ\u180b\u180eᠠ",
      "רותי\u200e"
    ])
      assert.isTrue(takes(name), JSON.stringify(name))
    for (const unseen of [
      "\u2028",
      "\u2029",
      "\u200b",
      "\u2060",
      "\ufeff",
      "\u00ad",
      "\u034f",
      "\u3164",
      "\u115f",
      "\u17b4",
      "\u2064",
      "\ufffa",
      "\u{1d173}"
    ]) {
      for (const name of [`An${unseen}n`, `${unseen}Ann`, `Ann${unseen}`])
        assert.isFalse(takes(name), JSON.stringify(name))
    }
    for (const name of ["An\u180en", "ᠶ\u180e", "\u180eᠠ", "ᠶ\u180e\u180eᠠ"])
      assert.isFalse(takes(name), JSON.stringify(name))
    for (const name of [
      "An\u200dn",
      "\u200cAnn",
      "山\u200d田",
      "❤\u200d\u200d🔥",
      "Ann \ufe0f",
      "\ufe0fAnn",
      "渡\ufe0f\u{e0100}"
    ])
      assert.isFalse(takes(name), JSON.stringify(name))
  })

  it("holds a mark of direction only beside letters that run from right to left", () => {
    for (const name of ["رضا\u200e (2)", "Ann \u200fרותי", "محمد\u061c 1"])
      assert.isTrue(takes(name), JSON.stringify(name))
    for (const mark of ["\u200e", "\u200f", "\u061c"])
      for (const name of [`Ann${mark}`, `${mark}Ann`, `山${mark}田`, `1${mark}`, `😀${mark}`]) {
        assert.isFalse(takes(name), JSON.stringify(name))
        assert.strictEqual(shownName(name), name.replace(mark, ""))
      }
  })

  it("holds a variation selector only behind what it varies", () => {
    for (const name of [
      "葛\u{e0101}城",
      "神\ufe00",
      "❤\ufe0e Ann",
      "☎\ufe0f",
      "#\ufe0f\u20e3 1",
      "က\ufe00ႃ",
      "👁\ufe0f\u200d🗨\ufe0f"
    ])
      assert.isTrue(takes(name), JSON.stringify(name))
    for (const name of [
      "A\u{E0100}nn",
      "A\ufe00nn",
      "A\ufe0fnn",
      "ひ\u{e0100}びき",
      "カ\ufe00",
      "渡\ufe0f",
      "渡\ufe03",
      "1\ufe0f",
      "A\u180bnn",
      "渡\u180b",
      "ᠨ\u{e0100}",
      "क\ufe00",
      "🏽\ufe0f",
      "❤\u{e0100}"
    ])
      assert.isFalse(takes(name), JSON.stringify(name))
  })

  it("holds a joiner only behind a letter that it may join, and between emoji", () => {
    for (const name of [
      "صفحه\u200cها",
      "ه\u200d",
      "مُ\u200cحمد",
      "ශ්\u200dරී",
      "ക്\u200dഷ",
      "ক্\u200cষ",
      "ប៊\u200cី",
      "ᠮᠣ\u200dᠩ"
    ])
      assert.isTrue(takes(name), JSON.stringify(name))
    for (const joiner of ["\u200c", "\u200d"])
      for (const before of [
        "サーバー",
        "ʼ",
        "〆",
        "ـ",
        "ա",
        "ა",
        "א",
        "ก",
        "ລ",
        "አ",
        "ㄅ",
        "ꀀ",
        "a\u064e",
        "a\u0947",
        "❤",
        "1"
      ])
        assert.isFalse(takes(`${before}${joiner}`), JSON.stringify(before + joiner))
    for (const name of ["❤\u200c🔥", "😀\u200dAnn"]) assert.isFalse(takes(name), JSON.stringify(name))
  })

  it("stacks at most 4 letters below one, by Khmer coeng or the like", () => {
    for (const name of [
      "कार्त्स्न्यं",
      "హెర్బ్స్ట్‌శ్మిట్ కార్త్స్న్యం",
      "हेर्ब्स्ट्श्मिट",
      "ស្ត្រី ញុំ ភ្នំពេញ",
      "ကျွန်ုပ် ဣန္ဒြေ သင်္ဘော",
      "സ്വാതന്ത്ര്യം",
      "ವರ್ತ್ಸ್ಯ",
      "రాష్ట్రం",
      "བརྒྱུད་རྡོ་རྗེ་ཧཱུྃ",
      "শ্রী লক্ষ্মী",
      "ශ්‍රී ලංකා",
      "ஃபர்ஸ்ட்ஸ்க்ரூ",
      `${"ក្".repeat(4)}ក ${"ក្".repeat(4)}ក`
    ])
      assert.isTrue(takes(name), name)
    for (const pair of ["ក្", "က္", "ᨠ᩠", "ᬓ᭄", "ꦏ꧀", "𑄇\u{11133}", "ង៉្", "ក្\u200d"]) {
      const letter = String.fromCodePoint(pair.codePointAt(0) ?? 0)
      assert.isTrue(takes(pair.repeat(4) + letter), pair)
      const tall = pair.repeat(20) + letter
      assert.isFalse(takes(tall), pair)
      assert.isFalse(takes(pair.repeat(5) + letter), pair)
      assert.isTrue(takes(shownName(tall)), pair)
    }
    assert.isFalse(takes(`ཀ${"ྐ".repeat(5)}`))
  })

  it("joins at most 9 letters of India, of which fonts draw some lower each time", () => {
    for (const pair of ["ব্", "ব্র্", "ৱ্", "र्", "र्\u200d", "ର୍", "କ୍ଷ୍", "త్", "త్\u200d"]) {
      const letters = (count: number): string =>
        pair.repeat(count).match(new RegExp(`^(?:\\p{L}\\P{L}+){${count - 1}}\\p{L}`, "u"))?.[0] ?? ""
      assert.isTrue(takes(letters(9)), pair)
      assert.isFalse(takes(letters(10)), pair)
      assert.isFalse(takes(`Ann ${letters(20)}`), pair)
      assert.isTrue(takes(shownName(letters(20))), pair)
      assert.isTrue(takes(`${letters(5)} ${letters(5)} ${letters(5)}`), pair)
    }
    for (const name of ["ம்".repeat(12), "ക്".repeat(12), "කේ".repeat(12), "कि".repeat(20), "র".repeat(20), "हेर्ब्स्ट्स्ट्रासे"])
      assert.isTrue(takes(name), name)
  })

  it("stacks at most 4 marks, whatever their class and whatever is ignored between them", () => {
    for (const name of [
      "Nguyễn Thị Huệ",
      "e\u0302\u0323\u0301\u0308",
      "สิทธิ์ น้ำผึ้ง",
      "དབྱངས་སྒྲོལ",
      "မြို့ကျွန်ုပ်",
      `नही${"ी".repeat(60)}`,
      "שְׁלֹמֹה",
      "مُحَمَّد",
      "ɔ̃́ɛ̃́",
      "é".repeat(64)
    ])
      assert.isTrue(takes(name), name)
    for (const stack of [
      "\u0301".repeat(5),
      "\u0e47".repeat(5),
      "\u20dd".repeat(5),
      "\u{1d165}".repeat(5),
      "\u0301\u0e34\u0323\u0e47\u0334",
      "\u0301\u0302\u0303\u0304\u0e34",
      "\u0301\ufe0f\u0301\u034f\u0301\u200d\u0301\u0301"
    ])
      assert.isFalse(takes(`a${stack}b`), JSON.stringify(stack))
    // Of which one or more are part of the letter.
    for (const name of ["\u1fa7\u0323\u0331", "\u01df\u0323\u0331\u0332"])
      assert.isFalse(takes(name), JSON.stringify(name))
  })

  it("is what languages call each other, in any of them", () => {
    const languages =
      "am ar as bn bo cs dz el fa ff-Adlm fr gu he hi hy ii ja ka km kn ko ks lo lt mai ml mn mni mr mzn my ne or pa ps ru sa sat sd shi si ta te th ti ur vi yo zh"
    for (const language of languages.split(" ")) {
      const names = new Intl.DisplayNames(language, { type: "language" })
      for (const other of languages.split(" "))
        for (const form of ["NFC", "NFD"]) {
          const name = (names.of(other) ?? other).normalize(form)
          assert.strictEqual(shownName(name), name, language)
        }
    }
  })

  it("from before these rules is shown without what they refuse", () => {
    for (const [name, shown] of [
      [
        `Z${"\u0301".repeat(30)}o${"\u0323\u0301".repeat(15)}`,
        "Z\u0301\u0301\u0301\u0301o\u0323\u0323\u0323\u0323".normalize("NFC")
      ],
      [`a${"\u0301\u034f".repeat(12)}`, "a\u0301\u0301\u0301\u0301".normalize("NFC")],
      ["An\u200bn\u2028Lee\u202e", "Ann Lee"],
      ["山田 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "山田 🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
    ] as const)
      assert.strictEqual(shownName(name), shown)
    FastCheck.assert(
      FastCheck.property(nameLike, (name) => {
        assert.strictEqual(shownName(shownName(name)), shownName(name))
      }),
      { numRuns: 2_000 }
    )
  })

  it("as a handle is not written in letters that all look like Latin ones", () => {
    for (const handle of ["аррӏе", "соса", "ѕсоре", "ανα", "аррӏе-1", "օոս"]) {
      assert.isTrue(looksLatin(handle), handle)
      assert.deepStrictEqual(parseHandle(handle), Either.left("look_alike"), handle)
    }
    for (const handle of ["apple", "иван", "москва", "γιώργος", "σοφία", "արամ", "山田", "カナ", "user-1"])
      assert.isTrue(Either.isRight(parseHandle(handle)), handle)
  })
})

const hostOf = (address: string): string | undefined => {
  try {
    return new URL(address).hostname
  } catch {
    return undefined
  }
}

describe("an address in a text", () => {
  it("shows the ASCII form of a host that passes for another one", () => {
    for (const [typed, shown] of [
      ["https://аррӏе.com", "https://xn--80ak6aa92e.com"],
      [
        "see https://аррӏе.com/a?b=ф and http://gοogle.com:8080/",
        "see https://xn--80ak6aa92e.com/a?b=ф and http://xn--gogle-rce.com:8080/"
      ],
      ["https://аррӏе.comです", "https://xn--80ak6aa92e.comです"],
      ["https://login.аррӏе.com", "https://login.xn--80ak6aa92e.com"],
      ["https://аррӏе。com", "https://xn--80ak6aa92e.com"],
      ["HTTPS://АРРӀЕ.COM", "HTTPS://xn--80ak6aa92e.com"]
    ])
      assert.strictEqual(withHonestHosts(typed ?? ""), shown)
  })

  it("shows the ASCII form of each label that is not what it looks like", () => {
    for (const typed of [
      "https://ɡoogle.com",
      "https://ıcloud.com",
      "https://ᴀpple.com",
      "https://теѕӏа.com",
      "https://аррӏё.com",
      "https://соке.com",
      "https://ανά.com",
      `https://${"a.".repeat(40)}аррӏе.com`,
      "https://аррӏе.com。次の文",
      "https://аррӏе.com、次の文",
      "https://example.com、аррӏе.com",
      "https://аррӏе.com😀",
      "https://аррӏе.com.",
      "https://аррӏе",
      "https:///аррӏе.com",
      "https:\\\\аррӏе.com",
      "https:аррӏе.com",
      "https://user:word@аррӏе.com:8080/",
      "ftp://аррӏе.com",
      "www.аррӏе.com",
      "https://apple.сом",
      "https://google.com∕path.example.com",
      "https://google.com⁄path.example.com",
      "https://google.comノpath.example.com",
      "https://google.com〳path.example.com",
      "https://g〇〇gle.com",
      "https://gᄋᄋgle.com",
      "https://_аррӏе-1.com",
      "https://аррӏе.com.ru",
      "https://аррӏе.ru.com",
      "https://\u200bаррӏе.com",
      "https://լա.com",
      "https://þaypal.com",
      "https://ə.com",
      "https://ibm\u0323\u0331.com",
      "https://з60.com",
      "https://סוח.com",
      "https://%D0%B0pple.com",
      "https://a\ua78aexample.com"
    ]) {
      const shown = withHonestHosts(typed)
      assert.match(shown, /xn--/u, typed)
      assert.strictEqual(withHonestHosts(shown), shown)
    }
  })

  it("is found within another one, where terminals take both", () => {
    for (const between of [",", ";", "'", ":", ",x", "(", "?a=", "/"])
      for (const start of ["https://", "HTTP://", "ftp://"])
        for (const first of ["https://ok.example", "www.ok.example", "https://аррӏе.com"]) {
          const typed = `${first}${between}${start}аррӏе.com/x`
          assert.isFalse(/[а-ӏ]/.test(withHonestHosts(typed)), `${typed} ${withHonestHosts(typed)}`)
          assert.include(withHonestHosts(typed), `${start}xn--80ak6aa92e.com/x`)
        }
  })

  it("shows the host that the browser opens: without what it ignores, and without a name before it", () => {
    for (const [typed, shown] of [
      ["https://goo\ufe0fgle.com", "https://google.com"],
      ["https://goo\u034fgle\u200b.com/\u034f", "https://google.com/\u034f"],
      ["https://google.ｃｏｍ", "https://google.com"],
      ["https://google․com.example.com", "https://google.com.example.com"],
      ["https://ⓖoogle.com", "https://google.com"],
      // It opens none of these.
      ["https://goo٠gle.com", "https://goo\ufffdgle.com"],
      ["https://apple.com／.example.com", "https://apple.com\ufffd.example.com"],
      ["https://apple.com@example.com/a@b", "https://example.com/a@b"],
      ["https://apple.com（@example.com", "https://example.com"],
      ["https://apple.com:443@example.com:8080", "https://example.com:8080"]
    ])
      assert.strictEqual(withHonestHosts(typed ?? ""), shown)
  })

  it("is shown as the browser's parser reads it, or as it was typed", () => {
    const label = FastCheck.array(
      FastCheck.constantFrom(
        "a",
        "q",
        "ɡ",
        "ı",
        "а",
        "м",
        "ё",
        "日",
        "ノ",
        "ー",
        "ａ",
        "ß",
        "\u0323",
        "\u200d",
        "\ufe0f",
        "٣",
        "-",
        "·"
      ),
      {
        minLength: 1,
        maxLength: 5
      }
    ).map((parts) => parts.join(""))
    FastCheck.assert(
      FastCheck.property(FastCheck.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
        const typed = `https://${labels.join(".")}.com/`
        const shown = withHonestHosts(typed)
        if (hostOf(typed) !== undefined) assert.strictEqual(hostOf(shown), hostOf(typed), typed)
        assert.strictEqual(withHonestHosts(shown), shown)
      }),
      { numRuns: 3_000 }
    )
  })

  it("stays as it was written where its host shows what it is", () => {
    for (const text of [
      "https://example.com/аррӏе",
      "https://例え.jp/パス",
      "https://日本語ドメイン.com",
      "https://ひびき・チャット.jp https://tシャツ.com https://サーバー.jp https://メンソレータム.com https://一番.jp",
      "https://тема.com https://правда.org https://роса.ua https://ирина.net https://президент.рф https://ромашка.рус",
      "https://ıspanak.com.tr https://þjóð.is https://straße.de https://øl.dk https://łódź.pl https://việt.vn",
      "https://παράδειγμα.com https://ไทย.com https://भारत.com https://한국.kr https://ישראל.com https://مثال.com",
      "https://example.com、次はhttps://example.jpです。(https://example.org)",
      "https://example.com😀 https://user@ mailto:a@b.c me@example.com https://[::1]:80/ https://127.0.0.1:8080",
      "ssh://git@example.org/a.git git@example.org:a.git",
      "https://example.com/a@b?c=@#@ 12:34:56 a://b",
      "https://bücher.de https://москва.com https://сочи.рф https://ελλάδα.gr",
      "https://xn--80ak6aa92e.com",
      "аррӏе.com",
      "https://",
      "https://-.com"
    ])
      assert.strictEqual(withHonestHosts(text), text)
  })
})
