// @vitest-environment jsdom
/** The page's own controls: menus by keyboard, dialogs and the focus, dots, toasts, the spoken region. */
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import { fireEvent, screen } from "@solidjs/testing-library"
import { createRoot, createSignal, For } from "solid-js"
import { type KeyPress, keyAct } from "../../src/features/help/keys.ts"
import { createAnnouncer, gatherMs, heardMs, urgentMs } from "../../src/lib/LiveAnnouncer.ts"
import { createToasts, type ToastBox, toastMs } from "../../src/lib/toasts.ts"
import { initials, PresenceDot, tintOf } from "../../src/ui/Avatar.tsx"
import { Dialog } from "../../src/ui/Dialog.tsx"
import { besideCorner, Menu, nextItem } from "../../src/ui/Menu.tsx"
import { NoticesView, ToastsView } from "../../src/ui/NoticesView.tsx"
import { focusPane, nextPane } from "../../src/ui/panes.ts"
import { Tabs } from "../../src/ui/Tabs.tsx"
import { stage } from "./stage.tsx"

describe("a menu", () => {
  const ran: Array<string> = []
  const items = ["Apple", "Banana", "Cherry"].map((label) => ({ label, run: () => void ran.push(label) }))
  const open = () => stage(() => <Menu label="Fruit" trigger="…" items={items} />)

  it("opens with the focus on its first item, moves by arrows and letters, and gives the focus back before it acts", () => {
    open()
    const button = screen.getByRole("button", { name: "Fruit" })
    assert.lengthOf(screen.queryAllByRole("menuitem", { hidden: true }), 0)
    fireEvent.keyDown(button, { key: "ArrowDown" })
    assert.strictEqual(button.getAttribute("aria-expanded"), "true")
    assert.strictEqual(document.activeElement?.textContent, "Apple")
    const menu = screen.getByRole("menu", { hidden: true })
    fireEvent.keyDown(menu, { key: "ArrowUp" })
    assert.strictEqual(document.activeElement?.textContent, "Cherry")
    fireEvent.keyDown(menu, { key: "b" })
    assert.strictEqual(document.activeElement?.textContent, "Banana")
    fireEvent.click(menu.children[1] ?? assert.fail("no second item"))
    assert.deepStrictEqual(ran, ["Banana"])
    assert.strictEqual(document.activeElement, button)
    assert.strictEqual(button.getAttribute("aria-expanded"), "false")
  })

  for (const { at, key, to } of [
    { at: 0, key: "ArrowDown", to: 1 },
    { at: 2, key: "ArrowDown", to: 0 },
    { at: 0, key: "ArrowUp", to: 2 },
    { at: 1, key: "Home", to: 0 },
    { at: 1, key: "End", to: 2 },
    { at: 0, key: "c", to: 2 },
    { at: 2, key: "C", to: 2 },
    { at: 0, key: "z", to: undefined },
    { at: 0, key: " ", to: undefined },
    { at: 0, key: "Enter", to: undefined }
  ])
    it(`moves from ${at} by ${key} to ${to ?? "nowhere"}`, () =>
      assert.strictEqual(nextItem(["Apple", "Banana", "Cherry"], at, key), to))
})

describe("a dialog", () => {
  it("is named by its title, closes when asked, and gives the focus back even when it is taken away", () => {
    const [open, setOpen] = createSignal(false)
    stage(() => (
      <>
        <button type="button" onClick={() => setOpen(true)}>
          {"open it"}
        </button>
        <Dialog open={open()} title="A question" onClose={() => setOpen(false)}>
          {"Really?"}
        </Dialog>
      </>
    ))
    const button = screen.getByRole("button", { name: "open it" })
    button.focus()
    fireEvent.click(button)
    const dialog = screen.getByRole("dialog", { name: "A question" })
    screen.getByRole("button", { name: "Close" }).focus()
    fireEvent(dialog, new Event("cancel", { cancelable: true }))
    assert.isNull(screen.queryByRole("dialog"))
    assert.strictEqual(document.activeElement, button)
  })
})

