// @vitest-environment jsdom
/** Where conversations begin: people found while one types, rooms made once, channels joined. */
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import type { Person } from "@hibiki/core/domain/Person"
import { cleanup, fireEvent, screen } from "@solidjs/testing-library"
import { blockingWords } from "../../../src/features/blocking/blockingWords.ts"
import { NewPage } from "../../../src/features/conversations/NewPage.tsx"
import { newConversationWordsEn } from "../../../src/features/conversations/newConversationWords.en.ts"
import { pauseMs } from "../../../src/features/conversations/PersonSearch.tsx"
import { en } from "../../../src/i18n/en.ts"
import { conversationId, me, person, settled, stage } from "../../ui/stage.tsx"

const words = { ...newConversationWordsEn, failed: en.conversations.failed }
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }))
afterEach(() => void vi.useRealTimers())

/** Lets the pause pass, and what was asked be answered. */
const pause = async () => {
  await vi.advanceTimersByTimeAsync(pauseMs)
  await vi.advanceTimersByTimeAsync(0)
}
const type = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label, { exact: true, selector: "input" }), { target: { value } })
const tab = (name: string) => fireEvent.click(screen.getByRole("tab", { name }))
/** What waits for nothing but promises, and for modules that are loaded. */
const until = async (what: () => boolean) => {
  vi.useRealTimers()
  for (let turn = 0; turn < 200 && !what(); turn++) await settled()
  assert.isTrue(what())
}

describe("finding a person", () => {
  it("leads who may invite people to that before anybody is looked for, and nobody else", async () => {
    stage(NewPage, { path: "/new" })
    const name = new RegExp(en.conversations.invite)
    assert.isNull(screen.queryByRole("button", { name }))
    cleanup()
    const { history } = stage(NewPage, { path: "/new", admin: true })
    fireEvent.click(screen.getByRole("button", { name }))
    await until(() => history.get() === "/settings#invites")
  })

  it("asks once one pauses, shows the newest question's answer only, and opens the conversation", async () => {
    const waiting = new Map<string, (people: ReadonlyArray<Person>) => void>()
    const answers = {
      "user.find": ({ query }: { query: string }) =>
        new Promise((resolve) => waiting.set(query, (people) => resolve({ ok: true, value: people }))),
      "conversation.openDirect": () => ({ ok: true, value: { conversationId: conversationId(7) } })
    }
    const shown = stage(NewPage, { answers, path: "/new" })
    type(words.person, "b")
    type(words.person, "be")
    assert.strictEqual(waiting.size, 0)
    await pause()
    type(words.person, "ben")
    await pause()
    assert.deepStrictEqual([...waiting.keys()], ["be", "ben"])
    waiting.get("ben")?.([person(2, "Ben")])
    await vi.advanceTimersByTimeAsync(0)
    waiting.get("be")?.([person(3, "Beate")])
    await vi.advanceTimersByTimeAsync(0)
    assert.isNull(screen.queryByText("Beate"))
    fireEvent.click(screen.getByRole("button", { name: /^Ben/ }))
    await vi.advanceTimersByTimeAsync(0)
    assert.deepStrictEqual(shown.calls.at(-1), ["conversation.openDirect", { userId: person(2, "Ben").userId }])
    assert.strictEqual(shown.history.get(), `/c/${conversationId(7)}`)
  })

  it("says when nobody was found, when no answer came, and asks again", async () => {
    let answer: object = { ok: true, value: [] }
    stage(NewPage, { answers: { "user.find": () => answer } })
    type(words.person, "x")
    await pause()
    assert.isNotNull(screen.getByText(words.personNone))
    answer = { ok: false, error: { _tag: "Unreachable" } }
    type(words.person, "xy")
    await pause()
    assert.isNotNull(screen.getByText(words.failed.unreachable))
    answer = { ok: true, value: [person(2, "Xy")] }
    const again = screen.getByRole("button", { name: en.kit.retry })
    again.focus()
    fireEvent.click(again)
    await pause()
    assert.isNotNull(screen.getByText("Xy"))
    // The button went by its own press.
    assert.strictEqual(document.activeElement, screen.getByLabelText(words.person, { selector: "input" }))
  })

  it("opens one's own notes", async () => {
    const answers = { "conversation.openDirect": () => ({ ok: true, value: { conversationId: conversationId(8) } }) }
    const shown = stage(NewPage, { answers })
    fireEvent.click(screen.getByRole("button", { name: new RegExp(words.notesAct) }))
    await vi.advanceTimersByTimeAsync(0)
    assert.deepStrictEqual(shown.calls, [["conversation.openDirect", { userId: me.userId }]])
  })
})

