// @vitest-environment jsdom
/** The list of devices: this one first, asked for again when one comes or goes, and ended with the password only. */
import { assert, describe, it } from "@effect/vitest"
import type { DeviceInfo } from "@hibiki/core/domain/Conversation"
import { DeviceId } from "@hibiki/core/domain/Ids"
import { fireEvent, screen, within } from "@solidjs/testing-library"
import { Redacted } from "effect"
import { DevicesPage } from "../../../src/features/devices/DevicesPage.tsx"
import { devicesWordsEn } from "../../../src/features/devices/devicesWords.en.ts"
import { sessionWordsEn } from "../../../src/features/session/sessionWords.en.ts"
import { settingsWordsEn } from "../../../src/features/settings/settingsWords.en.ts"
import { en } from "../../../src/i18n/en.ts"
import { now, settled, stage } from "../../ui/stage.tsx"

const words = devicesWordsEn
const device = (n: number, name: string, current = false): DeviceInfo => ({
  deviceId: DeviceId.make(`01900005-0000-7000-8000-00000000000${n}`),
  name,
  kind: n === 2 ? "terminal" : "browser",
  createdAt: now - 86_400_000,
  lastUsedAt: now - 300_000,
  current
})
const three = [device(1, "Phone"), device(2, "Laptop"), device(3, "Here", true)]
const rows = () =>
  [...document.querySelectorAll(".device")].map((row) => row.querySelector(".device-name")?.firstChild?.textContent)
const passwordField = () => screen.getByLabelText(words.password, { exact: true })
const confirm = async (password: string) => {
  fireEvent.input(passwordField(), { target: { value: password } })
  fireEvent.submit(document.querySelector("dialog form") ?? assert.fail("no form"))
  await settled()
}

describe("the devices", () => {
  it("are listed, this one first and marked, with when each was used last", async () => {
    stage(DevicesPage, { answers: { "device.list": () => ({ ok: true, value: three }) } })
    await settled()
    assert.deepStrictEqual(rows(), ["Here", "Phone", "Laptop"])
    const [here, phone] = document.querySelectorAll<HTMLElement>(".device")
    assert.include(here?.textContent, words.current)
    assert.include(phone?.textContent, words.lastUsed("5 minutes ago"))
    assert.lengthOf(within(here ?? assert.fail("no row")).queryAllByRole("button"), 0)
  })

  it("say what they are in the server's word where only a newer one knows of such devices", async () => {
    const phone = { ...device(1, "Phone"), kind: "constructor" }
    stage(DevicesPage, { answers: { "device.list": () => ({ ok: true, value: [phone, device(3, "Here", true)] }) } })
    await settled()
    assert.deepStrictEqual(
      [...document.querySelectorAll(".device-about > span")].map(({ textContent }) => textContent),
      [en.presence.kinds.browser, "constructor"]
    )
  })

  it("are asked for again when one came or went, and when the connection is back", async () => {
    let version = 1
    let listed = three
    const shown = stage(DevicesPage, {
      answers: { "device.list": () => ({ ok: true, value: listed }) },
      client: { devicesVersion: () => version }
    })
    await settled()
    const asked = () => shown.calls.length
    const before = asked()
    shown.tell()
    await settled()
    assert.strictEqual(asked(), before)
    listed = three.slice(1)
    version++
    shown.tell()
    await settled()
    assert.deepStrictEqual(rows(), ["Here", "Laptop"])
    listed = three
    shown.setConnection({ _tag: "waiting", until: 0 })
    shown.setConnection({ _tag: "live" })
    await settled()
    assert.lengthOf(rows(), 3)
  })

  it("are ended one by one with the password, which a wrong one does not", async () => {
    let listed = three
    const answers = {
      "device.list": () => ({ ok: true, value: listed }),
      "device.revoke": ({ password }: { readonly password: Redacted.Redacted }) =>
        Redacted.value(password) === "right" ? { ok: true, value: {} } : { ok: false, error: { _tag: "SignInFailed" } }
    }
    const shown = stage(DevicesPage, { answers })
    await settled()
    const opener = screen.getByRole("button", { name: words.signOutNamed("Phone") })
    opener.focus()
    fireEvent.click(opener)
    const dialog = screen.getByRole("dialog", { name: words.askTitle("Phone") })
    const isTold = (text: string) => {
      assert.strictEqual(document.activeElement, passwordField())
      const told = document.getElementById(passwordField().getAttribute("aria-describedby") ?? "")
      assert.strictEqual(told?.textContent, text)
    }
    screen.getByRole("button", { name: words.signOut }).focus()
    await confirm("")
    isTold(sessionWordsEn.missing.password)
    assert.isUndefined(shown.calls.find(([tag]) => tag === "device.revoke"))
    screen.getByRole("button", { name: words.signOut }).focus()
    await confirm("wrong")
    isTold(settingsWordsEn.failed.wrongPassword)
    assert.isTrue(dialog.isConnected)
    listed = three.slice(1)
    await confirm("right")
    assert.isNull(screen.queryByRole("dialog"))
    assert.isFalse(opener.isConnected)
    assert.strictEqual(document.activeElement, screen.getByRole("button", { name: words.signOutNamed("Laptop") }))
    assert.deepStrictEqual(shown.toasts, [words.signedOut("Phone")])
    const [, payload] = shown.calls.findLast(([tag]) => tag === "device.revoke") ?? assert.fail("nothing was ended")
    assert.notInclude(JSON.stringify(payload), "right", "no log could show the password")
  })

  it("counts one that is gone already as ended", async () => {
    const answers = {
      "device.list": () => ({ ok: true, value: three }),
      "device.revoke": () => ({ ok: false, error: { _tag: "NotFound" } })
    }
    const shown = stage(DevicesPage, { answers })
    await settled()
    fireEvent.click(screen.getByRole("button", { name: words.signOutNamed("Phone") }))
    await confirm("right")
    assert.deepStrictEqual(shown.toasts, [words.signedOut("Phone")])
  })

  it("are all ended but this one, and that is not offered when there is no other", async () => {
    let listed: ReadonlyArray<DeviceInfo> = three
    const answers = {
      "device.list": () => ({ ok: true, value: listed }),
      "device.revokeOthers": () => {
        listed = three.slice(2)
        return { ok: true, value: { revoked: [three[0]?.deviceId, three[1]?.deviceId] } }
      }
    }
    const shown = stage(DevicesPage, { answers })
    await settled()
    const opener = screen.getByRole("button", { name: words.signOutOthers })
    opener.focus()
    fireEvent.click(opener)
    await confirm("right")
    await settled()
    assert.deepStrictEqual(shown.toasts, [words.signedOutOthers(2)])
    assert.deepStrictEqual(rows(), ["Here"])
    assert.isNull(screen.queryByRole("button", { name: words.signOutOthers }))
    assert.isNotNull(screen.getByText(words.onlyThis))
    assert.strictEqual(document.activeElement, screen.getByRole("heading", { name: words.title }))
  })

  it("can be asked for again when no answer came", async () => {
    let answer: object = { ok: false, error: { _tag: "Unreachable" } }
    stage(DevicesPage, { answers: { "device.list": () => answer } })
    await settled()
    assert.isNotNull(screen.getByText(words.failedToLoad))
    answer = { ok: true, value: three }
    const again = screen.getByRole("button", { name: en.kit.retry })
    again.focus()
    fireEvent.click(again)
    await settled()
    assert.lengthOf(rows(), 3)
    // The button went by its own press.
    assert.strictEqual(document.activeElement, screen.getByRole("heading", { name: words.title }))
  })
})
