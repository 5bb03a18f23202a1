// @vitest-environment jsdom
/** The settings: what is kept here, what is told to the server, and what only administrators see. */
import { assert, describe, it } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import { fireEvent, screen } from "@solidjs/testing-library"
import { Redacted } from "effect"
import { createSignal } from "solid-js"
import { blockingWords } from "../../../src/features/blocking/blockingWords.ts"
import { sessionWordsEn } from "../../../src/features/session/sessionWords.en.ts"
import { SettingsPage } from "../../../src/features/settings/SettingsPage.tsx"
import { settingsWordsEn } from "../../../src/features/settings/settingsWords.en.ts"
import type { App } from "../../../src/model/App.ts"
import { fixedPanes } from "../../fixedPanes.ts"
import { me, settled, stage } from "../../ui/stage.tsx"

const words = settingsWordsEn
const press = async (name: string) => {
  fireEvent.click(screen.getByRole("button", { name }))
  await settled()
}
const type = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label, { exact: true }), { target: { value } })

describe("the settings of this browser", () => {
  it("are chosen from what there is, the language at once", () => {
    const chosen: Array<string> = []
    stage(SettingsPage, {
      app: {
        preferences: {
          theme: () => "dark",
          setTheme: (choice) => void chosen.push(choice),
          sendKey: () => "enter",
          setSendKey: (key) => void chosen.push(key),
          density: () => "comfortable",
          setDensity: (density) => void chosen.push(density),
          paneWidths: fixedPanes
        }
      }
    })
    assert.isTrue((screen.getByRole("radio", { name: words.themes.dark }) as HTMLInputElement).checked)
    for (const name of [words.themes.light, words.densities.compact, words.sendKeys.modEnter])
      fireEvent.click(screen.getByRole("radio", { name }))
    assert.deepStrictEqual(chosen, ["light", "compact", "modEnter"])
    fireEvent.click(screen.getByRole("radio", { name: "日本語" }))
    assert.isNotNull(screen.getByRole("heading", { name: "設定" }))
  })
})

describe("the own account", () => {
  it("has a name that is changed, trimmed, and not left empty", async () => {
    const answers = {
      "user.updateProfile": ({ displayName }: { displayName: string }) => ({ ok: true, value: { ...me, displayName } })
    }
    const shown = stage(SettingsPage, { answers })
    type(words.displayName, "   ")
    await press(words.save)
    assert.isNotNull(screen.getByText(words.displayNameMissing))
    type(words.displayName, " 秋 ")
    await press(words.save)
    assert.deepStrictEqual(shown.calls, [["user.updateProfile", { displayName: "秋" }]])
    assert.deepStrictEqual(shown.toasts, [words.saved])
  })

  it("has a name in one line, without the tab between two cells of a table that it was pasted from", async () => {
    const answers = {
      "user.updateProfile": ({ displayName }: { displayName: string }) => ({ ok: true, value: { ...me, displayName } })
    }
    const shown = stage(SettingsPage, { answers })
    type(words.displayName, "\t\u0085")
    await press(words.save)
    assert.isNotNull(screen.getByText(words.displayNameMissing))
    type(words.displayName, "営業\t部\t")
    await press(words.save)
    assert.deepStrictEqual(shown.calls, [["user.updateProfile", { displayName: "営業 部" }]])
  })

  it("says when no answer came, and keeps what was typed", async () => {
    stage(SettingsPage, { answers: { "user.updateProfile": () => ({ ok: false, error: { _tag: "Unreachable" } }) } })
    type(words.displayName, "Autumn")
    await press(words.save)
    assert.isNotNull(screen.getByText(words.failed.unreachable))
    assert.strictEqual((screen.getByLabelText(words.displayName, { exact: true }) as HTMLInputElement).value, "Autumn")
  })

  it("gets another password; the other devices are ended unless one says no; the fields are empty then", async () => {
    const asked: Array<readonly [current: string, next: string, revokeOthers: boolean]> = []
    const answers = {
      "auth.changePassword": (form: { current: Redacted.Redacted; next: Redacted.Redacted; revokeOthers: boolean }) => {
        asked.push([Redacted.value(form.current), Redacted.value(form.next), form.revokeOthers])
        if (asked.length === 1) return { ok: false, error: { _tag: "SignInFailed" } }
        return asked.length === 2
          ? { ok: false, error: { _tag: "PasswordRefused", reason: "common" } }
          : { ok: true, value: {} }
      }
    }
    const shown = stage(SettingsPage, { answers })
    type(words.currentPassword, "old")
    type(words.nextPassword, "new")
    await press(words.changePassword)
    assert.isNotNull(screen.getByText(words.failed.wrongPassword))
    await press(words.changePassword)
    assert.isNotNull(screen.getByText(sessionWordsEn.failed.password.common))
    fireEvent.click(screen.getByRole("checkbox", { name: words.revokeOthers }))
    await press(words.changePassword)
    assert.deepStrictEqual(asked, [
      ["old", "new", true],
      ["old", "new", true],
      ["old", "new", false]
    ])
    assert.deepStrictEqual(shown.toasts, [words.passwordChanged])
    assert.strictEqual((screen.getByLabelText(words.currentPassword, { exact: true }) as HTMLInputElement).value, "")
  })

  it("is hidden by a switch that goes back when the server does not agree", async () => {
    const shown = stage(SettingsPage, {
      answers: { "user.updateSettings": () => ({ ok: false, error: { _tag: "Unavailable" } }) }
    })
    const invisible = screen.getByRole("switch", { name: words.invisible }) as HTMLInputElement
    fireEvent.click(invisible)
    await settled()
    assert.deepStrictEqual(shown.calls, [["user.updateSettings", { invisible: true }]])
    assert.isFalse(invisible.checked)
    assert.lengthOf(shown.toasts, 1)
  })
})

