/** Short words that go away by themselves, at most three at a time: the oldest makes room. */
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
   * Shown for 6 s, longer while it has the person's attention, or until dismissed; with at most one act. `gone`: it
   * went, and the act was not taken.
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
  /** Takes the toast's act, and the toast away. */
  readonly act: (id: number) => void
  /** Those go that only tell something: they would cover what is opened now, and have been spoken. */
  readonly makeRoom: () => void
  /** All go now. Answers whether one of them had something that its going does. */
  readonly clear: () => boolean
  /** While it holds, nothing goes away: somebody points at a toast or has the focus in it. */
  readonly hold: (held: boolean) => void
}

/**
 * `say` and, for what is urgent, `alert` speak to those who hear the page: a region that is not there before something
 * stands in it is not heard. Call in a reactive scope: its end stops the timers.
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
