/** Numbers of logs from the database: pg returns a bigint as text, PGlite as a number. */

/** The number. Dies beyond 2^53, where two seqs would look the same: no log comes near it. */
export const seqNumber = (value: string | number): number => {
  const number = typeof value === "number" ? value : Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is no seq`)
  return number
}
