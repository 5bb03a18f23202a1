/** The browser's own "back", where it is known to lead to the place that is meant. */

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
export const goBack = (path: string): boolean => {
  const { navigation } = window
  const before = navigation?.entries()[(navigation.currentEntry?.index ?? 0) - 1]
  if (navigation === undefined || before?.url == null || new URL(before.url).pathname !== path) return false
  const { committed, finished } = navigation.traverseTo(before.key)
  // Something else may come between; then that is where the person wanted to be.
  void Promise.allSettled([committed, finished])
  return true
}
