/**
 * What tells of what happened, by toasts and by voice. While a modal dialog is open it is part of that: nothing else is
 * heard or can be pressed.
 */
import { createComputed, createEffect, createMemo, createSignal, on } from "solid-js"
import { AnnouncerView } from "./AnnouncerView.tsx"
import type { AnnouncerBox } from "./createAnnouncer.ts"
import type { ToastBox } from "./createToasts.ts"
import { topModal } from "./modals.ts"
import { ToastsView } from "./ToastsView.tsx"

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
      // Neither pointer nor focus is in what was moved, and nothing tells that they left.
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
