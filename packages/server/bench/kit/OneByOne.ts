/**
 * Work that comes in a burst, done a piece a round of the event loop, so that whatever else the process measures does
 * not wait for all of it.
 */
export class OneByOne {
  private readonly waiting: Array<() => void> = []
  private isHeld = false
  private runs = false

  add(work: () => void): void {
    this.waiting.push(work)
    this.go()
  }

  /** Whatever comes from here on waits until `letGo`. */
  hold(): void {
    this.isHeld = true
  }

  letGo(): void {
    this.isHeld = false
    this.go()
  }

  /** Settled when nothing waits any more. */
  done(): Promise<void> {
    return new Promise((resolve) => this.add(resolve))
  }

  private go(): void {
    if (this.runs || this.isHeld || this.waiting.length === 0) return
    this.runs = true
    setImmediate(this.next)
  }

  private readonly next = (): void => {
    this.runs = false
    if (this.isHeld) return
    this.waiting.shift()?.()
    this.go()
  }
}
