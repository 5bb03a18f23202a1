// @vitest-environment jsdom
/**
 * Whom to mention, as a person meets it in the composer: what is offered, what keys and fingers do, and what is asked
 * of the server for it.
 */
import { assert, describe, it, onTestFinished, vi } from "@effect/vitest"
import type { Member } from "@hibiki/core/domain/Conversation"
import { fireEvent, screen } from "@solidjs/testing-library"
import { Composer } from "../../../src/features/chat/composer/Composer.tsx"
// Here before the composer asks for it.
import "../../../src/features/chat/composer/MentionList.tsx"
import { mentionListWords } from "../../../src/features/chat/composer/mentionListWords.ts"
import { createMembers } from "../../../src/features/chat/createMembers.ts"
import { conversationId, type FixtureOptions, me, postedRow, userId } from "../../fixtureApp.tsx"
import { settled, show } from "./screen.tsx"

const rows = [
  postedRow(1, userId(2), "hello", 1_000),
  postedRow(2, me, "my last", 2_000),
  postedRow(3, userId(4), "bye", 3_000)
]

const open = async (
  more: Partial<FixtureOptions> = {},
  prepare: (fixture: ReturnType<typeof show>["fixture"]) => void = () => {}
) => {
  const shown = show({ kind: "group", language: "en", rows, ...more }, (model) => {
    const members = createMembers(model)
    return <Composer members={members} />
  })
  prepare(shown.fixture)
  await settled()
  const area = screen.getByRole("textbox") as HTMLTextAreaElement
  area.focus()
  /** With the caret at the end, or at `|`. */
  const type = async (marked: string, event: object = {}) => {
    const at = marked.indexOf("|")
    area.value = marked.replace("|", "")
    area.setSelectionRange(at < 0 ? marked.length : at, at < 0 ? marked.length : at)
    fireEvent.input(area, event)
    await settled()
  }
  /** Whether the key kept its meaning. */
  const key = (name: string, more: object = {}) => fireEvent.keyDown(area, { key: name, ...more })
  const did = (what: string) => shown.fixture.asked.filter(([asked]) => asked === what)
  return { ...shown, area, type, key, did }
}
const options = () => screen.queryAllByRole("option")
const handles = () => options().map((option) => option.querySelector(".mention-handle")?.textContent)
const activeOf = (area: HTMLElement) => {
  const marked = options().filter((option) => option.getAttribute("aria-selected") === "true")
  assert.isAtMost(marked.length, 1)
  assert.strictEqual(area.getAttribute("aria-activedescendant"), marked[0]?.id ?? null)
  return marked[0]?.querySelector(".mention-handle")?.textContent
}

