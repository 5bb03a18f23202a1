// @vitest-environment jsdom
/** What can be changed about a conversation, as a person meets it. */
import { assert, describe, it, onTestFinished, vi } from "@effect/vitest"
import type { ConversationSummary, Member } from "@hibiki/core/domain/Conversation"
import type { UserId } from "@hibiki/core/domain/Ids"
import { fireEvent, screen, waitFor } from "@solidjs/testing-library"
import { createSignal, untrack } from "solid-js"
import { Blocked } from "../../../src/features/blocking/Blocked.tsx"
import { BlockPeer } from "../../../src/features/blocking/Blocking.tsx"
import { blockingWords } from "../../../src/features/blocking/blockingWords.ts"
import { ConversationScreen } from "../../../src/features/chat/ConversationScreen.tsx"
import { noticeWords } from "../../../src/features/chat/composer/noticeWords.ts"
import { PostingNotice } from "../../../src/features/chat/composer/PostingNotice.tsx"
import { leadTo, postingIn, wantedMessage } from "../../../src/features/chat/conversationModel.ts"
import type { Members } from "../../../src/features/chat/createMembers.ts"
import { AddPeople } from "../../../src/features/chat/details/AddPeople.tsx"
import { addWords } from "../../../src/features/chat/details/addWords.ts"
import { BanList } from "../../../src/features/chat/details/BanList.tsx"
import { banWords } from "../../../src/features/chat/details/banWords.ts"
import { FlagSwitch, LeaveDialog, RenameForm } from "../../../src/features/chat/details/DetailsPane.tsx"
import { flagWords } from "../../../src/features/chat/details/flagWords.ts"
import { leaveWords } from "../../../src/features/chat/details/leaveWords.ts"
import { MemberList } from "../../../src/features/chat/details/MemberList.tsx"
import { memberWords } from "../../../src/features/chat/details/memberWords.ts"
import { PinList } from "../../../src/features/chat/details/PinList.tsx"
import { pinWords } from "../../../src/features/chat/details/pinWords.ts"
import { Rules } from "../../../src/features/chat/details/Rules.tsx"
import { renameWords } from "../../../src/features/chat/details/renameWords.ts"
import { ruleWords } from "../../../src/features/chat/details/ruleWords.ts"
import { newConversationWordsEn } from "../../../src/features/conversations/newConversationWords.en.ts"
import { en } from "../../../src/i18n/en.ts"
import { conversationId, newerCode, people, postedRow, userId } from "../../fixtureApp.tsx"
import { settled, show } from "./screen.tsx"

const words = en.chat.details

const nobody: Members = { list: () => [], more: () => false, failed: () => false, loadMore: () => {}, retry: () => {} }