describe("somebody whom one blocks", () => {
  /** Ben is found and chosen, whom the server has as blocked until he is let go. */
  const choose = async (canOpen = true) => {
    let isBlocked = true
    const answers = {
      "user.find": () => ({ ok: true, value: [person(2, "Ben")] }),
      "user.block": ({ on }: { readonly on: boolean }) => {
        isBlocked = on
        return { ok: true, value: {} }
      },
      "conversation.openDirect": () => {
        if (isBlocked) return { ok: false, error: { _tag: "Refused", code: "forbidden" } }
        return canOpen
          ? { ok: true, value: { conversationId: conversationId(7) } }
          : { ok: false, error: { _tag: "Unreachable" } }
      }
    }
    const shown = stage(NewPage, { answers, path: "/new" })
    type(words.person, "b")
    await pause()
    fireEvent.click(screen.getByRole("button", { name: /^Ben/ }))
    await vi.advanceTimersByTimeAsync(0)
    return shown
  }
  const unblock = async () => {
    const button = screen.getByRole("button", { name: blockingWords.en.unblock })
    button.focus()
    fireEvent.click(button)
    await vi.advanceTimersByTimeAsync(0)
  }

  it("is named as that, with the way to let him go, which leads to the conversation", async () => {
    const shown = await choose()
    const [said] = screen.getAllByRole("alert")
    assert.include(said?.textContent, "Ben")
    assert.include(said?.textContent, "You blocked")
    assert.isNull(screen.queryByText(words.failed.refused))
    await unblock()
    assert.deepStrictEqual(shown.calls.slice(-2), [
      ["user.block", { userId: person(2, "Ben").userId, on: false }],
      ["conversation.openDirect", { userId: person(2, "Ben").userId }]
    ])
    assert.strictEqual(shown.history.get(), `/c/${conversationId(7)}`)
  })

  it("is let go though the conversation is not opened then: why is said, and one looks for people again", async () => {
    await choose(false)
    await unblock()
    assert.isNotNull(screen.getByText(words.failed.unreachable))
    assert.isNull(screen.queryByRole("button", { name: blockingWords.en.unblock }))
    assert.strictEqual(document.activeElement, screen.getByLabelText(words.person, { selector: "input" }))
  })
})

describe("a new room with somebody who is not there for one", () => {
  it("is not made, and it is said that somebody can’t be added", async () => {
    stage(NewPage, {
      answers: { "conversation.create": () => ({ ok: false, error: { _tag: "Refused", code: "not_found" } }) }
    })
    tab(words.tabs.room)
    type(words.name, "Tea")
    fireEvent.click(screen.getByRole("button", { name: words.create }))
    await until(() => screen.queryByText(words.memberAway) !== null)
  })
})

