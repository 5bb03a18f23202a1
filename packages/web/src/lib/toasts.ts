/** Short messages that disappear by themselves, at most three at a time; beyond that the oldest is removed. */
import { type Accessor, createSignal, onCleanup } from "solid-js"

export interface Toast {
  readonly id: number
  readonly text: string
  readonly act?: { readonly label: string; readonly run: () => void } | undefined
  readonly gone?: (() => void) | undefined
}

export const toastMs = 6_000
export const toastsAtOnce = 3

export interface Toasts {
  /**
   * Shown for 6 s, longer while it has the person's attention, or until dismissed; with at most one action. `gone`:
   * called when it disappeared without its action.
   */
  readonly show: (toast: {
    readonly text: string
    /** Spoken at once: something could not be sent. */
    readonly urgent?: boolean
    readonly act?: { readonly label: string; readonly run: () => void }
    readonly gone?: () => void
  }) => void
}

export interface ToastBox extends Toasts {
  readonly shown: Accessor<ReadonlyArray<Toast>>
  readonly dismiss: (id: number) => void
  /** Runs the toast's action, and removes the toast. */
  readonly act: (id: number) => void
  /** Removes toasts that only inform: they would cover the dialog that opens, and have been spoken. */
  readonly makeRoom: () => void
  /** Removes all now. Returns whether one of them had a `gone` callback. */
  readonly clear: () => boolean
  /** While `held`, no toast disappears: the pointer or the focus is on one. */
  readonly hold: (held: boolean) => void
}

/**
 * `say` and, for urgent toasts, `alert` speak to screen readers: a live region that is added together with its text is
 * not spoken. Call in a reactive scope; the timers stop when it ends.
 */
export const createToasts = (say: (text: string) => void, alert = say): ToastBox => {
  const [shown, setShown] = createSignal<ReadonlyArray<Toast>>([])
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  let next = 1
  const stop = (id: number) => {
    clearTimeout(timers.get(id))
    timers.delete(id)
  }
  const take = (id: number): Toast | undefined => {
    const toast = shown().find((each) => each.id === id)
    stop(id)
    setShown((toasts) => toasts.filter((each) => each.id !== id))
    return toast
  }
  const dismiss = (id: number) => take(id)?.gone?.()
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
    act: (id) => take(id)?.act?.run(),
    makeRoom: () => {
      for (const { act, gone, id } of shown()) if (act === undefined && gone === undefined) dismiss(id)
    },
    clear: () => {
      const all = shown()
      for (const { id } of all) dismiss(id)
      return all.some(({ gone }) => gone !== undefined)
    },
    hold: (held) => {
      for (const { id } of shown()) {
        stop(id)
        if (!held) start(id)
      }
    },
    show: (toast) => {
      const id = next++
      setShown((toasts) => [...toasts, { ...toast, id }])
      for (const { id: old } of shown().slice(0, -toastsAtOnce)) dismiss(old)
      start(id)
      const speak = toast.urgent === true ? alert : say
      speak(toast.act === undefined ? toast.text : `${toast.text} ${toast.act.label}`)
    }
  }
}