describe("the members", () => {
  const members = (...from: ReadonlyArray<number>): ReadonlyArray<Member> =>
    people.slice(...from).map((person) => ({ ...person, role: person.handle === "aki" ? "owner" : "member" }))
  const showMembers = (...from: ReadonlyArray<number>) => {
    const [list, setList] = createSignal(members(...from))
    const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => (
      <MemberList members={{ ...nobody, list }} />
    ))
    return Object.assign(setList, { fixture })
  }
  const names = () => [...document.querySelectorAll(".member-name bdi")].map(({ textContent }) => textContent)
  const menuOf = (name: string) => screen.getByRole("button", { name: words.manage(name) })
  const openMenu = (name: string) => {
    menuOf(name).focus()
    fireEvent.click(menuOf(name))
    return screen.getByRole("menuitem", { name: words.remove(name), hidden: true })
  }

  it("stay where they are while the focus is among them, and it stays with them", () => {
    const setList = showMembers(2)
    const menu = menuOf("田中 千恵")
    menu.focus()
    setList(members(0))
    assert.strictEqual(document.activeElement, menu)
    assert.deepStrictEqual(names(), ["田中 千恵", "Dan", "佐藤 あき", "Ben Kim"])
    menu.blur()
    assert.deepStrictEqual(names(), ["佐藤 あき", "Ben Kim", "田中 千恵", "Dan"])
  })

  it("of a large group are found by name or handle, whatever the kana and width, and the list comes back", async () => {
    const many: ReadonlyArray<Member> = [
      ...members(0),
      ...Array.from({ length: 30 }, (_, n) => ({
        userId: userId(100 + n),
        handle: `guest${n}`,
        displayName: `Guest ${n}`,
        role: "member" as const
      })),
      { userId: userId(200), handle: "mika", displayName: "ミカ", role: "member" }
    ]
    const { fixture } = show({ kind: "group", language: "en", rows: [], summary: { members: many.length } }, () => (
      <MemberList members={{ ...nobody, list: () => many }} />
    ))
    const field = screen.getByRole("searchbox", { name: memberWords.en.find })
    const type = (value: string) => fireEvent.input(field, { target: { value } })
    type("みか")
    assert.deepStrictEqual(names(), ["ミカ"])
    type("＠ＧＵＥＳＴ２9")
    assert.deepStrictEqual(names(), ["Guest 29"])
    type("nobody at all")
    assert.deepStrictEqual(names(), [])
    screen.getByText(memberWords.en.nobody("nobody at all"))
    await waitFor(() => assert.deepStrictEqual(fixture.told.said, [memberWords.en.nobody("nobody at all")]))
    fireEvent.keyDown(field, { key: "Escape" })
    assert.lengthOf(names(), many.length)
  })

  it("have the role that they have, and nobody may do anything to them but block them, where only a newer server knows of a role", () => {
    const role = newerCode as Member["role"]
    const list = () => members(0).map((member) => (member.handle === "dan" ? { ...member, role } : member))
    show({ kind: "group", language: "en", rows: [], summary: { role } }, () => (
      <MemberList members={{ ...nobody, list }} />
    ))
    const roles = [...document.querySelectorAll(".member-role")].map(({ textContent }) => textContent)
    assert.deepStrictEqual(roles, [words.role.owner, newerCode])
    const menus = screen.getAllByRole("button")
    for (const menu of menus) fireEvent.click(menu)
    const acts = screen.getAllByRole("menuitem", { hidden: true }).map(({ textContent }) => textContent)
    assert.deepStrictEqual(acts, Array(menus.length).fill(blockingWords.en.block))
  })

  it("keep an open menu, which says whom it is about", () => {
    const setList = showMembers(0)
    const item = openMenu("Ben Kim")
    item.focus()
    setList(members(0))
    assert.strictEqual(document.activeElement, item)
  })

  it("have the focus when the last of them came, at the first of those that came", async () => {
    const [list, setList] = createSignal<ReadonlyArray<Member>>(members(0, 2))
    const [more, setMore] = createSignal(true)
    show({ kind: "group", language: "en", rows: [] }, () => <MemberList members={{ ...nobody, list, more }} />)
    const button = screen.getByRole("button", { name: memberWords.en.more })
    button.focus()
    fireEvent.click(button)
    assert.strictEqual(document.activeElement, button)
    setMore(false)
    setList(members(0))
    await settled()
    assert.strictEqual(document.activeElement, menuOf("田中 千恵"))
  })

  it("have the focus when they come after all, which takes the button for it away", async () => {
    const [list, setList] = createSignal<ReadonlyArray<Member>>()
    const [failed, setFailed] = createSignal(true)
    show({ kind: "group", language: "en", rows: [], summary: { role: "member" } }, () => (
      <MemberList members={{ ...nobody, list, failed }} />
    ))
    const button = screen.getByRole("button", { name: memberWords.en.retry })
    button.focus()
    fireEvent.click(button)
    setFailed(false)
    setList(members(0))
    await settled()
    // Nothing can be done with them by who may not: the row itself has it.
    assert.strictEqual(document.activeElement, document.querySelector("[data-user]"))
  })

  const askToRemove = (name: string) => {
    fireEvent.click(openMenu(name))
    return screen.getByRole("dialog", { name: memberWords.en.removing.title(name) })
  }
  const remove = () => fireEvent.click(screen.getByRole("button", { name: memberWords.en.removing.act }))

  it("are removed once that was asked, and stay, with the focus at them, where the answer is no", async () => {
    const { fixture } = showMembers(0)
    assert.include(askToRemove("Ben Kim").textContent, memberWords.en.removing.text.group)
    await settled()
    assert.deepStrictEqual(fixture.asked, [])
    fireEvent.click(screen.getByRole("button", { name: en.chat.act.cancel }))
    assert.isNull(screen.queryByRole("dialog"))
    assert.strictEqual(document.activeElement, menuOf("Ben Kim"))
    askToRemove("Ben Kim")
    remove()
    await waitFor(() => assert.deepStrictEqual(fixture.asked, [["call", "conversation.remove"]]))
  })

  it("say in the question why one of them was not removed", async () => {
    const { fixture } = showMembers(0)
    Object.assign(fixture.app.chat() ?? {}, { call: async () => ({ ok: false, error: { _tag: "Unreachable" } }) })
    const question = askToRemove("Ben Kim")
    remove()
    await waitFor(() => assert.include(question.textContent, en.conversations.failed.unreachable))
  })

  it("have the focus when the one in question went meanwhile", async () => {
    const setList = showMembers(0)
    askToRemove("Ben Kim")
    setList(members(0).filter(({ handle }) => handle !== "ben"))
    document.body.append(
      Object.assign(document.createElement("div"), { className: "details", innerHTML: "<h2 tabindex=-1></h2>" })
    )
    remove()
    await waitFor(() => assert.isNull(screen.queryByRole("dialog")))
    assert.strictEqual(document.activeElement?.localName, "h2")
    document.querySelector("body > .details")?.remove()
  })

  it("have the focus when one of them is removed", async () => {
    const setList = showMembers(0)
    askToRemove("Ben Kim")
    remove()
    const next = menuOf("田中 千恵")
    await waitFor(() => assert.strictEqual(document.activeElement, next))
    setList(members(0).filter(({ handle }) => handle !== "ben"))
    assert.strictEqual(document.activeElement, next)
  })
})

