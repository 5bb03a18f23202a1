// @vitest-environment jsdom
/** Accounts as an administrator sees them, and what follows from each act. */
import { assert, describe, it } from "@effect/vitest"
import { fireEvent, screen, within } from "@solidjs/testing-library"
import { adminWordsEn } from "../../../src/features/operate/adminWords.en.ts"
import { adminWordsJa } from "../../../src/features/operate/adminWords.ja.ts"
import { PeopleScreen } from "../../../src/features/operate/PeopleScreen.tsx"
import { type Answers, now, settled, stage, userId } from "../../ui/stage.tsx"
import { adminPerson, ok, refused } from "./adminRows.ts"

const words = adminWordsEn.people
const ben = adminPerson(2, "Ben", { devices: 2 })
const device = (name: string, deviceId: string) => ({
  deviceId,
  name,
  kind: "browser",
  createdAt: now,
  lastUsedAt: now
})

const open = async (answers: Answers = {}, language: "en" | "ja" = "en") => {
  const shown = stage(PeopleScreen, {
    admin: true,
    language,
    answers: {
      "admin.people": () => ok({ people: [adminPerson(1, "Aki", { admin: true }), ben], more: false }),
      "invite.list": () => ok({ invites: [], more: false }),
      ...answers
    }
  })
  await settled()
  const callsOf = (tag: string) => shown.calls.filter(([called]) => called === tag).map(([, payload]) => payload)
  return { ...shown, callsOf }
}

const rows = () => [...document.querySelectorAll(".operate-list > section:first-of-type tbody tr")]
const cells = (row: Element | undefined) => [...(row?.children ?? [])].map(({ textContent }) => textContent)
const press = async (name: string, inside: HTMLElement = document.body) => {
  const button = within(inside).getByRole("button", { name })
  button.focus()
  fireEvent.click(button)
  await settled()
  return button
}
const dialog = (title: string) => screen.getByRole("dialog", { name: title })
const openBen = async () => {
  await press(words.open("Ben"))
  return dialog("Ben")
}