describe("what is offered", () => {
  it("are the members after a sign, without oneself, who wrote lately first, filtered by what follows", async () => {
    const { area, type } = await open()
    await type("hi")
    assert.isNull(screen.queryByRole("listbox"))
    await type("hi @")
    assert.deepStrictEqual(handles(), ["@dan", "@ben", "@chie"])
    assert.isNotNull(screen.getByRole("option", { name: /^田中 千恵, ?@chie$/ }))
    const list = screen.getByRole("listbox", { name: mentionListWords.en.title })
    assert.deepStrictEqual(
      ["aria-autocomplete", "aria-haspopup", "aria-controls"].map((name) => area.getAttribute(name)),
      ["list", "listbox", list.id]
    )
    assert.strictEqual(activeOf(area), "@dan")
    await type("hi @千")
    assert.deepStrictEqual(handles(), ["@chie"])
    await type("hi @千x")
    assert.deepStrictEqual(handles(), [])
    assert.deepStrictEqual(
      ["aria-controls", "aria-activedescendant"].map((name) => area.getAttribute(name)),
      [null, null]
    )
    await type("hi ＠KIM")
    assert.deepStrictEqual(handles(), ["@ben"])
    await type("hi ＠KIM ")
    assert.deepStrictEqual(handles(), [])
  })

  it("is nobody whom one blocks, from the moment on in which one does", async () => {
    const { fixture, type } = await open()
    await type("@")
    fixture.setBlocked(new Set([userId(2)]))
    assert.deepStrictEqual(handles(), ["@dan", "@chie"])
  })

  it("is nothing in a direct conversation, and its code is not asked for there", async () => {
    const { area, type } = await open({ kind: "direct" })
    await type("@")
    assert.deepStrictEqual(handles(), [])
    assert.isNull(area.getAttribute("aria-autocomplete"))
  })

  it("is nothing for a sign that was there before, for one that is only come to, and for one that is left", async () => {
    const { area, model, type } = await open({ draft: { text: "@b" } })
    assert.deepStrictEqual(handles(), [])
    await type("@b and more")
    area.setSelectionRange(2, 2)
    fireEvent(document, new Event("selectionchange"))
    assert.deepStrictEqual(handles(), [])
    await type("@b|")
    assert.deepStrictEqual(handles(), ["@ben"])
    area.setSelectionRange(0, 0)
    fireEvent(document, new Event("selectionchange"))
    assert.deepStrictEqual(handles(), [])
    await type("@b")
    area.setSelectionRange(1, 2)
    fireEvent(document, new Event("selectionchange"))
    assert.deepStrictEqual(handles(), [])
    await type("@b")
    fireEvent.blur(area)
    assert.deepStrictEqual(handles(), [])
    await type("@b")
    model.setTask({ kind: "edit", target: 2, text: "to @b" })
    assert.deepStrictEqual(handles(), [])
  })

  it("is who wrote lately before the members are known", async () => {
    const { fixture, type } = await open({}, (fixture) =>
      Object.assign(fixture.app.chat() ?? {}, { call: async () => ({ ok: false, error: { _tag: "Unreachable" } }) })
    )
    fixture.setConnection({ _tag: "offline" })
    await type("@")
    assert.deepStrictEqual(handles(), ["@dan", "@ben"])
  })
})

