/**
 * A link to the page above this one. If the browser's "back" leads there, it goes back. Otherwise it replaces this
 * page's history entry: with a new entry, the system's "back" would lead forward again.
 */
import { A, type AnchorProps } from "@solidjs/router"
import { splitProps } from "solid-js"

/** `forward`: for now it adds an entry, as other links do. */
export const BackLink = (props: Omit<AnchorProps, "onClick" | "replace"> & { readonly forward?: boolean }) => {
  const [own, rest] = splitProps(props, ["forward"])
  const onClick = (event: MouseEvent) => {
    if (own.forward !== true && isPlain(event) && goBack(rest.href)) event.preventDefault()
  }
  return <A {...rest} replace={own.forward === true ? undefined : true} onClick={onClick} />
}

/** Otherwise it opens elsewhere, and this page stays. */
const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey

// The browser's own "back", if it is known to lead to the wanted page.

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
 * Goes back to the entry if it has this path. Returns false if the previous entry is another page, or if the browser
 * does not tell. Navigates to a named entry, so that two presses are still one step.
 */
const goBack = (path: string): boolean => {
  const { navigation } = window
  const before = navigation?.entries()[(navigation.currentEntry?.index ?? 0) - 1]
  if (navigation === undefined || before?.url == null || new URL(before.url).pathname !== path) return false
  const { committed, finished } = navigation.traverseTo(before.key)
  // Another navigation may interrupt it; that is then where the person wanted to be.
  void Promise.allSettled([committed, finished])
  return true
}
