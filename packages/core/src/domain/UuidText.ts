/** How a UUID is written, checked without any library, so that a web client's first paint can use it. */

/** The one accepted spelling: lower case, with hyphens. */
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const v7Pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Whether `value` is a UUID text in that spelling. */
export const isUuid = (value: unknown): value is string => typeof value === "string" && uuidPattern.test(value)

/** Whether `value` is a UUID of version 7 in that spelling: what a command's id must be. */
export const isUuidV7 = (value: unknown): value is string => typeof value === "string" && v7Pattern.test(value)
