/** Looks for something while a person types: waits for a pause, and only the newest question's answer is shown. */
import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js"

export const pauseMs = 250

export type Found<A> =
  | { readonly _tag: "idle" }
  | { readonly _tag: "looking" }
  | { readonly _tag: "found"; readonly query: string; readonly items: ReadonlyArray<A> }
  | { readonly _tag: "failed" }

/** `find`: undefined when no answer came. `always`: an empty question is asked too. Call within a component. */
export const createFind = <A>(
  query: Accessor<string>,
  find: (query: string) => Promise<ReadonlyArray<A> | undefined>,
  always = false
): { readonly found: Accessor<Found<A>>; readonly again: () => void } => {
  const [found, setFound] = createSignal<Found<A>>({ _tag: "idle" })
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const ask = (text: string, delayMs: number) => {
    const mine = ++turn
    clearTimeout(timer)
    if (text === "" && !always) return setFound({ _tag: "idle" })
    timer = setTimeout(() => {
      if (found()._tag !== "found") setFound({ _tag: "looking" })
      find(text)
        .then(
          (items) =>
            mine === turn && setFound(items === undefined ? { _tag: "failed" } : { _tag: "found", query: text, items })
        )
        .catch(() => mine === turn && setFound({ _tag: "failed" }))
    }, delayMs)
  }
  createEffect(
    on(
      () => query().trim(),
      (text, before) => ask(text, before === undefined ? 0 : pauseMs)
    )
  )
  onCleanup(() => {
    turn++
    clearTimeout(timer)
  })
  return { found, again: () => ask(query().trim(), 0) }
}
