// @vitest-environment jsdom
/** What happened to the account: not before it is asked for, the newest first, and further back by a button. */
import { assert, describe, it } from "@effect/vitest"
import type { ListedActivity } from "@hibiki/core/domain/Activity"
import { fireEvent, screen } from "@solidjs/testing-library"
import { ActivityList } from "../../../src/features/devices/ActivityList.tsx"
import { devicesWordsEn } from "../../../src/features/devices/devicesWords.en.ts"
import { devicesWordsJa } from "../../../src/features/devices/devicesWords.ja.ts"
import { now, settled, stage } from "../../ui/stage.tsx"

const words = devicesWordsEn
const entry = (id: number, kind: string, more: Partial<ListedActivity> = {}) => ({
  id,
  at: now - id * 60_000,
  kind,
  ...more
})
const shown = () => [...document.querySelectorAll(".activity-what")].map(({ textContent }) => textContent)
const press = async (name: string) => {
  const button = screen.getByRole("button", { name })
  button.focus()
  fireEvent.click(button)
  await settled()
}

describe("what happened to the account", () => {
  it("is asked for by a button, and what is older by another, as long as there is something", async () => {
    const asked: Array<unknown> = []
    stage(ActivityList, {
      answers: {
        "me.activity": (payload: { readonly before?: number }) => {
          asked.push(payload)
          return payload.before === undefined
            ? {
                ok: true,
                value: {
                  entries: [
                    entry(9, "signInFailed", { count: 3 }),
                    entry(8, "signedIn", { deviceName: "<b>Phone</b>" })
                  ],
                  more: true
                }
              }
            : { ok: true, value: { entries: [entry(7, "passwordChanged")], more: false } }
        }
      }
    })
    await settled()
    assert.deepStrictEqual([shown(), asked], [[], []])
    await press(words.showActivity)
    assert.deepStrictEqual(shown(), [words.happened.signInFailed("", 3), words.happened.signedIn("<b>Phone</b>", 1)])
    await press(words.showOlder)
    assert.deepStrictEqual(asked, [{}, { before: 8 }])
    assert.strictEqual(shown().at(-1), words.happened.passwordChanged("", 1))
    assert.lengthOf(screen.queryAllByRole("button"), 0)
    assert.strictEqual(document.activeElement?.textContent, words.activity, "the focus does not go with the button")
  })

  it("is told by the server's word where only a newer one knows of such a thing, and says when there is nothing", async () => {
    let entries = [entry(3, "constructor")]
    stage(ActivityList, { answers: { "me.activity": () => ({ ok: true, value: { entries, more: false } }) } })
    await press(words.showActivity)
    assert.deepStrictEqual(shown(), ["constructor"])
    document.body.replaceChildren()
    entries = []
    stage(ActivityList, { answers: { "me.activity": () => ({ ok: true, value: { entries, more: false } }) } })
    await press(words.showActivity)
    assert.include(document.body.textContent, words.nothingHappened)
  })

  it("says that it could not be loaded, and is asked for again by the same button", async () => {
    let up = false
    stage(ActivityList, {
      language: "ja",
      answers: {
        "me.activity": () =>
          up
            ? { ok: true, value: { entries: [entry(3, "disabled")], more: false } }
            : { ok: false, error: { _tag: "Unavailable", retryAfterMs: 1_000 } }
      }
    })
    await press(devicesWordsJa.showActivity)
    assert.strictEqual(screen.getByRole("alert").textContent, devicesWordsJa.activityFailed)
    up = true
    await press(devicesWordsJa.showActivity)
    assert.deepStrictEqual(shown(), [devicesWordsJa.happened.disabled("", 1)])
    assert.lengthOf(screen.queryAllByRole("alert"), 0)
  })
})
