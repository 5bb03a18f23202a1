/**
 * Replaces the router's scroll restoration in the page's bundle. It is off: the page itself never scrolls, and scrolled
 * elements keep their position.
 */
export const createScrollRestoration = (): never => {
  throw new Error("the page restores no scroll offsets")
}
