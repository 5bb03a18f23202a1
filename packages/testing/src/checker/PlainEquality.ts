/** Equality of plain data: a field without a value is as if absent, and the order of fields says nothing. */

export const isSamePlain = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSamePlain(item, b[i]))
  return isRecord(a) && isRecord(b) && !Array.isArray(b) && holdsAll(a, b) && holdsAll(b, a)
}

type Fields = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null

const holdsAll = (whole: Fields, part: Fields): boolean => {
  for (const name of Object.keys(part)) if (!isSamePlain(whole[name], part[name])) return false
  return true
}