describe("keys", () => {
  it("choose, around at the ends", async () => {
    const { area, key, type } = await open()
    await type("@")
    for (const [name, wanted] of [
      ["ArrowDown", "@ben"],
      ["ArrowUp", "@dan"],
      ["ArrowUp", "@chie"],
      ["ArrowDown", "@dan"]
    ] as const) {
      assert.isFalse(key(name))
      assert.strictEqual(activeOf(area), wanted)
    }
    // Others are the area's own.
    for (const name of ["Home", "End", "ArrowLeft", "PageDown"]) assert.isTrue(key(name))
    key("ArrowUp")
    assert.strictEqual(activeOf(area), "@chie")
    await type("@e")
    assert.strictEqual(activeOf(area), "@ben", "the best anew")
  })

  for (const name of ["Enter", "Tab"])
    it(`take by ${name}, and never send by it`, async () => {
      const { area, did, fixture, key, type } = await open()
      await type("hi ＠千| there")
      assert.isFalse(key(name))
      await settled()
      assert.strictEqual(area.value, "hi @chie there")
      assert.deepStrictEqual([area.selectionStart, area.selectionEnd], [9, 9])
      assert.deepStrictEqual(fixture.drafts.get(conversationId), { text: "hi @chie there" })
      assert.deepStrictEqual([handles(), did("post")], [[], []])
      // With the list closed all is as before.
      assert.isTrue(key("Tab"))
      key("Enter")
      await settled()
      assert.deepStrictEqual(did("post"), [["post", "hi @chie there", undefined]])
    })

  it("send by Enter what is whole, unless one goes to the line, and Tab takes it", async () => {
    const { area, did, key, type } = await open()
    await type("@ben")
    assert.deepStrictEqual([handles(), activeOf(area)], [["@ben"], undefined])
    key("Enter")
    await settled()
    assert.deepStrictEqual([did("post"), area.value, handles()], [[["post", "@ben", undefined]], "", []])
    await type("@ben")
    key("ArrowDown")
    key("Enter")
    assert.strictEqual(area.value, "@ben ")
    await type("@ben")
    key("Tab")
    assert.strictEqual(area.value, "@ben ")
    await settled()
    assert.lengthOf(did("post"), 1)
  })

  it("close by Esc, and only the list, until another sign is typed", async () => {
    const { key, model, type } = await open()
    model.setTask({ kind: "reply", to: 1, seenIn: null })
    await type("@")
    assert.isFalse(key("Escape"))
    assert.deepStrictEqual([handles(), model.task().kind], [[], "reply"])
    await type("@b")
    assert.deepStrictEqual(handles(), [])
    await type("@b @")
    assert.lengthOf(handles(), 3)
    key("Escape")
    key("Escape")
    assert.strictEqual(model.task().kind, "post")
    await type("")
    await type("@b")
    assert.deepStrictEqual(handles(), ["@ben"])
  })

  it("close by Esc for this message, and open again in the next one that begins with a sign", async () => {
    const { area, did, key, type } = await open()
    await type("@b")
    key("Escape")
    key("Enter")
    await settled()
    assert.deepStrictEqual([did("post"), area.value], [[["post", "@b", undefined]], ""])
    await type("@b")
    assert.deepStrictEqual(handles(), ["@ben"])
  })

  it("with another one keep their meaning, as by Ctrl+Enter one sends", async () => {
    const { area, did, key, type } = await open({ sendKey: "modEnter" })
    await type("@千")
    key("Enter")
    assert.strictEqual(area.value, "@chie ")
    await type("@千")
    key("Enter", { ctrlKey: true })
    await settled()
    assert.deepStrictEqual(did("post"), [["post", "@千", undefined]])
  })

  it("of a composition are the input method's, while the list follows it", async () => {
    const { area, did, key, type } = await open()
    fireEvent.compositionStart(area)
    await type("＠", { isComposing: true })
    assert.lengthOf(handles(), 3)
    for (const name of ["Enter", "Tab", "ArrowDown", "ArrowUp", "Escape"])
      for (const composing of [{ isComposing: true }, { keyCode: 229 }]) assert.isTrue(key(name, composing), name)
    assert.lengthOf(handles(), 3)
    await type("＠田中", { isComposing: true })
    assert.deepStrictEqual(handles(), ["@chie"])
    fireEvent.compositionEnd(area)
    key("Enter")
    await settled()
    assert.deepStrictEqual([area.value, did("post")], ["@chie ", []])
  })
})

it("a press takes the line and leaves the focus where it is", async () => {
  const { area, type } = await open()
  await type("@")
  const chie = screen.getByRole("option", { name: /chie/ })
  fireEvent.pointerMove(chie)
  assert.strictEqual(activeOf(area), "@chie")
  assert.isFalse(fireEvent.mouseDown(chie))
  fireEvent.click(chie)
  assert.deepStrictEqual([area.value, document.activeElement, handles()], ["@chie ", area, []])
})

it("the other language names the list and its lines in its own way", async () => {
  const { fixture, type } = await open()
  await type("@b")
  fixture.setLanguage("ja")
  screen.getByRole("listbox", { name: mentionListWords.ja.title })
  screen.getByRole("option", { name: /^Ben Kim、@ben$/ })
})

it("how many there are is said after a pause, and not while one types on", async () => {
  const { area, fixture, type } = await open()
  await type("@")
  await type("")
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  onTestFinished(() => void vi.useRealTimers())
  const put = (text: string) => fireEvent.input(area, { target: { value: text } })
  put("@")
  vi.advanceTimersByTime(400)
  put("@b")
  vi.advanceTimersByTime(400)
  assert.deepStrictEqual(fixture.told.said, [])
  vi.advanceTimersByTime(200)
  assert.deepStrictEqual(fixture.told.said, [mentionListWords.en.offered(1)])
  put("@")
  put("@ ")
  vi.advanceTimersByTime(2_000)
  assert.lengthOf(fixture.told.said, 1)
})