describe("bans", () => {
  it("are made from the menu of a member once that was asked", async () => {
    const list = () => people.map((person) => ({ ...person, role: "member" as const }))
    const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => (
      <MemberList members={{ ...nobody, list }} />
    ))
    fireEvent.click(screen.getByRole("button", { name: words.manage("Ben Kim") }))
    fireEvent.click(screen.getByRole("menuitem", { name: memberWords.en.ban("Ben Kim"), hidden: true }))
    const question = screen.getByRole("dialog", { name: memberWords.en.banning.title("Ben Kim") })
    assert.include(question.textContent, memberWords.en.banning.text)
    fireEvent.click(screen.getByRole("button", { name: memberWords.en.banning.act }))
    await waitFor(() => assert.deepStrictEqual(fixture.asked, [["call", "conversation.ban"]]))
  })

  it("are listed with who made them, and one that is lifted disappears", async () => {
    const [aki, ben, chie] = people
    const bans = [ben, chie].map((person) => ({ ...person, by: aki?.userId, at: 1 }))
    const { fixture } = show(
      {
        kind: "group",
        language: "ja",
        rows: [],
        answer: (tag) => (tag === "conversation.bans" ? { ok: true, value: bans } : undefined)
      },
      () => <BanList />
    )
    const listed = () => [...document.querySelectorAll("[data-banned]")].map(({ textContent }) => textContent ?? "")
    await waitFor(() => assert.lengthOf(listed(), 2))
    assert.include(listed()[0], banWords.ja.by(aki?.displayName ?? ""))
    fireEvent.click(screen.getByRole("button", { name: banWords.ja.unbanOf("Ben Kim") }))
    await waitFor(() => assert.lengthOf(listed(), 1))
    assert.include(listed()[0], chie?.displayName)
    assert.deepInclude(fixture.asked, ["call", "conversation.unban"])
  })
})

