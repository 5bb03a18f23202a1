/** Puts a floating element under its button, or above it where there is no room, and always within the page. */

const gap = 4
const margin = 8

export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The corner for something of `size`: right edges meet when the anchor stands in the right half. */
export const besideCorner = (
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  page: { readonly width: number; readonly height: number }
): { readonly left: number; readonly top: number } => {
  const wanted = anchor.left + anchor.width / 2 > page.width / 2 ? anchor.left + anchor.width - size.width : anchor.left
  const below = anchor.top + anchor.height + gap
  const above = anchor.top - gap - size.height
  const top = below + size.height <= page.height - margin || above < margin ? below : above
  return { left: within(wanted, size.width, page.width), top: within(top, size.height, page.height) }
}

const within = (start: number, length: number, room: number): number =>
  Math.max(margin, Math.min(start, room - margin - length))

export const placeBeside = (anchor: HTMLElement, floating: HTMLElement): void => {
  const { left, top } = besideCorner(anchor.getBoundingClientRect(), floating.getBoundingClientRect(), {
    width: window.innerWidth,
    height: window.innerHeight
  })
  floating.style.setProperty("left", `${left}px`)
  floating.style.setProperty("top", `${top}px`)
}