describe("the members of a large group", () => {
  const member = (n: number): Member => ({
    userId: userId(n),
    handle: `user${`${n}`.padStart(4, "0")}`,
    displayName: `User ${n}`,
    role: "member"
  })
  const large = async (count: number) => {
    const all = Array.from({ length: count }, (_, n) => member(n + 10))
    const asked: Array<string> = []
    const learned = new Set<string>()
    let refuses = false
    const shown = await open({}, (fixture) => {
      Object.assign(fixture.app.people, {
        learn: (people: ReadonlyArray<Member>) => {
          for (const { handle } of people) learned.add(handle)
        }
      })
      Object.assign(fixture.app.chat() ?? {}, {
        call: async (_: string, { afterHandle = "" }: { readonly afterHandle?: string }) => {
          asked.push(afterHandle)
          if (refuses) return { ok: false, error: { _tag: "Unreachable" } }
          return { ok: true, value: all.filter(({ handle }) => handle > afterHandle).slice(0, 200) }
        }
      })
    })
    /** Somebody came, or went. */
    const change = async (how: (members: Array<Member>) => void) => {
      how(all)
      asked.length = 0
      shown.fixture.setSummary((line) => ({ ...line, members: all.length }))
      await settled()
    }
    const refuse = (does: boolean) => {
      refuses = does
    }
    return { ...shown, asked, refuse, learned, change }
  }

  it("are asked for at the first sign, once, page by page, and not by typing on", async () => {
    const { asked, type } = await large(450)
    assert.deepStrictEqual(asked, [""])
    await type("hello")
    assert.deepStrictEqual(asked, [""])
    await type("@user045")
    const pages = ["", "user0209", "user0409"]
    assert.deepStrictEqual(asked, pages)
    assert.deepStrictEqual(
      handles(),
      Array.from({ length: 8 }, (_, n) => `@user045${n}`)
    )
    for (const text of ["@user", "@user0", "@", "", "@user0459"]) await type(text)
    assert.deepStrictEqual([handles(), asked], [["@user0459"], pages])
  })

  it("are known to the page once they are offered, so that it tells the mention in what is sent", async () => {
    const { learned, type } = await large(450)
    await type("@user02")
    assert.deepStrictEqual([learned.has("user0200"), learned.has("user0459")], [true, false])
    await type("@user0459")
    assert.isTrue(learned.has("user0459"))
  })

  it("are asked for again when somebody came or went", async () => {
    const { asked, change, type } = await large(450)
    await type("@user046")
    assert.deepStrictEqual(handles(), [])
    await change((all) => void all.push(member(460)))
    assert.deepStrictEqual([handles(), asked], [["@user0460"], ["", "user0209", "user0409"]])
    await type("")
    await change((all) => void all.splice(0, 1))
    assert.deepStrictEqual(asked, [""])
    await type("@user0210")
    assert.deepStrictEqual([handles(), asked], [["@user0210"], ["", "user0210", "user0410"]])
    await type("@user0010")
    assert.deepStrictEqual(handles(), [])
  })

  it("are gone on with at the next sign where a page failed", async () => {
    const { asked, refuse, type } = await large(450)
    refuse(true)
    await type("@user0459")
    await type("@user045")
    assert.deepStrictEqual([handles(), asked], [[], ["", "user0209"]])
    refuse(false)
    await type("")
    await type("@user0459")
    assert.deepStrictEqual([handles(), asked], [["@user0459"], ["", "user0209", "user0209", "user0409"]])
  })

  it("are asked for up to as many as a conversation may have", async () => {
    const { asked, type } = await large(6_000)
    await type("@")
    await settled()
    assert.isAtMost(asked.length, 26)
    assert.isAtLeast(asked.length, 25)
  })
})
