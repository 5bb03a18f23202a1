/** What the page in front is called, for the browser's tab. */
import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from "solid-js"

const [shown, setShown] = createSignal<string>()

/** Undefined where the product's name says enough. */
export const pageTitle = shown

/** Call within a component: the title is its own while it lives. */
export const usePageTitle = (title: Accessor<string | undefined>): void => {
  const shownAs = createMemo(title)
  createEffect(() => {
    const mine = shownAs()
    setShown(mine)
    onCleanup(() => setShown((now) => (now === mine ? undefined : now)))
  })
}

/** What the product is called, the same in every language. */
export const productName = "Hibiki"
