/** A modal dialog on the browser's own element: Esc closes, focus stays inside and returns to where it was. */
import { createEffect, createUniqueId, type JSX, on, onCleanup, Show } from "solid-js"
import { IconButton } from "./Button.tsx"
import { useKit } from "./KitContext.ts"
import { tellModal } from "./NoticesView.tsx"
import "./Dialog.css"

export interface DialogProps {
  readonly open: boolean
  readonly title: string
  /** Called by Esc and the close button; the owner then sets `open` to false. */
  readonly onClose: () => void
  readonly children: JSX.Element
  readonly footer?: JSX.Element
}

export const Dialog = (props: DialogProps) => (
  <Show when={props.open}>
    <OpenDialog {...props} />
  </Show>
)

const OpenDialog = (props: DialogProps) => {
  const kit = useKit()
  const titleId = createUniqueId()
  const before = document.activeElement
  let element: HTMLDialogElement | undefined
  createEffect(
    on(
      () => element,
      (dialog) => {
        if (dialog === undefined) return
        dialog.showModal()
        onCleanup(tellModal(dialog))
      }
    )
  )
  onCleanup(() => {
    element?.close()
    // An element that is removed while it is open does not return the focus by itself.
    if (before instanceof HTMLElement && before.isConnected) before.focus()
  })
  return (
    <dialog
      ref={(node) => {
        element = node
      }}
      class="ui-dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        props.onClose()
      }}
    >
      <header class="ui-dialog-head">
        <h2 id={titleId} tabindex="-1" autofocus>
          {props.title}
        </h2>
        <IconButton icon="close" label={kit().close} onClick={() => props.onClose()} />
      </header>
      <div class="ui-dialog-body">{props.children}</div>
      <Show when={props.footer}>
        <footer class="ui-dialog-foot">{props.footer}</footer>
      </Show>
    </dialog>
  )
}
