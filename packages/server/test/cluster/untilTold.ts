/** How a program that started other programs waits for its end: none of them is left behind. */

export interface Told {
  /** Done at the first Ctrl-C or SIGTERM, for which it keeps the process alive. */
  readonly told: Promise<void>
  /** The process may end without. */
  readonly forget: () => void
}

export const untilTold = (): Told => {
  const awake = setInterval(() => undefined, 60_000)
  const signals = ["SIGINT", "SIGTERM"] as const
  let tell: () => void = () => undefined
  const told = new Promise<void>((resolve) => {
    tell = resolve
  })
  // Not once: whoever looks whether anybody listens would find that nobody does.
  for (const signal of signals) process.on(signal, tell)
  const forget = () => {
    clearInterval(awake)
    for (const signal of signals) process.off(signal, tell)
  }
  return { told: told.then(forget), forget }
}
