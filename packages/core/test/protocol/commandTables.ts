/** The tables of docs/reference/wire-protocol.md that tell of commands, as their kinds say it. */
import { Option, SchemaAST } from "effect"
import { type AnyCommandKind, everyKind, kindNamed } from "../../src/commands/Command.ts"
import type { ConversationRelation } from "../../src/commands/CommandKind.ts"
import { Limits } from "../../src/domain/Limits.ts"
import { ConversationRpcs } from "../../src/protocol/rpc/ConversationRpcs.ts"
import { type SentKind, sentKinds } from "./sentKinds.ts"

type Row = ReadonlyArray<string>

const table = (first: string, rows: ReadonlyArray<Row>): string =>
  [[first, "fields", "what it does", "who may", "in", "event"], ...rows]
    .map((cells) => `|${cells.map((cell) => (cell === "" ? " |" : ` ${cell} |`)).join("")}`)
    .toSpliced(1, 0, `|${"---|".repeat(6)}`)
    .join("\n")

const words = (all: ReadonlyArray<string>, last: "and" | "or"): string =>
  all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} ${last} ${all.at(-1)}`
const code = (text: string): string => `\`${text}\``
const number = (value: unknown): string => Number(value).toLocaleString("en")

/** The bounds that the rules of a schema say, from the outermost in. */
const boundsOf = (ast: SchemaAST.AST): Readonly<Record<string, unknown>> =>
  SchemaAST.isRefinement(ast)
    ? { ...boundsOf(ast.from), ...Option.getOrElse(SchemaAST.getJSONSchemaAnnotation(ast), () => ({})) }
    : {}

/** What may stand in a field, beyond what its name says. */
const typeOf = (ast: SchemaAST.AST): string => {
  const bounds = boundsOf(ast)
  const base = SchemaAST.isRefinement(ast) ? ast.from : ast
  if (SchemaAST.isUnion(ast)) {
    const literals = ast.types.flatMap((type) => (SchemaAST.isLiteral(type) ? [code(String(type.literal))] : []))
    return literals.length > 0
      ? words(literals, "or")
      : words(
          ast.types.map(typeOf).filter((type) => type !== ""),
          "or"
        )
  }
  if (SchemaAST.isBooleanKeyword(base)) return "boolean"
  if (bounds["maxItems"] !== undefined) return `${number(bounds["minItems"] ?? 0)} to ${number(bounds["maxItems"])}`
  if (bounds["maxLength"] !== undefined)
    return `${number(bounds["minLength"] ?? 0)} to ${number(bounds["maxLength"])} code points`
  if (bounds["maximum"] !== undefined) return "a seq"
  return ""
}

const fieldOf = ({ isOptional, name, type }: SchemaAST.PropertySignature, as = String(name)): string => {
  const said = typeOf(type)
  return `${code(isOptional ? `${as}?` : as)}${said === "" ? "" : ` (${said})`}`
}

const whoMay: Readonly<Record<ConversationRelation, string>> = {
  signedIn: "everybody",
  member: "members",
  conversationAdmin: "admins and owners",
  conversationOwner: "owners"
}

const placesOf = ({ creates, possibleIn }: AnyCommandKind): string => {
  if (creates === true) return ""
  return possibleIn.length === 3 ? "all" : words(possibleIn, "and")
}

const eventsOf = ({ causes, log }: AnyCommandKind): string => {
  const events = causes.map(code).join(", ")
  return log === "personal" && events !== "" ? `${events}, personal` : events
}

const kindOf = (name: string): AnyCommandKind => {
  const kind = kindNamed(name)
  if (kind === undefined) throw new Error(`there is no kind of commands named ${name}`)
  return kind
}

/** Of a frame, whose fields follow from what it is to hold. */
const fieldsOf = ({ fields, frameOf, op, right }: SentKind): string => {
  const ofBody = fields.map((field) => fieldOf(field))
  if (op === "post")
    return `${code("conversationId")}, ${code("posts")} (1 to ${Limits.postsPerFrame} of ${code("id")}, ${ofBody.join(", ")})`
  const byName = new Map(fields.map((field) => [String(field.name), field]))
  return Object.keys(frameOf(right))
    .filter((name) => name !== "op")
    .map((name) => {
      const field = byName.get(name === "seq" ? "upTo" : name)
      if (field !== undefined) return fieldOf(field, name)
      return name === "on" ? `${code(name)} (boolean)` : code(name)
    })
    .join(", ")
}

const frameRow = ([first, off]: ReadonlyArray<SentKind>): Row => {
  if (first === undefined) return []
  const kind = kindOf(first.kind)
  const other = off === undefined ? undefined : kindOf(off.kind)
  const both = (said: (of: AnyCommandKind) => string, join: (on: string, without: string) => string): string => {
    const [on, without] = [said(kind), other === undefined ? undefined : said(other)]
    return without === undefined || without === on ? on : join(on, without)
  }
  return [
    code(first.op),
    fieldsOf(first),
    both(
      ({ about }) => about,
      (on, without) => `With ${code("on")}: ${on} Without: ${without}`
    ),
    both(
      ({ relation }) => whoMay[relation],
      (on, without) => `${on}; without ${code("on")} ${without}`
    ),
    both(placesOf, (on, without) => `${on}; without ${code("on")} ${without}`),
    both(eventsOf, (on, without) => `${on}; ${without}`)
  ]
}

/** Commands that go by the socket. */
export const frameTable: string = table(
  "`op`",
  [...new Set(sentKinds.map(({ op }) => op))].map((op) => frameRow(sentKinds.filter((sent) => sent.op === op)))
)

/** Commands that are calls. */
export const callTable: string = table(
  "call",
  everyKind().flatMap((kind): ReadonlyArray<Row> => {
    const call = ConversationRpcs.requests.get(`conversation.${kind.kind}`)
    if (call === undefined) return []
    const fields = SchemaAST.getPropertySignatures(call.payloadSchema.ast).map((field) => fieldOf(field))
    return [[code(call._tag), fields.join(", "), kind.about, whoMay[kind.relation], placesOf(kind), eventsOf(kind)]]
  })
)
