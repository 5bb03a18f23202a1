/** The overlays over the page: the help, the quick switcher and the message search. */
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
  // A user who signs in later must not see this overlay.
  onCleanup(() => openOverlay(undefined))
  const close = () => setShown(undefined)
  const isSearch = createMemo(() => shown()?.startsWith("search") === true)
  // Created once; closing only hides it, so that the results stay.
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
