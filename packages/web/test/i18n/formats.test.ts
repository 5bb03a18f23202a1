/** Times in words: by the calendar of the place, in both languages. */
import { assert, describe, it } from "@effect/vitest"
import { localeFor, makeFormats } from "../../src/i18n/formats.ts"

const now = Date.UTC(2026, 10, 25, 3, 0)
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

describe("how long ago", () => {
  for (const { back, en, ja } of [
    { back: -5 * minute, en: "just now", ja: "たった今" },
    { back: 59_000, en: "just now", ja: "たった今" },
    { back: minute, en: "1 minute ago", ja: "1分前" },
    { back: 59 * minute, en: "59 minutes ago", ja: "59分前" },
    { back: 2 * hour, en: "2 hours ago", ja: "2時間前" },
    { back: day, en: "yesterday", ja: "昨日" },
    { back: 6 * day, en: "6 days ago", ja: "6日前" },
    { back: 61 * day, en: "2 months ago", ja: "2か月前" },
    { back: 800 * day, en: "2 years ago", ja: "2年前" }
  ])
    it(`is "${en}" after ${back} ms`, () => {
      assert.strictEqual(makeFormats("en", { timeZone: "UTC", locale: "en-GB" }).ago(now - back, now), en)
      assert.strictEqual(makeFormats("ja", { timeZone: "UTC" }).ago(now - back, now), ja)
    })
})

describe("days", () => {
  it("follow the calendar of the zone, not 24 hours", () => {
    const evening = Date.UTC(2026, 10, 24, 14, 30)
    assert.strictEqual(makeFormats("en", { timeZone: "UTC", locale: "en-GB" }).day(evening, now), "Yesterday")
    // In Tokyo it is noon of the 25th now, and it was 23:30 of the 24th then.
    assert.strictEqual(makeFormats("ja", { timeZone: "Asia/Tokyo" }).day(evening, now), "昨日")
    assert.strictEqual(makeFormats("ja", { timeZone: "Asia/Tokyo" }).day(evening + hour, now), "今日")
  })

  it("name the year only when it is another one", () => {
    // Whether a comma stands there is the platform's.
    const english = (at: number) =>
      makeFormats("en", { timeZone: "UTC", locale: "en-GB" }).day(at, now).replace(",", "")
    assert.strictEqual(english(Date.UTC(2026, 10, 3)), "Tuesday 3 November")
    assert.strictEqual(english(Date.UTC(2024, 10, 3)), "Sunday 3 November 2024")
    assert.strictEqual(makeFormats("ja", { timeZone: "UTC" }).day(Date.UTC(2026, 10, 3), now), "11月3日火曜日")
  })

  it("hold across a change of the clock", () => {
    // Berlin has 25 hours on 25 October 2026.
    const formats = makeFormats("en", { timeZone: "Europe/Berlin", locale: "en-GB" })
    // From 00:30 to 23:30 of the next day there are 48 hours.
    assert.strictEqual(formats.day(Date.UTC(2026, 9, 24, 22, 30), Date.UTC(2026, 9, 26, 22, 30)), "Yesterday")
    assert.strictEqual(formats.day(Date.UTC(2026, 9, 24, 22, 30), Date.UTC(2026, 9, 25, 22, 30)), "Today")
  })
})

describe("the browser's place", () => {
  const short = (locale: string) => makeFormats("en", { timeZone: "UTC", locale }).short(Date.UTC(2026, 2, 4), now)

  it("orders a date as people there do", () => {
    assert.strictEqual(short("en-US"), "3/4")
    assert.strictEqual(short("en-GB"), "04/03")
  })

  it("is the first of the wanted languages that is the shown one", () => {
    assert.strictEqual(localeFor("en", ["ja-JP", "en-AU", "en-US"]), "en-AU")
    assert.strictEqual(localeFor("ja", ["de", "ja"]), "ja")
    assert.strictEqual(localeFor("en", ["de-DE", "ja"]), "en")
    assert.strictEqual(localeFor("en", ["en-US@posix", "en-NZ"]), "en-NZ")
  })
})

describe("times", () => {
  it("have 24 hours in both languages", () => {
    const at = Date.UTC(2026, 10, 25, 0, 5)
    assert.strictEqual(makeFormats("en", { timeZone: "UTC", locale: "en-GB" }).time(at), "00:05")
    assert.strictEqual(makeFormats("ja", { timeZone: "UTC" }).time(at), "00:05")
    assert.strictEqual(makeFormats("ja", { timeZone: "UTC" }).short(at, now), "00:05")
  })
})
