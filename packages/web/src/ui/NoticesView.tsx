/** What tells of what happened, by toasts and by voice. While a modal dialog is open it is part of that: nothing else is heard or can be pressed. */
import { createRenderEffect } from "solid-js"
import { AnnouncerView } from "./AnnouncerView.tsx"
import type { AnnouncerBox } from "./createAnnouncer.ts"
import type { ToastBox } from "./createToasts.ts"
import { topModal } from "./modals.ts"
import { ToastsView } from "./ToastsView.tsx"

export const NoticesView = (props: { readonly toasts: ToastBox; readonly announcer: AnnouncerBox }) => {
  let home: HTMLElement | undefined
  let box: HTMLElement | undefined
  // Before effects, in which the toasts are shown anew where they are then.
  createRenderEffect(() => {
    const place = topModal() ?? home
    if (box !== undefined && box.parentElement !== place) place?.append(box)
  })
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
        <ToastsView toasts={props.toasts} />
        <AnnouncerView announcer={props.announcer} />
      </div>
    </div>
  )
}
