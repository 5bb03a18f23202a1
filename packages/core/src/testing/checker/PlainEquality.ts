/** Equality of plain data: a field without a value is as if absent, and the order of fields says nothing. */

export const isSamePlain = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSamePlain(item, b[i]))
  return !Array.isArray(b) && holdsAll(a, b) && holdsAll(b, a)
}

const holdsAll = (whole: object, part: object): boolean => {
  const fields: Record<string, unknown> = { ...whole }
  for (const [name, value] of Object.entries(part)) if (!isSamePlain(fields[name], value)) return false
  return true
}
