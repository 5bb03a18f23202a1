// @vitest-environment jsdom
/** The audit log as an administrator reads it: the newest first, by what was chosen, and without a reload. */
import { assert, beforeEach, describe, it } from "@effect/vitest"
import { fireEvent, screen, waitFor } from "@solidjs/testing-library"
import { vi } from "vitest"
import { adminWordsEn } from "../../../src/features/operate/adminWords.en.ts"
import { OperatePage } from "../../../src/features/operate/OperatePage.tsx"
import { operateWordsEn } from "../../../src/features/operate/operateWords.en.ts"
import { type Answers, userId } from "../../ui/stage.tsx"
import { adminPerson, ok, refused } from "./adminRows.ts"
import { auditEntry } from "./auditRows.ts"
import { operateStage } from "./operateStage.tsx"

const words = adminWordsEn.audit

/** jsdom draws nothing, and says so at each attempt. */
beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null)
  return () => vi.restoreAllMocks()
})

const disabled = auditEntry(3, { act: "user.disable", targets: { user: userId(2) }, origin: "10.0.0.0/24" })
const listed = auditEntry(2, {
  actor: "command line",
  act: "from.tomorrow" as never,
  targets: { count: "30" },
  outcome: "is_a_bot"
})

const open = async (answers: Answers = {}, path = "/operate/audit") => {
  const shown = operateStage(OperatePage, {
    path,
    route: "/operate/:screen?",
    answers: { "admin.audit": () => ok({ entries: [disabled, listed], more: false }), ...answers }
  })
  await screen.findByRole("table", { name: words.caption })
  const asked = () => shown.calls.filter(([tag]) => tag === "admin.audit").map(([, payload]) => payload)
  return { ...shown, asked }
}

const rows = () =>
  [...document.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent))
const numbers = () => rows().map(([seq]) => seq)

describe("the audit log", () => {
  it("says who did what, when, about whom, from where, and how it ended", async () => {
    await open()
    const [first, second] = rows()
    assert.deepStrictEqual(
      [first?.[0], ...(first?.slice(2) ?? [])],
      [
        "3",
        "01900001…000110.0.0.0/24",
        words.acts["user.disable"],
        `${words.kinds.user} 01900001…0002`,
        words.outcomes["done"]
      ]
    )
    assert.match(first?.[1] ?? "", /\d\d:\d\d:\d\d/)
    assert.deepStrictEqual(second?.slice(2), [
      "command line",
      "from.tomorrow" as never,
      `${words.kinds.count} 30`,
      words.refused("is_a_bot")
    ])
  })

  it("is filtered by a press on a person, by an act and by times, which stand in the address", async () => {
    const { asked, history } = await open()
    fireEvent.click(screen.getByRole("button", { name: words.byTarget(words.kinds.user, "01900001…0002") }))
    await waitFor(() => assert.strictEqual(history.get(), `/operate/audit?target=${userId(2)}`))
    fireEvent.change(screen.getByLabelText(words.act, { selector: "select" }), { target: { value: "user.disable" } })
    fireEvent.change(screen.getByLabelText(words.from), { target: { value: "2026-01-02T03:04" } })
    const from = new Date(2026, 0, 2, 3, 4).getTime()
    await waitFor(() =>
      assert.deepStrictEqual(asked().at(-1), { act: "user.disable", target: userId(2), from, limit: 50 })
    )
  })

  it("is filtered by a username, and says when it is nobody's", async () => {
    const { asked } = await open({
      "admin.people": () =>
        ok({ people: [adminPerson(3, "Benita"), { ...adminPerson(2, "Ben"), handle: "ben" }], more: false })
    })
    const actor = screen.getByLabelText(words.actor)
    fireEvent.change(actor, { target: { value: "@Ben" } })
    await waitFor(() => assert.deepStrictEqual(asked().at(-1), { actor: userId(2), limit: 50 }))
    fireEvent.change(actor, { target: { value: "@nobody" } })
    await screen.findByText(words.nobody)
    assert.strictEqual(actor.getAttribute("aria-invalid"), "true")
    await screen.findByText(words.none)
  })

  it("shows older entries by a button", async () => {
    const { asked } = await open({
      "admin.audit": ({ before }: { readonly before?: number }) =>
        before === undefined
          ? ok({ entries: [disabled, listed], more: true })
          : ok({ entries: [auditEntry(1)], more: false })
    })
    fireEvent.click(screen.getByRole("button", { name: adminWordsEn.more }))
    await waitFor(() => assert.deepStrictEqual(numbers(), ["3", "2", "1"]))
    assert.deepStrictEqual(asked().at(-1), { before: 2, limit: 50 })
  })

  it("shows new entries without a reload, and asks for nothing while paused", async () => {
    let entries = [disabled, listed]
    let fails = false
    const { asked } = await open({
      "admin.audit": () => (fails ? refused({ _tag: "Unavailable" }) : ok({ entries, more: false }))
    })
    vi.useFakeTimers()
    try {
      // The timer that began before is a real one: begin anew.
      const pause = (name: string) => fireEvent.click(screen.getByRole("button", { name }))
      pause(operateWordsEn.pause)
      entries = [auditEntry(4), ...entries]
      const before = asked().length
      await vi.advanceTimersByTimeAsync(20_000)
      assert.lengthOf(asked(), before)
      pause(operateWordsEn.resume)
      await vi.advanceTimersByTimeAsync(0)
      assert.deepStrictEqual(numbers(), ["4", "3", "2"])
      entries = [auditEntry(5), ...entries]
      await vi.advanceTimersByTimeAsync(5_000)
      assert.deepStrictEqual(numbers(), ["5", "4", "3", "2"])
      fails = true
      await vi.advanceTimersByTimeAsync(5_000)
      screen.getByText(words.stale)
      fails = false
      await vi.advanceTimersByTimeAsync(5_000)
      assert.isNull(screen.queryByText(words.stale))
    } finally {
      vi.useRealTimers()
    }
  })

  it("is exported in one file, and shows that it was", async () => {
    const files: Array<Blob> = []
    const named: Array<string> = []
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: (file: Blob) => `blob:${files.push(file)}` }))
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      named.push(this.download)
    })
    let entries = [disabled, listed]
    const { toasts } = await open({
      "admin.audit": () => ok({ entries, more: false }),
      "admin.auditExport": ({ after }: { readonly after?: number }) => {
        if (after !== undefined) return ok({ csv: "1\n" })
        entries = [auditEntry(4, { act: "audit.export" }), ...entries]
        return ok({ csv: "seq\n", next: 1_000 })
      }
    })
    fireEvent.click(screen.getByRole("button", { name: words.export }))
    await waitFor(() => assert.deepStrictEqual(toasts, [words.exported]))
    assert.match(named[0] ?? "", /^hibiki-audit-\d{4}-\d\d-\d\d\.csv$/)
    assert.strictEqual(files[0]?.size, "seq\n1\n".length)
    await waitFor(() => assert.strictEqual(rows()[0]?.[3], words.acts["audit.export"]))
    vi.unstubAllGlobals()
  })
})
