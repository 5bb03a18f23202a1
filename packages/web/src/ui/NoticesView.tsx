/**
 * Shows toasts and speaks announcements. While a modal dialog is open, this is part of the dialog, because nothing
 * outside can be heard or pressed.
 */
import { createComputed, createEffect, createMemo, createSignal, For, on, Show } from "solid-js"
import type { AnnouncerBox } from "../lib/LiveAnnouncer.ts"
import type { ToastBox } from "../lib/toasts.ts"
import { Button, IconButton } from "./Button.tsx"
import { useKit } from "./KitContext.ts"
import "./ToastsView.css"

export const NoticesView = (props: { readonly toasts: ToastBox; readonly announcer: AnnouncerBox }) => {
  let home: HTMLElement | undefined
  let box: HTMLElement | undefined
  const modal = createMemo(topModal)
  const [place, setPlace] = createSignal<HTMLElement>()
  // Computed, so that the regions are empty in the page before the effect moves them.
  createComputed(on(modal, () => props.announcer.hush(), { defer: true }))
  createEffect(
    on(modal, (dialog, before) => {
      if (dialog !== undefined && before === undefined) props.toasts.makeRoom()
      const next = dialog ?? home
      if (box === undefined || next === undefined || box.parentElement === next) return
      next.append(box)
      // Moving ends pointer hover and focus without an event.
      props.toasts.hold(false)
      setPlace(next)
    })
  )
  return (
    <div
      ref={(node) => {
        home = node
      }}
    >
      <div
        ref={(node) => {
          box = node
        }}
      >
        <ToastsView toasts={props.toasts} place={place()} />
        <AnnouncerView announcer={props.announcer} />
      </div>
    </div>
  )
}

/**
 * The toasts, above everything at the upper edge, as a pane of their own while there are any. They stay while the
 * pointer or the focus is on them.
 */
interface ToastsViewProps {
  readonly toasts: ToastBox
  /** The element that they were moved into, if any. */
  readonly place?: HTMLElement | undefined
}

export const ToastsView = (props: ToastsViewProps) => {
  const kit = useKit()
  let box: HTMLElement | undefined
  let from: HTMLElement | undefined
  /** Returns the focus to where it came from, before the focused element disappears. */
  const leave = () => {
    if (box?.contains(document.activeElement) === true) from?.focus()
  }
  // In the top layer, so that a modal dialog's backdrop does not cover them. Shown again in their new place, above
  // elements opened since.
  createEffect(
    on([() => props.place, props.toasts.shown], ([, shown]) => {
      box?.hidePopover()
      if (shown.length > 0) box?.showPopover()
    })
  )
  return (
    <section
      ref={(node) => {
        box = node
      }}
      class="ui-toasts"
      popover="manual"
      data-pane="toasts"
      aria-label={kit().notices}
      onPointerEnter={() => props.toasts.hold(true)}
      onPointerLeave={() => props.toasts.hold(false)}
      onFocusIn={(event) => {
        const before = event.relatedTarget
        const isWithin = before instanceof Node && box?.contains(before) === true
        if (!isWithin) from = before instanceof HTMLElement ? before : undefined
        props.toasts.hold(true)
      }}
      onFocusOut={() => props.toasts.hold(false)}
    >
      <For each={props.toasts.shown()}>
        {(toast) => (
          <div class="ui-toast">
            <p>{toast.text}</p>
            <Show when={toast.act}>
              {(act) => (
                <Button
                  kind="quiet"
                  onClick={() => {
                    leave()
                    props.toasts.act(toast.id)
                  }}
                >
                  {act().label}
                </Button>
              )}
            </Show>
            <IconButton
              icon="close"
              label={kit().dismiss}
              onClick={() => {
                leave()
                props.toasts.dismiss(toast.id)
              }}
            />
          </div>
        )}
      </For>
    </section>
  )
}

/**
 * The two hidden live regions: a polite one and an assertive one. They are in the page from the start, or screen
 * readers would not speak them.
 */
const AnnouncerView = (props: { readonly announcer: AnnouncerBox }) => (
  <div class="only-heard">
    <div aria-live="polite" role="status" data-testid="announcer">
      {props.announcer.polite()}
    </div>
    <div aria-live="assertive" role="alert">
      {props.announcer.urgent()}
    </div>
  </div>
)

// The open modal dialogs. The browser makes everything outside of the topmost one inert: out of reach, and silent for
// screen readers.

const [open, setOpen] = createSignal<ReadonlyArray<HTMLElement>>([])

/** Returns the topmost dialog. Reactive. */
const topModal = (): HTMLElement | undefined => open().at(-1)

/** Registers an open dialog. Returns the function to call when it closes. */
export const tellModal = (dialog: HTMLElement): (() => void) => {
  setOpen((all) => [...all, dialog])
  return () => setOpen((all) => all.filter((other) => other !== dialog))
}
