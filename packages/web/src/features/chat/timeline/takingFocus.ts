/** A row that was never measured is hidden until it is, some frames later, and can't have the focus before. */

const takenWithinFrames = 10

/** Answers how to give a row the focus as soon as it can have it, unless the person goes elsewhere meanwhile. */
export const takingFocus = (
  feed: () => HTMLElement | undefined,
  articleOf: (key: string) => HTMLElement | null | undefined
): ((key: string) => void) => {
  let wanted: string | undefined
  const take = (key: string, from: Element | null, frames: number) => {
    const now = document.activeElement
    const article = articleOf(key)
    // What had it may be gone from the page since: then nothing has it, or the feed as a whole.
    const isLeft = now !== from && now !== document.body && now !== feed() && article?.contains(now) !== true
    if (key !== wanted || isLeft) return
    article?.focus({ preventScroll: true })
    if (frames > 0 && article?.contains(document.activeElement) !== true)
      requestAnimationFrame(() => take(key, from, frames - 1))
  }
  return (key) => {
    wanted = key
    take(key, document.activeElement, takenWithinFrames)
  }
}
