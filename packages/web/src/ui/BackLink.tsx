/**
 * A link to the page above this one. It is the browser's "back" where that leads there, and else takes this page's
 * place: a new entry would lead whoever presses the system's "back" forward again.
 */
import { A, type AnchorProps } from "@solidjs/router"
import { splitProps } from "solid-js"

/** `forward`: for now it leads on, as other links do. */
export const BackLink = (props: Omit<AnchorProps, "onClick" | "replace"> & { readonly forward?: boolean }) => {
  const [own, rest] = splitProps(props, ["forward"])
  const onClick = (event: MouseEvent) => {
    if (own.forward !== true && isPlain(event) && goBack(rest.href)) event.preventDefault()
  }
  return <A {...rest} replace={own.forward === true ? undefined : true} onClick={onClick} />
}

/** Else it opens elsewhere, and this page stays. */
const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey

// The browser's own "back", where it is known to lead to the place that is meant.

interface Navigation {
  readonly currentEntry: NavigationHistoryEntry | null
  readonly entries: () => ReadonlyArray<NavigationHistoryEntry>
  readonly traverseTo: (key: string) => { readonly committed: Promise<unknown>; readonly finished: Promise<unknown> }
}

declare global {
  interface Window {
    /** Older browsers lack it. */
    readonly navigation?: Navigation
  }
}

/**
 * False: the entry before is another place, or the browser does not tell. To a named entry: pressed twice, it is still
 * one step.
 */
const goBack = (path: string): boolean => {
  const { navigation } = window
  const before = navigation?.entries()[(navigation.currentEntry?.index ?? 0) - 1]
  if (navigation === undefined || before?.url == null || new URL(before.url).pathname !== path) return false
  const { committed, finished } = navigation.traverseTo(before.key)
  // Something else may come between; then that is where the person wanted to be.
  void Promise.allSettled([committed, finished])
  return true
}
