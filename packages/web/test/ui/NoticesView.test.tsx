// @vitest-environment jsdom
/** What is told while dialogs open and close: spoken once, where it is heard, and gone in its time. */
import { afterEach, assert, beforeEach, it, vi } from "@effect/vitest"
import { fireEvent, screen } from "@solidjs/testing-library"
import { createSignal } from "solid-js"
import { type AnnouncerBox, createAnnouncer, gatherMs } from "../../src/lib/LiveAnnouncer.ts"
import { createToasts, type ToastBox, toastMs } from "../../src/lib/toasts.ts"
import { Dialog } from "../../src/ui/Dialog.tsx"
import { NoticesView } from "../../src/ui/NoticesView.tsx"
import { stage } from "./stage.tsx"

const [open, setOpen] = createSignal(false)
let announcer: AnnouncerBox
let toasts: ToastBox
/** What stood in a region when it was put into another place: a screen reader speaks it then. */
let moved: Array<string> = []

beforeEach(() => {
  vi.useFakeTimers()
  setOpen(false)
  stage(() => {
    announcer = createAnnouncer()
    toasts = createToasts(announcer.say)
    return (
      <>
        <Dialog open={open()} title="dialog" onClose={() => {}}>
          {"words"}
        </Dialog>
        <NoticesView toasts={toasts} announcer={announcer} />
      </>
    )
  })
  moved = []
  const append = HTMLElement.prototype.append
  vi.spyOn(HTMLElement.prototype, "append").mockImplementation(function (this: HTMLElement, ...nodes) {
    for (const node of nodes)
      if (node instanceof HTMLElement && node.querySelector("[role=alert]") !== null) moved.push(spokenIn(node))
    append.apply(this, nodes)
  })
})
afterEach(() => void vi.useRealTimers())

const spokenIn = (node: ParentNode): string =>
  [...node.querySelectorAll("[aria-live]")].map((each) => each.textContent?.trim()).join("|")

it("what was spoken is not spoken again where a dialog opens and closes", () => {
  announcer.alert("not sent")
  announcer.say("Ben: hello")
  vi.advanceTimersByTime(gatherMs)
  assert.strictEqual(spokenIn(document), "Ben: hello|not sent")
  setOpen(true)
  assert.deepStrictEqual(moved, ["|"])
  announcer.alert("not sent")
  vi.advanceTimersByTime(gatherMs)
  assert.strictEqual(
    spokenIn(screen.getByTestId("announcer").closest("dialog") ?? assert.fail("not in the dialog")),
    "|not sent"
  )
  setOpen(false)
  assert.deepStrictEqual(moved, ["|", "|"])
})

for (const { name, tell } of [
  {
    name: "before",
    tell: () => {
      announcer.alert("not sent")
      setOpen(true)
    }
  },
  {
    name: "after",
    tell: () => {
      setOpen(true)
      announcer.alert("not sent")
    }
  }
])
  it(`what is told in the turn in which a dialog opens, ${name} it, is spoken once the regions stand there`, () => {
    tell()
    assert.deepStrictEqual([moved, spokenIn(document)], [["|"], "|"])
    vi.advanceTimersByTime(gatherMs)
    assert.strictEqual(spokenIn(document), "|not sent")
  })

it("a toast that is pointed at when its dialog closes goes in its time", () => {
  setOpen(true)
  toasts.show({ text: "done" })
  fireEvent.pointerEnter(document.querySelector(".ui-toasts") ?? assert.fail("no toasts"))
  vi.advanceTimersByTime(2 * toastMs)
  assert.lengthOf(toasts.shown(), 1)
  setOpen(false)
  vi.advanceTimersByTime(toastMs)
  assert.lengthOf(toasts.shown(), 0)
})

it("a toast that only tells something makes room for the dialog that opens, and one that offers something stays", () => {
  const gone: Array<string> = []
  toasts.show({ text: "welcome" })
  toasts.show({ text: "deleting", act: { label: "undo", run: () => {} } })
  toasts.show({ text: "sending", gone: () => void gone.push("sent") })
  vi.advanceTimersByTime(1)
  setOpen(true)
  assert.deepStrictEqual(
    toasts.shown().map(({ text }) => text),
    ["deleting", "sending"]
  )
  assert.deepStrictEqual(gone, [])
  // What is told while it is open is seen there.
  toasts.show({ text: "done" })
  setOpen(false)
  assert.lengthOf(toasts.shown(), 3)
})
