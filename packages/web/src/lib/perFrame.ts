/** Runs something at most once a frame, before it is painted; at once where no frames are drawn. */

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
      // A hidden page draws none, and is to be right when it is shown.
      hidden = setTimeout(now, 250)
    },
    cancel
  }
}