describe("whom one blocks", () => {
  it("is listed, and let go by a button", async () => {
    const userId = UserId.make("01890000-0000-7000-8000-000000000007")
    const shown = stage(SettingsPage, {
      blocked: new Set([userId]),
      answers: { "user.block": () => ({ ok: true, value: {} }) }
    })
    assert.isNotNull(screen.getByText("name of 7"))
    await press(blockingWords.en.unblock)
    assert.deepStrictEqual(shown.calls, [["user.block", { userId, on: false }]])
    assert.deepStrictEqual(shown.toasts, [])
  })

  it("is said to be nobody, and why it was not done is told", async () => {
    stage(SettingsPage)
    assert.isNotNull(screen.getByText(blockingWords.en.none))
    const shown = stage(SettingsPage, {
      blocked: new Set([UserId.make("01890000-0000-7000-8000-000000000007")]),
      answers: { "user.block": () => ({ ok: false, error: { _tag: "Unavailable" } }) }
    })
    await press(blockingWords.en.unblock)
    assert.lengthOf(shown.toasts, 1)
  })
})

describe("the focus in the list of whom one blocks", () => {
  const users = [7, 8, 9].map((n) => UserId.make(`01890000-0000-7000-8000-00000000000${n}`))
  const buttons = () => screen.queryAllByRole("button", { name: blockingWords.en.unblock })

  it("goes to the next one, to the one before where there is none, and at last to what says that nobody is left", async () => {
    const [blocked, setBlocked] = createSignal<ReturnType<App["blocked"]>>(new Set(users))
    stage(SettingsPage, { app: { blocked } })
    // The page's heading has the focus first.
    await settled()
    for (const [at, next] of [
      [1, 1],
      [1, 0]
    ] as const) {
      buttons()[at]?.focus()
      const went = [...blocked()][at]
      setBlocked((before) => new Set([...before].filter((userId) => userId !== went)))
      await settled()
      assert.strictEqual(document.activeElement, buttons()[next])
    }
    setBlocked(new Set<UserId>())
    await settled()
    assert.strictEqual(document.activeElement?.textContent, blockingWords.en.none)
  })

  it("stays where it is when somebody is let go on another device", async () => {
    const [blocked, setBlocked] = createSignal<ReturnType<App["blocked"]>>(new Set(users))
    stage(SettingsPage, { app: { blocked } })
    await settled()
    const last = buttons()[2] ?? assert.fail("not listed")
    last.focus()
    setBlocked(new Set(users.slice(1)))
    await settled()
    assert.strictEqual(document.activeElement, last)
  })
})