describe("people", () => {
  it("are listed with what they are, in words, and more of them by a button", async () => {
    const { callsOf } = await open({
      "admin.people": ({ after }: { readonly after?: string }) =>
        after === undefined
          ? ok({ people: [adminPerson(1, "Aki", { admin: true }), ben], more: true })
          : ok({ people: [adminPerson(3, "Robo", { bot: true, disabled: true, devices: 0 })], more: false })
    })
    assert.deepStrictEqual(rows().map(cells), [
      ["Aki@user1", words.roles.admin, words.enabled, "1", "yesterday"],
      ["Ben@user2", words.roles.person, words.enabled, "2", "yesterday"]
    ])
    await press(adminWordsEn.more)
    assert.deepStrictEqual(cells(rows()[2]).slice(0, 4), ["Robo@user3", words.roles.bot, words.disabled, "0"])
    assert.deepStrictEqual(callsOf("admin.people"), [
      { prefix: "", limit: 50 },
      { prefix: "", limit: 50, after: "user2" }
    ])
    assert.isNull(screen.queryByRole("button", { name: adminWordsEn.more }))
  })

  it("are found by a beginning; an answer to an earlier beginning changes nothing", async () => {
    const late: Array<(answer: unknown) => void> = []
    await open({
      "admin.people": ({ prefix }: { readonly prefix: string }) =>
        prefix === "b"
          ? new Promise((resolve) => late.push(resolve))
          : ok({ people: [adminPerson(4, prefix)], more: false })
    })
    const search = screen.getByLabelText(words.search)
    fireEvent.change(search, { target: { value: "b" } })
    await settled()
    fireEvent.change(search, { target: { value: "be" } })
    await settled()
    late[0]?.(ok({ people: [ben, ben, ben], more: false }))
    await settled()
    assert.deepStrictEqual(
      rows().map((row) => cells(row)[0]),
      ["be@user4"]
    )
  })

  it("say why they can't be shown, and are loaded again by a button", async () => {
    let fails = true
    await open({
      "admin.people": () => (fails ? refused({ _tag: "Unavailable" }) : ok({ people: [ben], more: false }))
    })
    assert.strictEqual(screen.getAllByRole("alert")[0]?.textContent, adminWordsEn.failed.unreachable)
    fails = false
    await press(adminWordsEn.reload)
    assert.lengthOf(rows(), 1)
  })

  it("are disabled only after a question that says what follows, and enabled again at once", async () => {
    const { calls, callsOf, toasts } = await open({
      "admin.disable": () => ok({ devices: 2, invites: 1 }),
      "admin.enable": () => ok({})
    })
    const details = await openBen()
    await press(words.disable, details)
    assert.deepStrictEqual(callsOf("admin.disable"), [])
    const question = dialog(words.disableTitle("Ben"))
    within(question).getByText(words.disableText("Ben"))
    await press(words.disable, question)
    assert.deepStrictEqual(callsOf("admin.disable"), [{ userId: userId(2) }])
    assert.deepStrictEqual(toasts, ["Ben’s account is disabled: 2 devices signed out, 1 invite link ended."])
    assert.deepStrictEqual(cells(rows()[1]).slice(2, 4), [words.disabled, "0"])
    assert.isNull(screen.queryByRole("dialog", { name: words.disableTitle("Ben") }))
    const enable = within(details).getByRole("button", { name: words.enable })
    assert.strictEqual(document.activeElement, enable, "the focus is where it was")
    await press(words.enable, details)
    assert.strictEqual(calls.at(-1)?.[0], "admin.enable")
    assert.strictEqual(cells(rows()[1])[2], words.enabled)
  })

  it("keep the last administrator, and say so where the question is", async () => {
    await open({ "admin.demote": () => refused({ _tag: "Refused", code: "last_admin" }) })
    await press(words.open("Aki"))
    await press(words.demote, dialog("Aki"))
    const question = dialog(words.demoteTitle("Aki"))
    await press(words.demote, question)
    assert.strictEqual(within(question).getByRole("alert").textContent, adminWordsEn.failed.refused["last_admin"])
    assert.strictEqual(cells(rows()[0])[1], words.roles.admin)
  })

  it("get a link for a new password that is shown once, with its end", async () => {
    const { callsOf } = await open({ "admin.resetLink": () => ok({ code: "abcDEF-12345", ttlMs: 3_600_000 }) })
    const details = await openBen()
    await press(words.reset, details)
    const link = within(details).getByLabelText(words.resetLink)
    assert.isTrue(link instanceof HTMLInputElement)
    assert.strictEqual(Reflect.get(link, "value"), `${location.origin}/reset#reset=abcDEF-12345`)
    assert.strictEqual(document.activeElement, link)
    assert.match(details.textContent ?? "", /Works once, until \d\d:\d\d\./)
    assert.deepStrictEqual(callsOf("admin.resetLink"), [{ userId: userId(2) }])
  })

  it("offer no link for a new password to bots and disabled accounts", async () => {
    await open({ "admin.people": () => ok({ people: [{ ...ben, disabled: true }], more: false }) })
    assert.isNull(within(await openBen()).queryByRole("button", { name: words.reset }))
  })

  it("have their devices looked at only on demand, and signed out one by one", async () => {
    const { callsOf } = await open({
      "admin.devices": () => ok([device("Phone", "d1"), device("Laptop", "d2")]),
      "admin.signOutDevice": () => ok({})
    })
    const details = await openBen()
    assert.deepStrictEqual(callsOf("admin.devices"), [])
    within(details).getByText(words.lookNote)
    await press(words.showDevices, details)
    await press(words.signOutNamed("Phone"), details)
    await press(words.signOut, dialog(words.signOutTitle("Phone")))
    assert.deepStrictEqual(callsOf("admin.signOutDevice"), [{ userId: userId(2), deviceId: "d1" }])
    const left = within(details).getByRole("table", { name: words.devices }).querySelectorAll("tbody tr")
    assert.deepStrictEqual(
      [...left].map((row) => cells(row)[0]),
      ["Laptopbrowser"]
    )
    assert.strictEqual(cells(rows()[1])[3], "1")
  })

  it("are in the language of the page", async () => {
    await open({}, "ja")
    await press(adminWordsJa.people.open("Ben"))
    within(dialog("Ben")).getByRole("button", { name: adminWordsJa.people.disable })
  })
})
