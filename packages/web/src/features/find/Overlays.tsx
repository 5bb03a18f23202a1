/** What stands over the page when it is asked for: the help, the quick switcher, the search in messages. */
import { createComputed, createMemo, createSignal, Match, on, onCleanup, Show, Suspense, Switch } from "solid-js"
import { lazy } from "../../lib/lazy.ts"
import { openOverlay, overlay } from "../../model/overlay.ts"
import type { ListState } from "../conversations/createListState.ts"
import { HelpDialog } from "../help/HelpDialog.tsx"
import { Switcher } from "./Switcher.tsx"

const SearchDialog = lazy(() => import("./SearchDialog.tsx").then((module) => module.SearchDialog))

export const Overlays = (props: { readonly list: ListState }) => {
  const [shown, setShown] = createSignal(overlay())
  createComputed(on(overlay, (asked) => setShown(asked)))
  // For nobody who comes in later.
  onCleanup(() => openOverlay(undefined))
  const close = () => setShown(undefined)
  const isSearch = createMemo(() => shown()?.startsWith("search") === true)
  // Made once, and then closed only: what was found is kept.
  const searched = createMemo((before: boolean) => before || isSearch(), false)
  return (
    <Suspense>
      <Switch>
        <Match when={shown() === "help"}>
          <HelpDialog onClose={close} />
        </Match>
        <Match when={shown()?.startsWith("switcher")}>
          <Switcher list={props.list} pressed={shown() === "switcherPressed"} onClose={close} />
        </Match>
      </Switch>
      <Show when={searched()}>
        <SearchDialog open={isSearch()} list={props.list} onClose={close} />
      </Show>
    </Suspense>
  )
}
