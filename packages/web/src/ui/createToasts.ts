/** Short words that go away by themselves, at most three at a time: the oldest makes room. */
import { type Accessor, createSignal, onCleanup } from "solid-js"
import type { Toasts } from "../app/App.ts"

export interface Toast {
  readonly id: number
  readonly text: string
  readonly act?: { readonly label: string; readonly run: () => void } | undefined
}

export const toastMs = 6_000
export const toastsAtOnce = 3

export interface ToastBox extends Toasts {
  readonly shown: Accessor<ReadonlyArray<Toast>>
  readonly dismiss: (id: number) => void
  /** While it holds, nothing goes away: somebody points at a toast or has the focus in it. */
  readonly hold: (held: boolean) => void
}

/** Call in a reactive scope: its end stops the timers. */
export const createToasts = (): ToastBox => {
  const [shown, setShown] = createSignal<ReadonlyArray<Toast>>([])
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  let next = 1
  const stop = (id: number) => {
    clearTimeout(timers.get(id))
    timers.delete(id)
  }
  const dismiss = (id: number) => {
    stop(id)
    setShown((toasts) => toasts.filter((toast) => toast.id !== id))
  }
  const start = (id: number) =>
    timers.set(
      id,
      setTimeout(() => dismiss(id), toastMs)
    )
  onCleanup(() => {
    for (const id of [...timers.keys()]) stop(id)
  })
  return {
    shown,
    dismiss,
    hold: (held) => {
      for (const { id } of shown()) {
        stop(id)
        if (!held) start(id)
      }
    },
    show: (toast) => {
      const id = next++
      const kept = [...shown(), { ...toast, id }]
      for (const { id: old } of kept.slice(0, -toastsAtOnce)) stop(old)
      setShown(kept.slice(-toastsAtOnce))
      start(id)
    }
  }
}