describe("a new room", () => {
  it("needs a name, takes members, and is made under one id however often it is tried", async () => {
    const payloads: Array<{ id: string; kind: string; title: string; members: ReadonlyArray<string> }> = []
    const answers = {
      "user.find": () => ({ ok: true, value: [me, person(2, "Ben"), person(3, "Chi")] }),
      "conversation.create": (payload: (typeof payloads)[number]) => {
        payloads.push(payload)
        return payloads.length === 1
          ? { ok: false, error: { _tag: "Unreachable" } }
          : { ok: true, value: { conversationId: payload.id, seq: 1 } }
      }
    }
    const shown = stage(NewPage, { answers })
    tab(words.tabs.room)
    fireEvent.click(screen.getByRole("radio", { name: new RegExp(words.channel) }))
    fireEvent.click(screen.getByRole("button", { name: words.create }))
    await vi.advanceTimersByTimeAsync(0)
    assert.isNotNull(screen.getByText(words.missingName))
    type(words.members, "x")
    await pause()
    assert.isNull(screen.queryByRole("button", { name: /Aki/ }), "oneself is a member anyway")
    fireEvent.click(screen.getByRole("button", { name: /^Ben/ }))
    assert.strictEqual(document.activeElement, screen.getByLabelText(words.members, { selector: "input" }))
    // Enter, a phone's search key, takes the first who was found, and makes no room of it.
    const members = screen.getByLabelText(words.members, { selector: "input" })
    type(words.members, "y")
    assert.isFalse(fireEvent.keyDown(members, { key: "Enter" }), "not before there is an answer to what is typed")
    await pause()
    assert.isTrue(fireEvent.keyDown(members, { key: "Enter", isComposing: true }))
    assert.isFalse(fireEvent.keyDown(members, { key: "Enter" }))
    assert.isNotNull(screen.getByRole("button", { name: /Chi.*Remove/ }))
    fireEvent.click(screen.getByRole("button", { name: /Ben.*Remove/ }))
    type(words.name, " Tea ")
    fireEvent.click(screen.getByRole("button", { name: words.create }))
    await until(() => payloads.length === 1)
    await until(() => screen.queryByText(words.failed.unreachable) !== null)
    fireEvent.click(screen.getByRole("button", { name: words.create }))
    await until(() => payloads.length === 2)
    assert.deepStrictEqual(payloads[0], payloads[1])
    assert.deepInclude(payloads[0], { kind: "channel", title: "Tea", members: [person(3, "Chi").userId] })
    await until(() => shown.history.get() === `/c/${payloads[1]?.id}`)
  })
})

describe("the name of a new room", () => {
  it("is one line, without the tab between two cells of a table that it was pasted from", async () => {
    const titles: Array<string> = []
    const answers = {
      "conversation.create": ({ id, title }: { readonly id: string; readonly title: string }) => {
        titles.push(title)
        return { ok: true, value: { conversationId: id, seq: 1 } }
      }
    }
    stage(NewPage, { answers })
    tab(words.tabs.room)
    type(words.name, "\t\u0085")
    fireEvent.click(screen.getByRole("button", { name: words.create }))
    await vi.advanceTimersByTimeAsync(0)
    assert.isNotNull(screen.getByText(words.missingName))
    type(words.name, "営業\t部\t")
    fireEvent.click(screen.getByRole("button", { name: words.create }))
    await until(() => titles.length > 0)
    assert.deepStrictEqual(titles, ["営業 部"])
  })
})