describe("the rules", () => {
  it("are shown as they are, and a change sends all of them", async () => {
    const rules = { post: "admins", add: "all", slowSeconds: 30 } as const
    const sent: Array<unknown> = []
    const { fixture } = show({ kind: "group", language: "en", rows: [], summary: { rules } }, () => <Rules />)
    Object.assign(fixture.app.chat() ?? {}, {
      call: async (tag: string, { id: _, ...payload }: { readonly id: string }) => {
        sent.push([tag, payload])
        return { ok: true, value: {} }
      }
    })
    const announce = screen.getByRole("switch", { name: ruleWords.en.announce.label })
    assert.strictEqual(announce.getAttribute("aria-checked"), "true")
    fireEvent.click(announce)
    await waitFor(() =>
      assert.deepStrictEqual(sent, [["conversation.setRules", { conversationId, ...rules, post: "all" }]])
    )
  })

  it("that only a newer server knows are not offered, and an administrator's closing is not undone here", () => {
    const rules = { post: "all", add: "all", slowSeconds: 7 } as const
    show({ kind: "group", language: "en", rows: [], summary: { rules, role: "owner", closed: "operator" } }, () => (
      <Rules />
    ))
    assert.lengthOf(screen.queryAllByRole("switch"), 0)
    screen.getByText(ruleWords.en.closedByOperator)
    assert.isNull(screen.queryByRole("button", { name: ruleWords.en.reopen }))
  })

  it("say at the composer why a member can't post", () => {
    const rules = { post: "admins", add: "all", slowSeconds: 0 } as const
    assert.strictEqual(postingIn(undefined), "free")
    const line = (change: Partial<ConversationSummary>) => ({ rules, role: "member", ...change }) as ConversationSummary
    assert.strictEqual(postingIn(line({})), "kept")
    assert.strictEqual(postingIn(line({ role: "admin" })), "free")
    assert.strictEqual(postingIn(line({ role: "owner", closed: "owners" })), "kept")
    assert.strictEqual(postingIn(line({ rules: { ...rules, post: "all", slowSeconds: 5 } })), "slow")
    show({ kind: "channel", language: "en", rows: [], summary: { rules, role: "member" } }, () => <PostingNotice />)
    screen.getByText(noticeWords.en.announce)
  })
})

describe("adding people", () => {
  it("names those who are chosen by what pressing them does, and speaks once how many were found", async () => {
    const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => (
      <AddPeople open onClose={() => {}} members={nobody} />
    ))
    const box = screen.getByRole<HTMLInputElement>("searchbox")
    const found = (handle: RegExp) => screen.findByRole("button", { name: handle })
    fireEvent.input(box, { target: { value: "a" } })
    const ben = await found(/@ben/)
    ben.focus()
    fireEvent.click(ben)
    // The next name is typed at once, and no second Enter takes somebody who was not meant.
    assert.deepStrictEqual([box.value, document.activeElement], ["", box])
    fireEvent.input(box, { target: { value: "an" } })
    await found(/@dan/)
    assert.isNull(screen.queryByRole("button", { name: /@ben/ }))
    fireEvent.click(screen.getByRole("button", { name: words.remove("Ben Kim") }))
    assert.isNotNull(screen.queryByRole("button", { name: /@ben/ }))
    assert.deepStrictEqual(fixture.told.said, [newConversationWordsEn.found(4), newConversationWordsEn.found(3)])
  })
})

describe("who is chosen to be added", () => {
  it("is let go of by a press, which leads to the next one, and from the last to the search", async () => {
    show({ kind: "group", language: "en", rows: [] }, () => <AddPeople open onClose={() => {}} members={nobody} />)
    const box = screen.getByRole<HTMLInputElement>("searchbox")
    for (const handle of [/@ben/, /@dan/]) {
      fireEvent.input(box, { target: { value: "a" } })
      fireEvent.click(await screen.findByRole("button", { name: handle }))
    }
    const chip = (name: string) => screen.getByRole("button", { name: words.remove(name) })
    chip("Ben Kim").focus()
    fireEvent.click(chip("Ben Kim"))
    assert.strictEqual(document.activeElement, chip("Dan"))
    fireEvent.click(chip("Dan"))
    assert.strictEqual(document.activeElement, box)
  })
})

describe("a new name", () => {
  it("is said once it is saved, and leaves the focus in its field", async () => {
    const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => <RenameForm />)
    const field = screen.getByRole("textbox", { name: renameWords.en.label })
    fireEvent.input(field, { target: { value: "Autumn" } })
    screen.getByRole("button", { name: renameWords.en.save }).focus()
    fireEvent.submit(field.closest("form") ?? assert.fail("no form"))
    fixture.setSummary((line) => ({ ...line, title: "Autumn" }))
    assert.isNull(screen.queryByRole("button", { name: renameWords.en.save }))
    await waitFor(() => assert.strictEqual(document.activeElement, field))
    assert.deepStrictEqual(fixture.told.said, ["佐藤 あき changed the name to “Autumn”"])
  })
})