describe("toasts", () => {
  it("are spoken with what can be done, reached as a pane, and give the focus back to where it was", () => {
    const said: Array<string> = []
    const alerts: Array<string> = []
    const ran: Array<string> = []
    const held: { toasts?: ToastBox } = {}
    stage(() => {
      const toasts = createToasts(
        (text) => void said.push(text),
        (text) => void alerts.push(text)
      )
      held.toasts = toasts
      return (
        <>
          <div data-pane="main">
            <button type="button">{"before"}</button>
          </div>
          <ToastsView toasts={toasts} />
        </>
      )
    })
    held.toasts?.show({ text: "Done." })
    held.toasts?.show({ text: "Gone.", act: { label: "Undo", run: () => ran.push("undone") } })
    held.toasts?.show({ text: "Not sent.", urgent: true })
    assert.deepStrictEqual(said, ["Done.", "Gone. Undo"])
    assert.deepStrictEqual(alerts, ["Not sent."])
    assert.isNull(screen.queryByRole("status"))
    // jsdom lays nothing out: all counts as shown.
    for (const element of document.querySelectorAll<HTMLElement>("body *"))
      element.getClientRects = () => [{}] as unknown as DOMRectList
    screen.getByRole("button", { name: "before" }).focus()
    focusPane(false)
    assert.strictEqual(document.activeElement?.closest("[data-pane]")?.getAttribute("data-pane"), "toasts")
    const undo = screen.getByRole("button", { name: "Undo" })
    undo.focus()
    fireEvent.click(undo)
    assert.deepStrictEqual(ran, ["undone"])
    assert.strictEqual(document.activeElement, screen.getByRole("button", { name: "before" }))
  })
})

describe("tabs", () => {
  it("are one stop, and arrows choose", () => {
    const [chosen, setChosen] = createSignal<"a" | "b">("a")
    stage(() => (
      <Tabs
        label="Parts"
        tabs={[
          { key: "a", label: "A" },
          { key: "b", label: "B" }
        ]}
        chosen={chosen()}
        onChoose={setChosen}
      >
        {`panel ${chosen()}`}
      </Tabs>
    ))
    const [a, b] = screen.getAllByRole("tab")
    assert.deepStrictEqual([a?.tabIndex, b?.tabIndex], [0, -1])
    fireEvent.keyDown(screen.getByRole("tablist"), { key: "ArrowRight" })
    assert.strictEqual(document.activeElement, b)
    assert.include(screen.getByRole("tabpanel", { name: "B" }).textContent, "panel b")
  })
})

describe("tabs that scroll", () => {
  it("bring the chosen one into view, at first and when another is chosen", () => {
    const seen: Array<string | undefined> = []
    const before = HTMLElement.prototype.scrollIntoView
    HTMLElement.prototype.scrollIntoView = function (this: HTMLElement) {
      assert.isTrue(this.isConnected, "what is not on the page has no place to scroll to")
      seen.push(this.dataset["tab"])
    }
    try {
      const [chosen, setChosen] = createSignal<"a" | "b">("b")
      stage(() => (
        <Tabs
          label="Parts"
          tabs={[
            { key: "a", label: "A" },
            { key: "b", label: "B" }
          ]}
          chosen={chosen()}
          onChoose={setChosen}
        >
          {chosen()}
        </Tabs>
      ))
      assert.deepStrictEqual(seen, ["b"])
      setChosen("a")
      assert.deepStrictEqual(seen, ["b", "a"])
    } finally {
      HTMLElement.prototype.scrollIntoView = before
    }
  })
})

describe("a presence dot", () => {
  it("sends its ring once when somebody comes, not when it is first shown", () => {
    const [state, setState] = createSignal<"active" | "idle" | "offline">("active")
    stage(() => <PresenceDot state={state()} label={state()} />)
    const dot = screen.getByRole("img", { name: "active" })
    assert.notInclude(dot.className, "came")
    setState("offline")
    assert.notInclude(dot.className, "came")
    setState("active")
    assert.include(dot.className, "came")
    fireEvent.animationEnd(dot)
    assert.notInclude(dot.className, "came")
  })
})

describe("initials", () => {
  for (const { name, shown } of [
    { name: "Ben Carter", shown: "BC" },
    { name: "佐藤 あき", shown: "佐" },
    { name: "👩‍👩‍👧 family", shown: "👩‍👩‍👧" },
    { name: "mai", shown: "M" },
    { name: "Ana Maria de Souza", shown: "AS" },
    { name: "  ", shown: "" }
  ])
    it(`are "${shown}" for "${name}"`, () => assert.strictEqual(initials(name), shown))

  it("stand on a tint that stays with the id", () => {
    const tints = Array.from({ length: 200 }, (_, n) => tintOf(`user-${n}`))
    assert.deepStrictEqual(new Set(tints).size, 8)
    assert.strictEqual(tintOf("user-7"), tints[7])
  })
})

