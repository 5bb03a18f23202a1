/** Describes `/api/v1` as OpenAPI 3.1, from the same schemas that check the calls. */
import type { Rpc, RpcGroup } from "@effect/rpc"
import { AdminMiddleware, AuthMiddleware } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { BadRequest, RateLimited, Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import { JSONSchema, Schema, type SchemaAST } from "effect"
import { errorStatus } from "./ErrorStatus.ts"
import { rpcDocs } from "./RpcDocs.ts"
import { callsOf, takesNothing } from "./StrictRpc.ts"

type Json = Readonly<Record<string, unknown>>
type SchemaOf = (direction: "request" | "answer", schema: { readonly ast: SchemaAST.AST }) => JSONSchema.JsonSchema7

/** `origin`: where the server is reached, when that is known. */
export const openApi = <R extends Rpc.Any>(group: RpcGroup.RpcGroup<R>, origin: string | undefined): Json => {
  const definitions: Record<string, JSONSchema.JsonSchema7> = {}
  // A request may hold nothing more than is said here; to an answer, later versions may add.
  const schemaOf: SchemaOf = (direction, { ast }) =>
    JSONSchema.fromAST(ast, {
      definitions,
      definitionPath: "#/components/schemas/",
      target: "openApi3.1",
      additionalPropertiesStrategy: direction === "request" ? "strict" : "allow"
    })
  const paths = Object.fromEntries(
    callsOf(group).map((rpc) => [`/api/v1/${rpc._tag}`, { post: operation(rpc, schemaOf) }])
  )
  return {
    openapi: "3.1.0",
    info: { title: "Hibiki", version: "1", description },
    ...(origin === undefined ? {} : { servers: [{ url: origin }] }),
    paths,
    components: { schemas: definitions, securitySchemes: { accessToken: { type: "http", scheme: "bearer" } } }
  }
}

const description = `Every call is a POST with a JSON object, answered {"value": ...} or {"error": {"_tag": ..., ...}}. \
RateLimited and Unavailable say when to try again; a change carries an id made by the client, and the same call with the same id is done once.`

const operation = (rpc: Rpc.AnyWithProps, schemaOf: SchemaOf): Json => {
  const answers = new Map<number, Array<JSONSchema.JsonSchema7>>()
  for (const error of answeredErrors(rpc)) {
    const status = errorStatus[tagOf(error.ast) ?? ""] ?? 500
    answers.set(status, [...(answers.get(status) ?? []), schemaOf("answer", error)])
  }
  const failures = [...answers]
    .sort(([a], [b]) => a - b)
    .map(([status, errors]) => [String(status), answer("Not done.", "error", errors)])
  return {
    operationId: rpc._tag,
    tags: [rpc._tag.split(".")[0] ?? rpc._tag],
    summary: new Map(Object.entries(rpcDocs)).get(rpc._tag) ?? rpc._tag,
    ...(needsToken(rpc) ? { security: [{ accessToken: [] }] } : {}),
    requestBody: {
      required: true,
      content: {
        "application/json": { schema: takesNothing(rpc) ? emptyObject : schemaOf("request", rpc.payloadSchema) }
      }
    },
    responses: {
      "200": answer("Done.", "value", [answersNothing(rpc) ? emptyAnswer : schemaOf("answer", rpc.successSchema)]),
      ...Object.fromEntries(failures)
    }
  }
}

const answer = (text: string, member: "value" | "error", schemas: ReadonlyArray<JSONSchema.JsonSchema7>): Json => ({
  description: text,
  content: {
    "application/json": {
      schema: {
        type: "object",
        required: [member],
        properties: { [member]: schemas.length === 1 ? schemas[0] : { anyOf: schemas } }
      }
    }
  }
})

/** By its schema alone an empty struct is anything but null; what is answered is an object. */
const answersNothing = ({ successSchema: { ast } }: Rpc.AnyWithProps): boolean =>
  ast._tag === "TypeLiteral" && ast.propertySignatures.length === 0 && ast.indexSignatures.length === 0

const emptyAnswer: JSONSchema.JsonSchema7 = { type: "object", properties: {}, required: [], additionalProperties: true }

const emptyObject: Json = { type: "object", properties: {}, additionalProperties: false }

const needsToken = (rpc: Rpc.AnyWithProps): boolean => {
  const keys = [...rpc.middlewares].map((middleware) => middleware.key)
  return keys.includes(AuthMiddleware.key) || keys.includes(AdminMiddleware.key)
}

/** Every error that the call may end with, its middlewares' included, each once. */
export const errorsOf = (rpc: Rpc.AnyWithProps): ReadonlyArray<Schema.Schema.All> => {
  const found = new Map<string, Schema.Schema.All>()
  const collect = (ast: SchemaAST.AST): void => {
    if (ast._tag === "Union") for (const member of ast.types) collect(member)
    else if (ast._tag !== "NeverKeyword") found.set(tagOf(ast) ?? String(ast), Schema.make(ast))
  }
  collect(rpc.errorSchema.ast)
  for (const middleware of rpc.middlewares) collect(middleware.failure.ast)
  return [...found.values()]
}

/** The call's own errors, and those that the edge may answer before it. */
const answeredErrors = (rpc: Rpc.AnyWithProps): Iterable<Schema.Schema.All> =>
  new Map([BadRequest, RateLimited, Unavailable, ...errorsOf(rpc)].map((error) => [tagOf(error.ast), error])).values()

/** The `_tag` of a tagged error's schema. */
export const tagOf = (ast: SchemaAST.AST): string | undefined => {
  const fields = ast._tag === "Transformation" ? ast.from : ast
  if (fields._tag !== "TypeLiteral") return undefined
  const tag = fields.propertySignatures.find((property) => property.name === "_tag")?.type
  return tag?._tag === "Literal" ? String(tag.literal) : undefined
}
