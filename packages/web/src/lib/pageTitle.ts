/** The title of the front page, for the browser's tab. */
import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from "solid-js"

const [shown, setShown] = createSignal<string>()

/** Undefined when the product's name is enough. */
export const pageTitle = shown

/** Call within a component: it sets the title while it lives. */
export const usePageTitle = (title: Accessor<string | undefined>): void => {
  const shownAs = createMemo(title)
  createEffect(() => {
    const mine = shownAs()
    setShown(mine)
    onCleanup(() => setShown((now) => (now === mine ? undefined : now)))
  })
}

/** The product's name, the same in every language. */
export const productName = "Hibiki"
