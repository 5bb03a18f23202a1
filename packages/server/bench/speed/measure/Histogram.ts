/** Times in buckets that grow with them, so that any number of them takes the same place: off by 1.6 % at most. */

const halves = 64
const powers = 32

const bucketOf = (micros: number): number => {
  const value = Math.max(0, Math.round(micros))
  if (value < 2 * halves) return value
  const power = 31 - Math.clz32(value) - 6
  return halves * power + (value >>> power)
}

const middleOf = (bucket: number): number => {
  if (bucket < 2 * halves) return bucket
  const power = Math.floor(bucket / halves) - 1
  return (bucket - halves * power + 0.5) * 2 ** power
}

export class Histogram {
  private readonly counts = new Float64Array(halves * (powers + 1))
  count = 0

  /** Below 70 minutes. */
  add(micros: number): void {
    const bucket = bucketOf(micros)
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.count++
  }

  clear(): void {
    this.counts.fill(0)
    this.count = 0
  }

  /** In µs; NaN of nothing. */
  percentile(percent: number): number {
    if (this.count === 0) return Number.NaN
    const rank = Math.min(this.count, Math.max(1, Math.ceil((this.count * percent) / 100)))
    let seen = 0
    for (let bucket = 0; bucket < this.counts.length; bucket++) {
      seen += this.counts[bucket] ?? 0
      if (seen >= rank) return middleOf(bucket)
    }
    return Number.NaN
  }
}
