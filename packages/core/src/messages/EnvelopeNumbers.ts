/** The numbers of the envelopes that came, by worker: a number that was skipped is an envelope that was lost. */

/** Each life of a worker has its own name; beyond this many the one heard of longest ago is forgotten. */
const workersMax = 1_000

export class EnvelopeNumbers {
  private readonly last = new Map<string, number>()

  /** Takes a number; whether some before it did not come. A late one is no news, since it was missed already. */
  missed(worker: string, number: number): boolean {
    const last = this.last.get(worker)
    this.last.delete(worker)
    this.last.set(worker, Math.max(last ?? 0, number))
    if (this.last.size > workersMax) {
      const oldest = this.last.keys().next()
      if (!oldest.done) this.last.delete(oldest.value)
    }
    return last !== undefined && number > last + 1
  }
}