describe("a form that is refused", () => {
  /** What has the focus, with what is said of it. */
  const focused = () => {
    const field = document.activeElement
    const told = field?.getAttribute("aria-describedby")?.split(" ") ?? []
    return [(field as HTMLInputElement).name, ...told.map((id) => document.getElementById(id)?.textContent ?? "")]
  }

  it("gives the focus to the first wrong field, which says why", async () => {
    const answers = {
      "auth.changePassword": ({ current }: { current: Redacted.Redacted }) => ({
        ok: false,
        error:
          Redacted.value(current) === "right" ? { _tag: "PasswordRefused", reason: "common" } : { _tag: "SignInFailed" }
      })
    }
    stage(SettingsPage, { answers })
    await press(words.changePassword)
    assert.deepStrictEqual(focused(), ["current-password", sessionWordsEn.missing.password])
    type(words.currentPassword, "wrong")
    await press(words.changePassword)
    assert.deepStrictEqual(focused().slice(0, 2), ["new-password", sessionWordsEn.missing.password])
    type(words.nextPassword, "new")
    await press(words.changePassword)
    assert.deepStrictEqual(focused(), ["current-password", words.failed.wrongPassword])
    type(words.currentPassword, "right")
    await press(words.changePassword)
    assert.deepStrictEqual(focused().slice(0, 2), ["new-password", sessionWordsEn.failed.password.common])
  })

  it("is so of the own name, too", async () => {
    stage(SettingsPage, {})
    type(words.displayName, "  ")
    await press(words.save)
    assert.strictEqual(document.activeElement, screen.getByLabelText(words.displayName, { exact: true }))
  })
})

describe("invites", () => {
  it("have the focus for who comes to make one", async () => {
    stage(SettingsPage, { admin: true, path: "/settings#invites" })
    await settled()
    assert.strictEqual(document.activeElement, screen.getByRole("button", { name: words.inviteCreate }))
  })

  it("are for administrators, and come as a link with its time", async () => {
    stage(SettingsPage, {})
    assert.isNull(screen.queryByRole("button", { name: words.inviteCreate }))
  })

  it("are made as links that open the registration", async () => {
    const answers = { "invite.create": () => ({ ok: true, value: { code: "abc-123", ttlMs: 48 * 3_600_000 } }) }
    stage(SettingsPage, { admin: true, answers })
    await press(words.inviteCreate)
    const link = screen.getByLabelText(words.inviteLink, { exact: true }) as HTMLInputElement
    assert.strictEqual(link.value, `${location.origin}/register#invite=abc-123`)
    assert.isTrue(link.readOnly)
    assert.isNotNull(screen.getByText(words.inviteValid(48, 1)))
  })

  it("are made for several people and a time, listed with how many have used each, and ended", async () => {
    let used = 3
    const asked: Array<unknown> = []
    const answers = {
      "invite.create": (payload: unknown) => {
        asked.push(payload)
        return { ok: true, value: { code: "abc-123", ttlMs: 24 * 3_600_000, inviteId: "one" } }
      },
      "invite.list": () => ({
        ok: true,
        value: { invites: used === 0 ? [] : [{ inviteId: "one", people: 30, used, expiresAt: 1_700_000_000_000 }] }
      }),
      "invite.end": (payload: unknown) => {
        asked.push(payload)
        used = 0
        return { ok: true, value: {} }
      }
    }
    stage(SettingsPage, { admin: true, answers })
    await settled()
    assert.isNotNull(screen.getByText(words.inviteUsed(3, 30)))
    type(words.invitePeople, "0")
    await press(words.inviteCreate)
    assert.isNotNull(screen.getByText(words.invitePeopleWrong(1_000)))
    assert.strictEqual(document.activeElement, screen.getByLabelText(words.invitePeople, { exact: true }))
    type(words.invitePeople, "３０")
    screen.getByLabelText(words.inviteDays(1), { exact: true }).click()
    await press(words.inviteCreate)
    assert.deepStrictEqual(asked, [{ people: 30, ttlHours: 24 }])
    assert.isNull(screen.queryByText(words.invitePeopleWrong(1_000)))
    await press(`${words.inviteEnd}, ${words.inviteUsed(3, 30)}`)
    assert.deepStrictEqual(asked[1], { inviteId: "one" })
    assert.isNull(screen.queryByText(words.inviteUsed(3, 30)))
  })

  it("are listed page by page, from the last that is shown on", async () => {
    const all = Array.from({ length: 5 }, (_, i) => ({
      inviteId: `id ${i}`,
      people: 10,
      used: i,
      expiresAt: 1_700_000_000_000 - i
    }))
    const asked: Array<unknown> = []
    const answers = {
      "invite.list": (payload: { readonly after?: { readonly inviteId: string } }) => {
        asked.push(payload)
        const from = all.findIndex(({ inviteId }) => inviteId === payload.after?.inviteId) + 1
        return { ok: true, value: { invites: all.slice(from, from + 3), more: from + 3 < all.length } }
      },
      "invite.end": () => ({ ok: true, value: {} })
    }
    stage(SettingsPage, { admin: true, answers })
    await settled()
    assert.isNull(screen.queryByText(words.inviteUsed(3, 10)))
    // The last of the page has ended: the next one begins behind the last that is still shown.
    await press(`${words.inviteEnd}, ${words.inviteUsed(2, 10)}`)
    await press(words.inviteMore)
    const shown = screen.getByRole("list", { name: words.inviteList }).querySelectorAll(".settings-invite-used")
    assert.deepStrictEqual(
      [...shown].map((each) => each.textContent),
      [0, 1, 2, 3, 4].map((used) => words.inviteUsed(used, 10))
    )
    assert.deepStrictEqual(asked, [{}, { after: { expiresAt: 1_699_999_999_999, inviteId: "id 1" } }])
    assert.isNull(screen.queryByText(words.inviteMore))
  })
})

