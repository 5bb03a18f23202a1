/** What stands over the page when it is asked for: the help and the quick switcher. */
import { createComputed, createSignal, Match, on, onCleanup, Switch } from "solid-js"
import { HelpDialog } from "../../ui/HelpDialog.tsx"
import { openOverlay, overlay } from "../../ui/overlay.ts"
import type { ListState } from "../conversations/createListState.ts"
import { Switcher } from "./Switcher.tsx"

export const Over = (props: { readonly list: ListState }) => {
  const [shown, setShown] = createSignal(overlay())
  createComputed(on(overlay, (asked) => setShown(asked)))
  // For nobody who comes in later.
  onCleanup(() => openOverlay(undefined))
  const close = () => setShown(undefined)
  return (
    <Switch>
      <Match when={shown() === "help"}>
        <HelpDialog onClose={close} />
      </Match>
      <Match when={shown()?.startsWith("switcher")}>
        <Switcher list={props.list} pressed={shown() === "switcherPressed"} onClose={close} />
      </Match>
    </Switch>
  )
}