describe("a new name that was pasted from a table", () => {
  it("is one line, without the tab between two cells", async () => {
    const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => <RenameForm />)
    const titles: Array<string> = []
    const call = async (_: string, { title }: { readonly title: string }) => {
      titles.push(title)
      fixture.setSummary((line) => ({ ...line, title }))
      return { ok: true, value: {} }
    }
    Object.assign(fixture.app.chat() ?? {}, { call })
    const field = screen.getByRole<HTMLInputElement>("textbox", { name: renameWords.en.label })
    const form = field.closest("form") ?? assert.fail("no form")
    fireEvent.input(field, { target: { value: "\t\u0085" } })
    fireEvent.submit(form)
    fireEvent.input(field, { target: { value: "営業\t部\t" } })
    fireEvent.submit(form)
    await waitFor(() => assert.deepStrictEqual(fixture.told.said, ["佐藤 あき changed the name to “営業 部”"]))
    assert.deepStrictEqual(titles, ["営業 部"])
    assert.strictEqual(field.value, "営業 部")
    assert.isNull(screen.queryByRole("button", { name: renameWords.en.save }))
  })

  it("is not asked to be saved where the name was so before", () => {
    show({ kind: "group", language: "en", rows: [], summary: { title: "営業\t部" } }, () => <RenameForm />)
    assert.isNull(screen.queryByRole("button", { name: renameWords.en.save }))
  })
})

describe("somebody else's new name", () => {
  const shown = () => {
    const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => <RenameForm />)
    return {
      field: screen.getByRole<HTMLInputElement>("textbox", { name: renameWords.en.label }),
      rename: (title: string) => fixture.setSummary((line) => ({ ...line, title }))
    }
  }

  it("leaves what is typed, which can still be saved", () => {
    const { field, rename } = shown()
    fireEvent.input(field, { target: { value: "Autumn in the" } })
    rename("Winter")
    assert.strictEqual(field.value, "Autumn in the")
    assert.isNotNull(screen.queryByRole("button", { name: renameWords.en.save }))
  })

  it("shows where nothing is typed, also after one's own was saved", () => {
    const { field, rename } = shown()
    rename("Winter")
    assert.strictEqual(field.value, "Winter")
    fireEvent.input(field, { target: { value: " Autumn " } })
    rename("Autumn")
    rename("Spring")
    assert.strictEqual(field.value, "Spring")
    assert.isNull(screen.queryByRole("button", { name: renameWords.en.save }))
  })
})

describe("a change that was not done", () => {
  const refusals: ReadonlyArray<readonly [error: object, told: string]> = [
    [{ _tag: "Unreachable" }, en.conversations.failed.unreachable],
    [{ _tag: "RateLimited", retryAfterMs: 1_000 }, en.conversations.failed.rateLimited],
    [{ _tag: "NotFound" }, en.conversations.failed.gone],
    [{ _tag: "Refused", code: "forbidden" }, `${en.chat.problem.forbidden}.`],
    [{ _tag: "Refused", code: newerCode }, `${en.chat.problem.not_possible}.`]
  ]
  for (const [error, told] of refusals)
    it(`says why: ${told}`, async () => {
      const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => <FlagSwitch of="mute" />)
      Object.assign(fixture.app.chat() ?? {}, { call: () => Promise.resolve({ ok: false, error }) })
      fireEvent.click(screen.getByRole("switch", { name: flagWords.en.mute.label }))
      assert.strictEqual((await screen.findByRole("alert")).textContent, told)
    })
})

describe("the pinned messages", () => {
  const pinned = (seq: number, text: string, by = userId(2)) => postedRow(seq, by, text, 0, { pinned: true })
  /** With two of three on the first page, and calls that are answered one after the other. */
  const open = (pages: ReadonlyArray<object | undefined>) => {
    const shown = show({ kind: "group", language: "en", rows: [pinned(7, "third")] }, () => <PinList />)
    const asked: Array<unknown> = []
    const call = (_: string, { before, pinned: only }: { readonly before?: number; readonly pinned?: true }) => {
      const value = pages[asked.push([only, before]) - 1]
      return Promise.resolve(value === undefined ? { ok: false, error: { _tag: "Unreachable" } } : { ok: true, value })
    }
    Object.assign(shown.fixture.app.chat() ?? {}, { call })
    return { ...shown, asked }
  }
  const listed = () => [...document.querySelectorAll(".pin-text")].map(({ textContent }) => textContent)
  const page = (moreBefore: boolean, ...rows: ReadonlyArray<object>) => ({
    rows,
    asOf: 9,
    moreBefore,
    moreAfter: false
  })

  it("are all there, the newest first, without what one blocks, and lead to their places", async () => {
    onTestFinished(() => void leadTo(undefined))
    const { asked, fixture } = open([
      page(true, pinned(5, "**second**", userId(3)), pinned(7, "third")),
      page(false, pinned(2, "first"))
    ])
    fixture.setBlocked(new Set([userId(3)]))
    await waitFor(() => assert.deepStrictEqual(listed(), ["third", blockingWords.en.message, "first"]))
    assert.deepStrictEqual(asked, [
      [true, undefined],
      [true, 5]
    ])
    fixture.setBlocked(new Set<UserId>())
    assert.deepStrictEqual(listed(), ["third", "second", "first"])
    fireEvent.click(screen.getByText("first"))
    assert.deepStrictEqual(untrack(wantedMessage), { conversationId, seq: 2 })
  })

  it("are read again when a pin comes, and say so where there is none or they can't be read", async () => {
    const { asked, fixture } = open([page(false), undefined, page(false, pinned(7, "third"))])
    await screen.findByText(pinWords.en.none)
    fixture.prepend([pinned(6, "another")])
    await screen.findByText(pinWords.en.unavailable)
    fixture.prepend([pinned(5, "one more")])
    await screen.findByText("third")
    fixture.receive(userId(2), "no pin")
    await settled()
    assert.strictEqual(asked.length, 3)
  })
})