describe("what floats", () => {
  const page = { width: 400, height: 600 }
  const size = { width: 200, height: 150 }
  for (const { anchor, corner, name } of [
    { name: "under its button", anchor: { left: 20, top: 40, width: 40, height: 40 }, corner: { left: 20, top: 84 } },
    {
      name: "above it where there is no room",
      anchor: { left: 20, top: 500, width: 40, height: 40 },
      corner: { left: 20, top: 346 }
    },
    {
      name: "right edges together on the right",
      anchor: { left: 350, top: 40, width: 40, height: 40 },
      corner: { left: 190, top: 84 }
    },
    { name: "within the page", anchor: { left: -30, top: 40, width: 40, height: 40 }, corner: { left: 8, top: 84 } }
  ])
    it(`stands ${name}`, () => assert.deepStrictEqual(besideCorner(anchor, size, page), corner))
})

describe("keys", () => {
  const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
    key,
    code: "",
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
    keyCode: 0,
    ...more
  })
  for (const { act, name, pressed, writes = false } of [
    { name: "Ctrl+/", pressed: press("/", { ctrlKey: true }), act: "help" },
    { name: "Command+/ where / is shifted", pressed: press("/", { metaKey: true, shiftKey: true }), act: "help" },
    { name: "a plain /", pressed: press("/"), act: undefined },
    { name: "Ctrl+K", pressed: press("k", { ctrlKey: true }), writes: true, act: "switcher" },
    { name: "Command+K while Caps Lock is on", pressed: press("K", { metaKey: true }), act: "switcher" },
    {
      name: "Ctrl+Shift+K, which is the browser's",
      pressed: press("K", { ctrlKey: true, shiftKey: true }),
      act: undefined
    },
    { name: "Ctrl+Shift+F", pressed: press("F", { ctrlKey: true, shiftKey: true }), act: "search" },
    { name: "Ctrl+F, which is the browser's", pressed: press("f", { ctrlKey: true }), act: undefined },
    { name: "a plain k", pressed: press("k"), act: undefined },
    { name: "F6", pressed: press("F6"), act: "panes" },
    { name: "Shift+F6", pressed: press("F6", { shiftKey: true }), act: "panesBack" },
    { name: "Alt+Down", pressed: press("ArrowDown", { altKey: true }), act: "next" },
    { name: "Alt+Shift+Up", pressed: press("ArrowUp", { altKey: true, shiftKey: true }), act: "previousUnread" },
    { name: "Ctrl+Alt+Down", pressed: press("ArrowDown", { altKey: true, ctrlKey: true }), act: undefined },
    {
      name: "Alt+N where it makes another letter",
      pressed: press("Dead", { altKey: true, code: "KeyN" }),
      act: "newConversation"
    },
    {
      name: "Option+N where it types ñ",
      pressed: press("Dead", { altKey: true, code: "KeyN" }),
      writes: true,
      act: undefined
    },
    {
      name: "Alt+N while one writes",
      pressed: press("n", { altKey: true, code: "KeyN" }),
      writes: true,
      act: "newConversation"
    },
    {
      name: "Alt+Down within a composition",
      pressed: press("ArrowDown", { altKey: true, isComposing: true }),
      act: undefined
    },
    { name: "a key that the input method took", pressed: press("F6", { keyCode: 229 }), act: undefined }
  ])
    it(`mean ${act ?? "nothing"}: ${name}`, () => assert.strictEqual(keyAct(pressed, writes), act))

  it("go around the panes", () => {
    assert.deepStrictEqual(
      [
        nextPane(3, -1, false),
        nextPane(3, -1, true),
        nextPane(3, 2, false),
        nextPane(3, 0, true),
        nextPane(0, -1, false)
      ],
      [0, 2, 0, 2, -1]
    )
  })
})

it("what is told while dialogs are open is told in the topmost, and in the page again after", () => {
  const [open, setOpen] = createSignal<ReadonlyArray<string>>([])
  let toasts: ToastBox | undefined
  stage(() => {
    const announcer = createAnnouncer()
    const box = createToasts(announcer.say)
    toasts = box
    return (
      <>
        <For each={["first", "second"]}>
          {(title) => (
            <Dialog open={open().includes(title)} title={title} onClose={() => {}}>
              {title}
            </Dialog>
          )}
        </For>
        <NoticesView toasts={box} announcer={announcer} />
      </>
    )
  })
  const heardIn = () => {
    const [voice, toast] = [screen.getByTestId("announcer"), document.querySelector(".ui-toasts")]
    const dialog = voice.closest("dialog")
    assert.strictEqual(toast?.closest("dialog"), dialog)
    assert.isTrue(voice.isConnected)
    return dialog?.querySelector("h2")?.textContent ?? "the page"
  }
  assert.strictEqual(heardIn(), "the page")
  setOpen(["first"])
  toasts?.show({ text: "done" })
  assert.strictEqual(heardIn(), "first")
  setOpen(["first", "second"])
  assert.strictEqual(heardIn(), "second")
  setOpen(["first"])
  assert.strictEqual(heardIn(), "first")
  setOpen([])
  assert.strictEqual(heardIn(), "the page")
  assert.isNotNull(screen.getByText("done"))
})

