// @vitest-environment jsdom
/** The screen of people online over time: what it asks for, and what it says of the answer. */
import { assert, beforeEach, describe, it } from "@effect/vitest"
import type { PresenceHistory } from "@hibiki/core/domain/PresenceCounts"
import { fireEvent, screen, waitFor } from "@solidjs/testing-library"
import { createSignal } from "solid-js"
import { vi } from "vitest"
import { adminWordsEn } from "../../../src/features/operate/adminWords.en.ts"
import { makeFigures } from "../../../src/features/operate/figures.ts"
import { OperatePage } from "../../../src/features/operate/OperatePage.tsx"
import { operateWordsEn } from "../../../src/features/operate/operateWords.en.ts"
import { presenceWordsEn } from "../../../src/features/operate/presenceWords.en.ts"
import { presenceWordsJa } from "../../../src/features/operate/presenceWords.ja.ts"
import { conversationId, now, settled, summary } from "../../ui/stage.tsx"
import { ok, refused } from "./adminRows.ts"
import { operateStage } from "./operateStage.tsx"

const words = presenceWordsEn
const { minute } = makeFigures("en")
const everyMs = 300_000
const from = now - 12 * everyMs
const at = (step: number) => from + step * everyMs
const point = (step: number, online: number | null, active: number | null = online) => ({
  at: at(step),
  online,
  active
})
const all = Array.from({ length: 12 }, (_, step) => point(step, 10 + step, step))
const history = (points: PresenceHistory["points"], more: Partial<PresenceHistory> = {}) =>
  ok({ everyMs, from, until: now, counting: true, points, ...more })

/** jsdom draws nothing, and says so at each attempt. */
beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null)
  return () => vi.restoreAllMocks()
})

const open = async (
  answer: (payload: object) => unknown,
  { language = "en", path = "/operate/presence" }: { readonly language?: "en" | "ja"; readonly path?: string } = {}
) => {
  const [minuteNow, setMinute] = createSignal(now)
  const shown = operateStage(OperatePage, {
    path,
    language,
    route: "/operate/:screen?",
    conversations: [summary(1, { title: "Tea" })],
    answers: { "presence.history": answer },
    app: { minute: minuteNow }
  })
  await screen.findByRole("group", { name: (language === "ja" ? presenceWordsJa : words).window })
  await settled()
  const asked = () => shown.calls.map(([, payload]) => payload)
  return { ...shown, asked, setMinute }
}

const field = () => screen.getByLabelText<HTMLInputElement>(words.conversation)
const type = async (text: string) => {
  fireEvent.change(field(), { target: { value: text } })
  await settled()
}
const figures = () => [...document.querySelectorAll(".operate-figure")].map(({ textContent }) => textContent)
const openTable = async () => {
  const details = document.querySelector("details") ?? assert.fail("no table")
  details.open = true
  fireEvent(details, new Event("toggle"))
  await screen.findByRole("table")
  return [...document.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map(({ textContent }) => textContent)
  )
}

describe("people online over time", () => {
  it("are those of the whole server in the last day, and of another time by choice", async () => {
    const { asked, history: address } = await open(() => history(all))
    assert.deepStrictEqual(asked(), [{ window: "24h" }])
    screen.getByRole("heading", { name: words.ofServer })
    for (const [window, label] of [
      ["1h", words.windows["1h"]],
      ["30d", words.windows["30d"]]
    ] as const) {
      fireEvent.click(screen.getByRole("radio", { name: label }))
      await settled()
      assert.deepStrictEqual(asked().at(-1), { window })
      assert.strictEqual(address.get(), `/operate/presence?window=${window}`)
    }
  })

  it("are told as numbers, in words for the plot, and as a table, the newest first", async () => {
    await open(() => history(all))
    assert.deepStrictEqual(figures(), [
      `Online21at ${minute(at(11))}`,
      `Most online21at ${minute(at(11))}`,
      `Active11at ${minute(at(11))}`,
      `Most active11at ${minute(at(11))}`
    ])
    await screen.findByText("Online: 21 last, 21 at most, 10 at least · Active: 11 last, 11 at most, 0 at least")
    assert.isNull(document.querySelector("[data-gaps]"))
    assert.isNull(screen.queryByRole("table"))
    const rows = await openTable()
    assert.lengthOf(rows, 12)
    assert.deepStrictEqual(rows[0], [minute(at(11)), "21", "11"])
  })

  it("has gaps where the server was not counting, and says so", async () => {
    await open(() => history([point(2, 7), point(6, 8)]))
    screen.getByText(words.gaps(3, 50))
    assert.include(words.gaps(3, 50), "50 minutes")
    assert.deepStrictEqual(await openTable(), [
      [words.span(minute(at(7)), minute(now)), words.notCounted, words.notCounted],
      [minute(at(6)), "8", "8"],
      [words.span(minute(at(3)), minute(at(6))), words.notCounted, words.notCounted],
      [minute(at(2)), "7", "7"],
      [words.span(minute(from), minute(at(2))), words.notCounted, words.notCounted]
    ])
  })

  it("are loaded again each minute, but not while paused", async () => {
    let online = 1
    const { asked, setMinute } = await open(() => history([point(11, online++)]))
    setMinute(now + 60_000)
    await settled()
    assert.lengthOf(asked(), 2)
    assert.include(figures()[0], "Online2")
    fireEvent.click(screen.getByRole("button", { name: operateWordsEn.pause }))
    setMinute(now + 120_000)
    await settled()
    assert.lengthOf(asked(), 2)
  })
})

