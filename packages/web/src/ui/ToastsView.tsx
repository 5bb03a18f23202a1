/**
 * The toasts, above everything at the upper edge, as a pane of their own while there are any. They wait while somebody
 * points at them or has the focus there.
 */
import { createEffect, For, on, Show } from "solid-js"
import { useApp } from "../model/App.ts"
import { Button } from "./Button.tsx"
import type { ToastBox } from "./createToasts.ts"
import { IconButton } from "./IconButton.tsx"
import "./ToastsView.css"

export interface ToastsViewProps {
  readonly toasts: ToastBox
  /** What they were moved into, if they were. */
  readonly place?: HTMLElement | undefined
}

export const ToastsView = (props: ToastsViewProps) => {
  const app = useApp()
  let box: HTMLElement | undefined
  let from: HTMLElement | undefined
  /** The focus goes back to where it came from before what has it goes away. */
  const leave = () => {
    if (box?.contains(document.activeElement) === true) from?.focus()
  }
  // In the top layer, so that a modal dialog's veil does not cover them. Shown anew where they are moved to, above what
  // was opened since.
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
      aria-label={app.i18n.t().kit.notices}
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
              label={app.i18n.t().kit.dismiss}
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
