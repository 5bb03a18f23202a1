/**
 * Replaces the router's own listeners in the page's bundle. Clicks on links navigate, and a link with the pointer or
 * the focus preloads its screen. The library's listeners also support forms with actions, links in SVG, bases and
 * rewritten addresses, which the page does not have.
 */
import { onCleanup } from "solid-js"
import { delegateEvents } from "solid-js/web"

interface Router {
  readonly base: unknown
  readonly navigatorFactory: (
    base: unknown
  ) => (to: string, options: { readonly resolve: false; readonly replace: boolean }) => void
  readonly preloadRoute: (url: URL, preloadData: boolean) => void
}

export const setupNativeEvents = () => (router: Router) => {
  const navigate = router.navigatorFactory(router.base)
  const onClick = (event: MouseEvent) => {
    const link = event.defaultPrevented || event.button !== 0 || isElsewhere(event) ? undefined : linkAt(event)
    if (link === undefined) return
    event.preventDefault()
    navigate(link.pathname + link.search + link.hash, { resolve: false, replace: link.hasAttribute("replace") })
  }
  let last: HTMLAnchorElement | undefined
  const onPoint = (event: Event) => {
    const link = linkAt(event)
    if (link !== undefined && link !== last) router.preloadRoute(new URL(link.href), true)
    last = link
  }
  // Listeners of components run first and may prevent it.
  delegateEvents(["click"])
  const ends = [
    listen("click", onClick as EventListener),
    ...["pointerover", "focusin", "touchstart"].map((name) => listen(name, onPoint, { passive: true }))
  ]
  onCleanup(() => {
    for (const end of ends) end()
  })
}

const listen = (name: string, listener: EventListener, options?: AddEventListenerOptions): (() => void) => {
  document.addEventListener(name, listener, options)
  return () => document.removeEventListener(name, listener)
}

const isElsewhere = ({ altKey, ctrlKey, metaKey, shiftKey }: MouseEvent): boolean =>
  altKey || ctrlKey || metaKey || shiftKey

/** Returns the link of this page that contains the event's target. */
const linkAt = ({ target }: Event): HTMLAnchorElement | undefined => {
  const link = target instanceof Element ? target.closest("a") : null
  if (link === null || link.target !== "" || link.href === "" || link.hasAttribute("download")) return undefined
  return link.origin === location.origin ? link : undefined
}