describe("what is written of a new room", () => {
  it("is still there after a look at another tab, and so is the id of a try that did not get through", async () => {
    const payloads: Array<{ readonly id: string; readonly title: string; readonly members: ReadonlyArray<string> }> = []
    const answers = {
      "user.find": () => ({ ok: true, value: [person(2, "Ben")] }),
      "conversation.channels": () => ({ ok: true, value: [] }),
      "conversation.create": (payload: (typeof payloads)[number]) => {
        payloads.push(payload)
        return { ok: false, error: { _tag: "Unreachable" } }
      }
    }
    stage(NewPage, { answers })
    tab(words.tabs.room)
    fireEvent.click(screen.getByRole("radio", { name: new RegExp(words.channel) }))
    type(words.name, "Tea")
    type(words.members, "b")
    await pause()
    fireEvent.click(screen.getByRole("button", { name: /^Ben/ }))
    fireEvent.click(screen.getByRole("button", { name: words.create }))
    await until(() => payloads.length === 1)
    await until(() => screen.queryByText(words.failed.unreachable) !== null)
    fireEvent.keyDown(screen.getByRole("tab", { name: words.tabs.room }), { key: "ArrowRight" })
    assert.isNull(screen.queryByLabelText(words.name, { exact: true, selector: "input" }))
    fireEvent.keyDown(screen.getByRole("tab", { name: words.tabs.channels }), { key: "ArrowLeft" })
    assert.strictEqual(
      screen.getByLabelText<HTMLInputElement>(words.name, { exact: true, selector: "input" }).value,
      "Tea"
    )
    assert.isTrue(screen.getByRole<HTMLInputElement>("radio", { name: new RegExp(words.channel) }).checked)
    assert.isNotNull(screen.getByRole("button", { name: /Ben.*Remove/ }))
    fireEvent.click(screen.getByRole("button", { name: words.create }))
    await until(() => payloads.length === 2)
    assert.deepStrictEqual(payloads[0], payloads[1])
    assert.deepInclude(payloads[1], { title: "Tea", members: [person(2, "Ben").userId] })
  })
})

describe("who is chosen for a new room", () => {
  it("is let go of by a press, which leads to the next one, and from the last to the search", async () => {
    stage(NewPage, { answers: { "user.find": () => ({ ok: true, value: [person(2, "Ben"), person(3, "Chi")] }) } })
    tab(words.tabs.room)
    for (const name of [/^Ben/, /^Chi/]) {
      type(words.members, "x")
      await pause()
      fireEvent.click(screen.getByRole("button", { name }))
    }
    const chip = (name: RegExp) => screen.getByRole("button", { name })
    chip(/Ben.*Remove/).focus()
    fireEvent.click(chip(/Ben.*Remove/))
    assert.strictEqual(document.activeElement, chip(/Chi.*Remove/))
    fireEvent.click(chip(/Chi.*Remove/))
    assert.strictEqual(document.activeElement, screen.getByLabelText(words.members, { selector: "input" }))
  })
})

describe("how many were found", () => {
  it("is spoken as it is shown, once; that all are in already is said, too", async () => {
    let people = [me]
    const said: Array<string> = []
    const announcer = { say: (text: string) => void said.push(text), alert: () => {} }
    stage(NewPage, { answers: { "user.find": () => ({ ok: true, value: people }) }, app: { announcer } })
    tab(words.tabs.room)
    type(words.members, "a")
    await pause()
    assert.isNotNull(screen.getByText(words.personAlready))
    people = [me, person(2, "Ben"), person(3, "Chi")]
    type(words.members, "b")
    await pause()
    fireEvent.click(screen.getByRole("button", { name: /^Ben/ }))
    await pause()
    assert.deepStrictEqual(said, [words.personAlready, words.found(2)])
  })
})

describe("channels", () => {
  it("are all shown at first; one is joined, one that is joined already is opened", async () => {
    const channels = [
      { conversationId: conversationId(1), title: "News", members: 3, joined: false },
      { conversationId: conversationId(2), title: "Tea", members: 1, joined: true }
    ]
    const answers = {
      "conversation.channels": () => ({ ok: true, value: channels }),
      "conversation.join": () => ({ ok: false, error: { _tag: "Refused", code: "no_change" } })
    }
    const shown = stage(NewPage, { answers })
    tab(words.tabs.channels)
    await pause()
    assert.deepStrictEqual(shown.calls[0], ["conversation.channels", { prefix: "", limit: 50 }])
    fireEvent.click(screen.getByRole("button", { name: words.openNamed("Tea") }))
    await vi.advanceTimersByTimeAsync(0)
    assert.strictEqual(shown.history.get(), `/c/${conversationId(2)}`)
    fireEvent.click(screen.getByRole("button", { name: words.joinNamed("News") }))
    await until(() => shown.history.get() === `/c/${conversationId(1)}`)
  })
})