describe("muting", () => {
  it("keeps its switch in reach while it is under way, and takes no second press", async () => {
    const { fixture } = show({ kind: "group", language: "en", rows: [] }, () => <FlagSwitch of="mute" />)
    const calls: Array<() => void> = []
    const call = () => new Promise((answer) => calls.push(() => answer({ ok: true, value: {} })))
    Object.assign(fixture.app.chat() ?? {}, { call })
    const mute = screen.getByRole("switch", { name: flagWords.en.mute.label })
    fireEvent.click(mute)
    await waitFor(() => assert.lengthOf(calls, 1))
    assert.deepStrictEqual([mute.hasAttribute("disabled"), mute.getAttribute("aria-busy")], [false, "true"])
    fireEvent.click(mute)
    assert.strictEqual(mute.getAttribute("aria-checked"), "true")
    calls[0]?.()
    await waitFor(() => assert.isNull(mute.getAttribute("aria-busy")))
    assert.lengthOf(calls, 1)
  })
})

describe("leaving", () => {
  for (const kind of ["group", "channel"] as const)
    it(`says how one comes back to a ${kind}`, () => {
      show({ kind, language: "en", rows: [], summary: { role: "member" } }, () => (
        <LeaveDialog open members={nobody} onClose={() => {}} />
      ))
      assert.include(screen.getByRole("dialog").textContent, leaveWords.en.text[kind])
    })

  const told = (summary: Partial<ConversationSummary>, list: ReadonlyArray<Member> | undefined, more = false) => {
    const members: Members = { ...nobody, list: () => list, more: () => more }
    show({ kind: "group", language: "en", rows: [], summary }, () => (
      <LeaveDialog open members={members} onClose={() => {}} />
    ))
    return screen.getByRole("dialog").textContent
  }
  const asOwners = (...owners: ReadonlyArray<string>): ReadonlyArray<Member> =>
    people.map((person) => ({ ...person, role: owners.includes(person.handle) ? "owner" : "member" }))

  it("is not offered to the only owner, who is told what to do first", () => {
    const text = told({ role: "owner", members: 4 }, asOwners("aki"))
    assert.include(text, leaveWords.en.onlyOwner.text)
    assert.isNull(screen.queryByRole("button", { name: words.leave }))
  })

  const mayLeave: ReadonlyArray<readonly [who: string, ...Parameters<typeof told>]> = [
    ["one of two owners", { role: "owner", members: 4 }, asOwners("aki", "ben")],
    ["an owner who is alone", { role: "owner", members: 1 }, asOwners("aki").slice(0, 1)],
    ["a member", { role: "member", members: 4 }, asOwners("ben")],
    ["an owner of whose fellow members not all are known", { role: "owner", members: 400 }, asOwners("aki"), true],
    ["an owner of whose fellow members nobody is known", { role: "owner", members: 4 }, undefined]
  ]
  for (const [who, ...given] of mayLeave)
    it(`is offered to ${who}`, () => {
      assert.include(told(...given), leaveWords.en.text.group)
      assert.isNotNull(screen.queryByRole("button", { name: words.leave }))
    })
})

