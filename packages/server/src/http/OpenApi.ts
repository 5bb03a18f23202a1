/** Describes `/api/v1` as OpenAPI 3.1, from the same schemas that check the calls. */
import type { Rpc, RpcGroup } from "@effect/rpc"
import { AdminMiddleware, AuthMiddleware } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import { ofCommandCalls } from "@hibiki/core/protocol/rpc/ConversationRpcs"
import { BadRequest, RateLimited, Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import { JSONSchema, Schema, type SchemaAST } from "effect"
import { errorStatus } from "./Answer.ts"
import { callsOf, takesNothing } from "./StrictRpc.ts"

type Json = Readonly<Record<string, unknown>>

type SchemaOf = (direction: "request" | "answer", schema: { readonly ast: SchemaAST.AST }) => JSONSchema.JsonSchema7

/** `origin`: the address of the server, if that is known. */
export const openApi = <R extends Rpc.Any>(group: RpcGroup.RpcGroup<R>, origin: string | undefined): Json => {
  const definitions: Record<string, JSONSchema.JsonSchema7> = {}
  // A request may contain nothing more than this; later versions may add to an answer.
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

/** By its schema alone an empty struct is anything but null. The actual answer is an object. */
const answersNothing = ({ successSchema: { ast } }: Rpc.AnyWithProps): boolean =>
  ast._tag === "TypeLiteral" && ast.propertySignatures.length === 0 && ast.indexSignatures.length === 0

const emptyAnswer: JSONSchema.JsonSchema7 = { type: "object", properties: {}, required: [], additionalProperties: true }

const emptyObject: Json = { type: "object", properties: {}, additionalProperties: false }

const needsToken = (rpc: Rpc.AnyWithProps): boolean => {
  const keys = [...rpc.middlewares].map((middleware) => middleware.key)
  return keys.includes(AuthMiddleware.key) || keys.includes(AdminMiddleware.key)
}

/** Returns every error of the call, its middlewares' included, each once. */
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

/** The call's own errors, and those with which the edge may answer instead. */
const answeredErrors = (rpc: Rpc.AnyWithProps): Iterable<Schema.Schema.All> =>
  new Map([BadRequest, RateLimited, Unavailable, ...errorsOf(rpc)].map((error) => [tagOf(error.ast), error])).values()

/** The `_tag` of a tagged error's schema. */
export const tagOf = (ast: SchemaAST.AST): string | undefined => {
  const fields = ast._tag === "Transformation" ? ast.from : ast
  if (fields._tag !== "TypeLiteral") return undefined
  const tag = fields.propertySignatures.find((property) => property.name === "_tag")?.type
  return tag?._tag === "Literal" ? String(tag.literal) : undefined
}

/** A sentence for each call. A command's sentence is that of its kind; any other call without one does not compile. */
const rpcDocs: Readonly<Record<RpcTag, string>> = {
  "auth.policy": "Says whether one can register here, and how people are found.",
  "auth.register": "Makes an account and signs this device in.",
  "auth.signIn": "Signs a new device in with handle and password.",
  "auth.refresh":
    "Trades a refresh token, which is for one use, for new tokens. Unauthenticated: the device is signed out for good.",
  "auth.resetPassword": "Sets a new password by the code of a link that an administrator made.",
  "auth.signOut": "Ends this device's sign-in.",
  "auth.changePassword": "Sets a new password, and on request signs all other devices out.",
  "ticket.issue":
    "Makes a secret that opens one socket at /ws within its time to live; it is sent in the first frame, never in a URL.",
  "invite.create": "Makes a code for one registration, or for several, shown once. For admins.",
  "invite.list":
    "Lists invites that still let somebody in: for how many, how many have used each, and until when. For admins.",
  "invite.end": "Ends an invite: nobody registers by it any more. For admins.",
  "admin.people": "Finds accounts by the beginning of their handle or name, disabled ones too. For admins.",
  "admin.devices": "Lists the signed-in devices of a person. The audit log notes it. For admins.",
  "admin.signOutDevice": "Signs out one device of a person. For admins.",
  "admin.disable": "Ends all devices and invites of a person, who can't sign in any more. For admins.",
  "admin.enable": "Lets a disabled person sign in again. For admins.",
  "admin.resetLink": "Makes a code with which a person sets a new password, once and within an hour. For admins.",
  "admin.promote": "Makes a person an administrator. For admins.",
  "admin.demote": "Ends a person's rights as administrator. The last one can't go. For admins.",
  "admin.conversations":
    "Finds groups and channels by the beginning of their title, or any conversation by its id. For admins.",
  "admin.members": "Lists the members of a conversation. The audit log notes it. For admins.",
  "admin.giveOwner": "Makes a member an owner of a conversation whose owners are all disabled. For admins.",
  "admin.trace":
    "Tells where a message was, down to each device of its author and of others who should get it. For admins.",
  "admin.act": "Drains a process, stops an actor or disconnects a socket. For admins.",
  "admin.audit": "Lists entries of the audit log, the newest first. For admins.",
  "admin.auditExport": "Returns the audit log as CSV, in parts. For admins.",
  "device.list": "Lists one's own signed-in devices, the last used first.",
  "me.activity": "Says what happened to one's own account and sign-ins in the last 90 days, the newest first.",
  "device.revoke": "Signs one of one's own devices out. Asks for the password again.",
  "device.revokeOthers": "Signs all of one's own devices out but this one. Asks for the password again.",
  "user.me": "Says who is signed in.",
  "user.updateProfile": "Changes one's own display name.",
  "user.updateSettings": "Changes one's own settings: whether one looks offline to others.",
  "user.block": "Blocks a person, or ends that: who is blocked can't write to one directly. Idempotent.",
  "user.byIds": "Names people by their ids; ids that nobody has are left out.",
  "user.find":
    "Finds people by the beginning of their handle or name, or by their exact handle where the directory is closed.",
  "me.snapshot":
    "Everything a fresh client needs at once: oneself, one's conversations with heads and unread counts, as of one place in the personal log.",
  "conversation.get": "One line of the conversation list.",
  "conversation.bans":
    "The banned people of a conversation, ordered by handle, after the given one. For admins and owners.",
  "conversation.members": "Members of a conversation, ordered by handle, after the given one.",
  "conversation.channels": "Channels whose title begins with a text, for anyone signed in.",
  ...ofCommandCalls(({ about }) => about),
  "conversation.receipts": "How far others have read, without those who are invisible.",
  "presence.watch":
    "A stream, at /rpc/ws only: who is there, among the members of a conversation or among named people.",
  "presence.count":
    "A stream, at /rpc/ws only: how many members of a conversation are online, and how many of them idle.",
  "presence.history":
    "How many people were online in the last hour, day or 30 days: of a conversation for its members, and rounded for admins, or of the whole server for admins.",
  "operate.watch":
    "A stream, at /rpc/ws only: a panel of the operator's console, first whole and then as changes. For admins.",
  "push.key":
    "The public key by which a browser lets its push service take pushes of this server. NotFound: it sends none.",
  "push.subscribe": "Where this device is woken while its user has none in use, in place of where it was before.",
  "push.unsubscribe": "This device is not woken any more.",
  "history.page": "Rows around a place: give one of before, after and around, or none for the newest.",
  "history.changedSince": "What changed in cached rows since they were read.",
  "history.reactors": "Who reacted to a message with an emoji, ordered by id, 200 at most.",
  "history.search":
    "Messages in which all words of a text stand, in the conversations named, one after the other, of each the newest first; next says where to go on."
}
