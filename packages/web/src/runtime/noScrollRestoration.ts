/**
 * Stands in for the router's scroll restoration in the page's bundle, which is off: the page itself never scrolls, and
 * what scrolls keeps its place.
 */
export const createScrollRestoration = (): never => {
  throw new Error("the page restores no scroll offsets")
}