describe("people of one conversation", () => {
  it("are found by its id in the address, with small numbers hidden, and the reader goes back by a button", async () => {
    const id = conversationId(7)
    const answer = (payload: object) =>
      history("conversationId" in payload ? [point(10, 15, null), point(11, null)] : all)
    const { asked, history: address } = await open(answer)
    await type(` ${id.toUpperCase()} `)
    assert.deepStrictEqual(asked().at(-1), { window: "24h", conversationId: id })
    screen.getByRole("heading", { name: words.ofConversation(words.nameless(id)) })
    screen.getByText(words.rounded)
    assert.deepStrictEqual(
      figures().map((text) => text?.replace(/at .*/, "")),
      ["Onlinefewer than 5", "Most online15", "Activefewer than 5", "Most activefewer than 5"]
    )
    assert.deepStrictEqual((await openTable()).slice(0, 2), [
      [minute(at(11)), "fewer than 5", "fewer than 5"],
      [minute(at(10)), "15", "fewer than 5"]
    ])
    fireEvent.click(screen.getByRole("button", { name: words.wholeServer }))
    await settled()
    assert.strictEqual(address.get(), "/operate/presence")
    assert.deepStrictEqual(asked().at(-1), { window: "24h" })
    assert.strictEqual(field().value, "")
    assert.strictEqual(document.activeElement, field())
  })

  it("have the title of a conversation that one is in", async () => {
    await open(() => history(all), { path: `/operate/presence?conversation=${conversationId(1)}&window=30d` })
    screen.getByRole("heading", { name: words.ofConversation("Tea") })
    assert.isTrue(screen.getByRole<HTMLInputElement>("radio", { name: words.windows["30d"] }).checked)
  })

  it("are not asked for by what is no id", async () => {
    const { asked } = await open(() => history(all))
    await type("tea")
    screen.getByText(words.conversationWrong)
    assert.lengthOf(asked(), 1)
    assert.isNull(screen.queryByRole("heading", { name: words.ofServer }))
  })

  it("are nobody's if there is no such group, and the numbers before are gone", async () => {
    await open((payload) => ("conversationId" in payload ? refused({ _tag: "NotFound" }) : history(all)))
    await type(conversationId(7))
    screen.getByText(words.notFound)
    assert.deepStrictEqual(figures(), [])
  })

  it("were not counted if the conversation was none of the largest", async () => {
    await open(() => history([]), { path: `/operate/presence?conversation=${conversationId(7)}` })
    screen.getByText(words.noneOfConversation)
  })
})

describe("no numbers", () => {
  it("because the history is off: the screen says what to set", async () => {
    await open(() => history([], { counting: false }))
    screen.getByText(words.off)
    assert.include(words.off, "HIBIKI_PRESENCE_HISTORY=counts")
    assert.isNull(screen.queryByText(words.noneOfServer))
  })

  it("from now on, with those of the time before it was off", async () => {
    await open(() => history([point(3, 9)], { counting: false }))
    screen.getByText(words.off)
    assert.include(figures()[0], "Online9")
  })

  it("yet: the server has just begun to count", async () => {
    await open(() => history([]))
    screen.getByText(words.noneOfServer)
    assert.isNull(screen.queryByText(words.off))
  })

  it("because the server can't be reached: what is shown stays, and another try brings the next", async () => {
    let isAway = false
    const { setMinute } = await open(() => (isAway ? refused({ _tag: "Unreachable" }) : history(all)))
    isAway = true
    setMinute(now + 60_000)
    await settled()
    screen.getByText(adminWordsEn.failed.unreachable)
    assert.lengthOf(figures(), 4)
    isAway = false
    fireEvent.click(screen.getByRole("button", { name: adminWordsEn.reload }))
    await waitFor(() => assert.isNull(screen.queryByText(adminWordsEn.failed.unreachable)))
  })

  it("while the first answer is under way", async () => {
    await open(() => new Promise(() => undefined))
    screen.getByText(operateWordsEn.waiting)
    assert.deepStrictEqual(figures(), [])
  })
})

it("speaks Japanese", async () => {
  await open(() => history([point(11, null)]), {
    language: "ja",
    path: `/operate/presence?conversation=${conversationId(1)}`
  })
  screen.getByRole("heading", { name: "Teaのメンバー" })
  screen.getByText(presenceWordsJa.gaps(1, 55))
  assert.deepStrictEqual((await openTable())[0]?.slice(1), ["5人未満", "5人未満"])
})