describe("with time", () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it("toasts go after a while, the oldest makes room for a fourth, and those that are held stay", () =>
    createRoot((dispose) => {
      const toasts = createToasts(() => {})
      const texts = () => toasts.shown().map(({ text }) => text)
      for (const text of ["1", "2", "3", "4"]) toasts.show({ text })
      assert.deepStrictEqual(texts(), ["2", "3", "4"])
      toasts.dismiss(toasts.shown()[1]?.id ?? 0)
      assert.deepStrictEqual(texts(), ["2", "4"])
      toasts.hold(true)
      vi.advanceTimersByTime(2 * toastMs)
      assert.deepStrictEqual(texts(), ["2", "4"])
      toasts.hold(false)
      vi.advanceTimersByTime(toastMs - 1)
      assert.lengthOf(texts(), 2)
      vi.advanceTimersByTime(1)
      assert.lengthOf(texts(), 0)
      dispose()
    }))

  it("a toast that goes without its act says so once, however it goes", () =>
    createRoot((dispose) => {
      const toasts = createToasts(() => {})
      const went: Array<string> = []
      const show = (text: string) =>
        toasts.show({
          text,
          act: { label: "undo", run: () => went.push(`${text} undone`) },
          gone: () => went.push(text)
        })
      for (const text of ["pushed out", "dismissed", "undone", "late"]) show(text)
      assert.deepStrictEqual(went, ["pushed out"])
      const [dismissed, undone] = toasts.shown()
      toasts.dismiss(dismissed?.id ?? 0)
      toasts.act(undone?.id ?? 0)
      assert.deepStrictEqual(went, ["pushed out", "dismissed", "undone undone"])
      toasts.hold(true)
      vi.advanceTimersByTime(2 * toastMs)
      assert.lengthOf(went, 3)
      toasts.hold(false)
      vi.advanceTimersByTime(2 * toastMs)
      assert.deepStrictEqual(went, ["pushed out", "dismissed", "undone undone", "late"])
      dispose()
    }))

  it("what is said in a burst is spoken together, the newest of it, and the same words twice are a change", () =>
    createRoot((dispose) => {
      const announcer = createAnnouncer()
      for (const text of ["a", "b", "c", "d"]) announcer.say(text)
      assert.strictEqual(announcer.polite(), "")
      vi.advanceTimersByTime(gatherMs)
      assert.strictEqual(announcer.polite(), "b c d")
      announcer.say("b c d")
      vi.advanceTimersByTime(gatherMs)
      assert.strictEqual(announcer.polite().trim(), "b c d")
      assert.notStrictEqual(announcer.polite(), "b c d")
      announcer.alert("not sent")
      vi.advanceTimersByTime(urgentMs)
      assert.strictEqual(announcer.urgent().trim(), "not sent")
      vi.advanceTimersByTime(heardMs)
      assert.deepStrictEqual([announcer.polite(), announcer.urgent()], ["", ""])
      dispose()
    }))
})

describe("panes", () => {
  it("are gone around: to what is marked, to the pane itself, or to the first control; the inner one is a pane of its own", () => {
    stage(() => (
      <>
        <div data-pane="list">
          <a href="/1">{"first"}</a>
          <a href="/2" data-pane-focus="">
            {"marked"}
          </a>
        </div>
        <div data-pane="own">
          <button type="button">{"control"}</button>
        </div>
        <div data-pane="main" tabindex="-1">
          <aside data-pane="inner">
            <h2 tabindex="-1" data-pane-focus="">
              {"inside"}
            </h2>
          </aside>
        </div>
        <div data-pane="hidden" />
      </>
    ))
    // jsdom lays nothing out: all but the last count as shown.
    for (const element of document.querySelectorAll<HTMLElement>("body *"))
      if (element.dataset["pane"] !== "hidden") element.getClientRects = () => [{}] as unknown as DOMRectList
    const at = () => document.activeElement?.textContent
    const visited = [false, false, false, false, false, true].map((back) => {
      focusPane(back)
      return document.activeElement?.getAttribute("data-pane") ?? at()
    })
    assert.deepStrictEqual(visited, ["marked", "control", "main", "inside", "marked", "inside"])
  })
})
