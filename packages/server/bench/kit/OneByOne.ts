/** Work that comes in a burst, done a piece a round of the event loop, so that whatever else the process measures does not wait for all of it. */
export class OneByOne {
  private readonly waiting: Array<() => void> = []

  add(work: () => void): void {
    if (this.waiting.push(work) === 1) setImmediate(this.next)
  }

  /** Settled when nothing waits any more. */
  done(): Promise<void> {
    return new Promise((resolve) => this.add(resolve))
  }

  private readonly next = (): void => {
    this.waiting[0]?.()
    this.waiting.shift()
    if (this.waiting.length > 0) setImmediate(this.next)
  }
}
