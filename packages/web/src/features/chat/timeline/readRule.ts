/**
 * What counts as read: everything up to a row that came into view `seenMs` ago, when the person has attended the page
 * since and not gone back above it. Plain: what is seen and the time come in, what to mark and when to look again come
 * out.
 */

export const seenMs = 300

export interface Seen {
  readonly attentive: boolean
  /** The seq of the last row in view; undefined: none is. */
  readonly last: number | undefined
}

export interface ReadWatch {
  /**
   * Last rows in view that were not there long enough yet, ascending by seq and time: at most one for each step in
   * `seenMs`.
   */
  readonly waiting: ReadonlyArray<{ readonly seq: number; readonly since: number }>
  readonly marked: number
}

export const initialWatch = (readUpTo: number): ReadWatch => ({ waiting: [], marked: readUpTo })

export interface ReadStep {
  readonly watch: ReadWatch
  /** Mark everything up to here as read now. */
  readonly mark: number | undefined
  /** Look again then. */
  readonly dueAt: number | undefined
}

export const stepRead = (watch: ReadWatch, { attentive, last }: Seen, now: number): ReadStep => {
  if (!attentive || last === undefined) return { watch: { ...watch, waiting: [] }, mark: undefined, dueAt: undefined }
  const inView = watch.waiting.filter(({ seq }) => seq <= last && seq > watch.marked)
  const waiting =
    last > watch.marked && !inView.some(({ seq }) => seq === last) ? [...inView, { seq: last, since: now }] : inView
  const done = waiting.filter(({ since }) => now - since >= seenMs)
  const mark = done.reduce<number | undefined>(
    (most, { seq }) => (most === undefined || seq > most ? seq : most),
    undefined
  )
  const left = mark === undefined ? waiting : waiting.filter(({ seq }) => seq > mark)
  const dueAt = left.reduce<number | undefined>(
    (least, { since }) => Math.min(least ?? Number.POSITIVE_INFINITY, since + seenMs),
    undefined
  )
  return { watch: { waiting: left, marked: mark ?? watch.marked }, mark, dueAt }
}
