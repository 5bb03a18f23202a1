/** Runs a function at most once a frame, before the paint; on a page that draws no frames, after 250 ms. */

export interface PerFrame {
  readonly schedule: () => void
  readonly cancel: () => void
}

export const perFrame = (run: () => void): PerFrame => {
  let frame: number | undefined
  let hidden: ReturnType<typeof setTimeout> | undefined
  const cancel = () => {
    if (frame !== undefined) cancelAnimationFrame(frame)
    if (hidden !== undefined) clearTimeout(hidden)
    frame = hidden = undefined
  }
  const now = () => {
    cancel()
    run()
  }
  return {
    schedule: () => {
      if (frame !== undefined || hidden !== undefined) return
      frame = requestAnimationFrame(now)
      // A hidden page draws no frames, but must be up to date when it is shown.
      hidden = setTimeout(now, 250)
    },
    cancel
  }
}
