/**
 * Wire vectors of each kind of command that goes by the socket: a right frame, one without each field, one with each of
 * another type, and one with a field too many.
 */
import { type Fields, type SentKind, sentKinds, userId } from "./sentKinds.ts"
import type { InvalidVector, ValidVector } from "./vectors.ts"

/** An object of a frame whose fields are checked: the frame itself, or its first post. */
interface Owner {
  readonly path: string
  readonly fields: Fields
  readonly optional: ReadonlySet<string>
  /** The frame with this object in that one's place. */
  readonly frameWith: (fields: Fields) => Fields
}

const ownersIn = ({ fields, frameOf, op, right }: SentKind): ReadonlyArray<Owner> => {
  const frame = frameOf(right)
  const optional = new Set(fields.flatMap(({ isOptional, name }) => (isOptional ? [String(name)] : [])))
  const { posts } = frame
  const ofFrame: Owner = { path: "", fields: frame, optional, frameWith: (all) => all }
  if (op !== "post" || !Array.isArray(posts)) return [ofFrame]
  return [ofFrame, { path: "posts.0.", fields: posts[0], optional, frameWith: (post) => ({ ...frame, posts: [post] }) }]
}

const otherType = (value: unknown): unknown => (typeof value === "number" ? String(value) : 7)

/** With what can be read of whom it concerns. */
const invalid = (name: string, { fields, frameWith, path }: Owner, change: Fields, code: string): InvalidVector => {
  const [field = ""] = Object.keys(change)
  const changed: Fields = { ...fields, ...change }
  const frame = frameWith(changed)
  const { id } = changed
  const { conversationId } = frame
  return {
    name,
    text: JSON.stringify(frame),
    code,
    field: `${path}${field}`,
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof conversationId === "string" ? { conversationId } : {})
  }
}

const invalidOf = (sent: SentKind): ReadonlyArray<InvalidVector> =>
  ownersIn(sent).flatMap((owner) => {
    const { fields, optional, path } = owner
    const name = (field: string, what: string) => `${sent.kind}: ${path}${field}${what}`
    const names = Object.keys(fields).filter((field) => field !== "op")
    return [
      ...names
        .filter((field) => !optional.has(field))
        .map((field) => invalid(name(field, " missing"), owner, { [field]: undefined }, "missing_field")),
      ...names.map((field) =>
        invalid(name(field, " of another type"), owner, { [field]: otherType(fields[field]) }, "bad_type")
      ),
      invalid(name("by", " is no field"), owner, { by: userId }, "unknown_field")
    ]
  })

/** A frame of two kinds has the same fields for both. */
const oneOfEachOp = [...new Map(sentKinds.toReversed().map((sent) => [sent.op, sent])).values()].toReversed()

const valid: ReadonlyArray<ValidVector> = sentKinds.map(({ frameOf, kind, right }) => {
  const frame = frameOf(right)
  return { name: `${kind}: as it is`, text: JSON.stringify(frame), frame }
})

/** One line of the file, spaced as the others are. */
const lineOf = (vector: ValidVector): string =>
  JSON.stringify(vector, null, 1)
    .replace(/([[{])\n\s*/g, "$1")
    .replace(/\n\s*([\]}])/g, "$1")
    .replace(/,\n\s*/g, ", ")

/** The text of docs/reference/wire-vectors.json with these vectors as the last of their lists, in place of those of before. */
export const withCommandVectors = (file: string): string => {
  const byHand = file.split("\n").filter((line) => !/^\s*\{"name": "\w+: /.test(line))
  const added: ReadonlyArray<readonly [list: string, vectors: ReadonlyArray<ValidVector>]> = [
    ["valid", valid],
    ["invalid", oneOfEachOp.flatMap(invalidOf)]
  ]
  return added.reduce((lines, [list, vectors]) => withLines(lines, list, vectors.map(lineOf)), byHand).join("\n")
}

/** Adds to the first list of this name, that of the client. */
const withLines = (lines: ReadonlyArray<string>, list: string, added: ReadonlyArray<string>): Array<string> => {
  const start = lines.findIndex((line) => line.trim() === `"${list}": [`)
  const end = lines.findIndex((line, at) => at > start && /^\s*\]/.test(line))
  const all = [...lines.slice(start + 1, end).map((line) => line.trim().replace(/,$/, "")), ...added]
  return [
    ...lines.slice(0, start + 1),
    ...all.map((line, at) => `      ${line}${at === all.length - 1 ? "" : ","}`),
    ...lines.slice(end)
  ]
}