describe("notifications", () => {
  const pushNotifications = (more: Partial<App["pushNotifications"]> = {}): App["pushNotifications"] => ({
    ...{ isPossible: true, on: () => false, isOffered: async () => true, change: async () => "done" },
    ...more
  })

  it("are turned on by a switch, or it is said why not", async () => {
    const asked: Array<boolean> = []
    const change: App["pushNotifications"]["change"] = async (on) => {
      asked.push(on)
      return "blocked"
    }
    stage(SettingsPage, { app: { pushNotifications: pushNotifications({ change }) } })
    await settled()
    const toggle = screen.getByRole("switch", { name: words.pushNotifications })
    fireEvent.click(toggle)
    await settled()
    assert.deepStrictEqual(asked, [true])
    assert.isNotNull(screen.getByText(words.notificationsFailed.blocked))
    assert.isFalse((toggle as HTMLInputElement).checked)
  })

  it("are not there where the server or the browser can't", async () => {
    for (const more of [{ isOffered: async () => false }, { isPossible: false }]) {
      const { unmount } = stage(SettingsPage, { app: { pushNotifications: pushNotifications(more) } })
      await settled()
      assert.isNull(screen.queryByRole("switch", { name: words.pushNotifications }))
      unmount()
    }
  })

  it("of an open page are turned on by a switch of their own, or it is said why not", async () => {
    const asked: Array<boolean> = []
    const change: App["notifications"]["change"] = async (on) => {
      asked.push(on)
      return "blocked"
    }
    stage(SettingsPage, { app: { notifications: { isPossible: true, on: () => false, change } } })
    const toggle = screen.getByRole("switch", { name: words.pageNotifications })
    assert.isNull(screen.queryByRole("switch", { name: words.pushNotifications }))
    fireEvent.click(toggle)
    await settled()
    assert.deepStrictEqual(asked, [true])
    assert.isNotNull(screen.getByText(words.notificationsFailed.blocked))
    assert.isFalse((toggle as HTMLInputElement).checked)
  })

  it("of an open page are off while pushes tell the same, and say so", async () => {
    const notifications: App["notifications"] = { isPossible: true, on: () => true, change: async () => "done" }
    stage(SettingsPage, { app: { notifications, pushNotifications: pushNotifications({ on: () => true }) } })
    await settled()
    const toggle = screen.getByRole("switch", { name: words.pageNotifications }) as HTMLInputElement
    assert.isTrue(toggle.disabled)
    assert.isFalse(toggle.checked)
    assert.isNotNull(screen.getByText(words.pageNotificationsOff))
  })
})
