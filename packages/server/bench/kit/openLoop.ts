/**
 * Calls `send` for each turn when it is due, at a steady rate, whatever became of the turns before: what comes late is
 * counted from the time at which it was due, so that a slow server can't lower its own load. `isOver`: whether it is to
 * end before its time.
 */
export const openLoop = (
  perSecond: number,
  seconds: number,
  send: (turn: number, dueMs: number) => void,
  isOver: () => boolean = () => false
): Promise<void> =>
  new Promise((resolve) => {
    const startMs = performance.now()
    const turns = Math.round(perSecond * seconds)
    const dueOf = (turn: number) => startMs + (turn * 1_000) / perSecond
    let turn = 0
    const tick = () => {
      for (; turn < turns && dueOf(turn) <= performance.now(); turn++) send(turn, dueOf(turn))
      if (turn === turns || isOver()) resolve()
      else setTimeout(tick, Math.max(0, dueOf(turn) - performance.now()))
    }
    tick()
  })