describe("blocking the other side of a direct conversation", () => {
  const [, ben] = people
  const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }))

  it("says what it does, is done when that is agreed to, and can be ended there", async () => {
    if (ben === undefined) throw new Error("nobody to block")
    const { fixture } = show({ kind: "direct", language: "en", rows: [] }, () => <BlockPeer person={ben} />)
    press(blockingWords.en.block)
    assert.include(document.body.textContent, blockingWords.en.text)
    press(blockingWords.en.cancel)
    assert.notInclude(document.body.textContent, blockingWords.en.text)
    assert.deepStrictEqual(fixture.asked, [])
    press(blockingWords.en.block)
    press(blockingWords.en.act)
    await waitFor(() => assert.deepStrictEqual(fixture.asked, [["call", "user.block"]]))
    fixture.setBlocked(new Set([ben.userId]))
    press(blockingWords.en.unblock)
    await waitFor(() => assert.lengthOf(fixture.asked, 2))
  })

  it("leaves the focus on the button, which then does the other thing", async () => {
    if (ben === undefined) throw new Error("nobody to block")
    const { fixture } = show({ kind: "direct", language: "en", rows: [] }, () => <BlockPeer person={ben} />)
    const button = screen.getByRole("button", { name: blockingWords.en.block })
    button.focus()
    press(blockingWords.en.block)
    press(blockingWords.en.act)
    await waitFor(() => assert.isNull(screen.queryByRole("dialog")))
    assert.strictEqual(document.activeElement, button)
    for (const [blocked, name] of [
      [[ben.userId], blockingWords.en.unblock],
      [[], blockingWords.en.block]
    ] as const) {
      fixture.setBlocked(new Set(blocked))
      assert.deepStrictEqual([document.activeElement, button.textContent], [button, name])
    }
  })

  it("leaves a line where one would write, which says whom, and ends the block", async () => {
    if (ben === undefined) throw new Error("nobody to block")
    const { fixture, root } = show({ kind: "direct", language: "en", rows: [] }, () => <Blocked person={ben} />)
    await waitFor(() => assert.include(root.textContent, "Ben Kim"))
    assert.isNull(root.querySelector("textarea"))
    press(blockingWords.en.unblock)
    await waitFor(() => assert.deepStrictEqual(fixture.asked, [["call", "user.block"]]))
  })

  for (const [where, isThere] of [
    ["on the button that ended the block", true],
    ["elsewhere", false]
  ] as const)
    it(`${isThere ? "gives" : "gives no"} focus to where one writes when it was ${where}`, async () => {
      if (ben === undefined) throw new Error("nobody to block")
      vi.spyOn(window, "matchMedia").mockImplementation(
        (media) =>
          ({
            matches: media === "(pointer: fine)",
            media,
            addEventListener() {},
            removeEventListener() {}
          }) as unknown as MediaQueryList
      )
      const { fixture, root } = show({ kind: "direct", language: "en", rows: [] }, () => (
        <>
          <button type="button">beside</button>
          <ConversationScreen conversationId={conversationId} />
        </>
      ))
      const area = () => root.querySelector("textarea")
      assert.strictEqual(document.activeElement, area())
      fixture.setBlocked(new Set([ben.userId]))
      const unblock = await screen.findByRole("button", { name: blockingWords.en.unblock })
      const had = isThere ? unblock : screen.getByRole("button", { name: "beside" })
      had.focus()
      fixture.setBlocked(new Set<never>())
      await settled()
      assert.isNotNull(area())
      assert.strictEqual(document.activeElement, isThere ? area() : had)
    })
})

describe("adding somebody who is not there for one", () => {
  it("says that nobody was added, and not that the conversation is gone", async () => {
    const refused = { ok: false, error: { _tag: "Refused", code: "not_found" } }
    show(
      { kind: "group", language: "en", rows: [], answer: (tag) => (tag === "conversation.add" ? refused : undefined) },
      () => <AddPeople open onClose={() => assert.fail("closed")} members={nobody} />
    )
    fireEvent.input(screen.getByRole("searchbox"), { target: { value: "a" } })
    fireEvent.click(await screen.findByRole("button", { name: /@ben/ }))
    fireEvent.click(screen.getByRole("button", { name: addWords.en.send(1) }))
    await waitFor(() => assert.strictEqual(screen.getByRole("alert").textContent, addWords.en.away))
  })
})
