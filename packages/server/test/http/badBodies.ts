/** Bodies that no call may be made by, as data: the JSON and text parts of what strangers send. */
import { uuid } from "./edgeUnderTest.ts"

const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth)

/** Of any body, whatever is called: name, text, code. */
export const badJson: ReadonlyArray<readonly [name: string, body: string | Uint8Array, code: string]> = [
  ["a truncated object", '{"query":', "not_json"],
  ["trailing garbage", '{"query":"a"} x', "not_json"],
  ["two documents", '{"query":"a"}{"query":"b"}', "not_json"],
  ["a byte order mark", '\uFEFF{"query":"a"}', "not_json"],
  ["single quotes", "{'query':'a'}", "not_json"],
  ["NaN", '{"query":NaN}', "not_json"],
  ["bytes that are not UTF-8", Uint8Array.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), "not_utf8"],
  ["CESU surrogates", Uint8Array.from([0x22, 0xed, 0xa0, 0xbd, 0x22]), "not_utf8"],
  ["a repeated key", '{"query":"a","query":"b"}', "repeated_key"],
  ["a key repeated by an escape", '{"query":"a","qu\\u0065ry":"b"}', "repeated_key"],
  ["depth 17", `{"query":${deep(16)}}`, "too_deep"],
  ["depth 30,000", deep(30_000), "too_deep"],
  ["65 keys", `{${Array.from({ length: 65 }, (_, i) => `"k${i}":1`).join(",")}}`, "too_many"],
  ["an infinite number", '{"query":1e999}', "bad_number"],
  ["NUL", '{"query":"a\\u0000b"}', "nul"],
  ["a lone high surrogate", '{"query":"\\ud83d"}', "surrogate"],
  ["a lone low surrogate", '{"query":"\\ude00"}', "surrogate"],
  ["NUL in a key", '{"\\u0000":1}', "nul"]
]

const id = uuid(5)
const conversationId = uuid(6)

/** Of a payload that is JSON: name, call, payload, code, field. */
export const badPayloads: ReadonlyArray<
  readonly [name: string, tag: string, payload: unknown, code: string, field: string]
> = [
  ["null", "user.find", null, "bad_type", "payload"],
  ["a list", "user.find", [], "bad_type", "payload"],
  ["a text", "user.find", "x", "bad_type", "payload"],
  ["nothing of it", "user.find", {}, "missing_field", "payload.query"],
  ["an object for a text", "user.find", { query: { $ne: null } }, "bad_type", "payload.query"],
  ["an excess field", "user.find", { query: "a", sender: id }, "unknown_field", "payload.sender"],
  [
    "an excess field of a name that can't be repeated",
    "user.find",
    { query: "a", "<script>alert(1)": 1 },
    "unknown_field",
    "payload"
  ],
  [
    "__proto__",
    "user.find",
    JSON.parse('{"query":"a","__proto__":{"admin":true}}'),
    "unknown_field",
    "payload.__proto__"
  ],
  ["an excess field where nothing is taken", "user.me", { x: 1 }, "unknown_field", "payload.x"],
  ["limit 0", "user.find", { query: "a", limit: 0 }, "invalid", "payload.limit"],
  ["limit -1", "user.find", { query: "a", limit: -1 }, "invalid", "payload.limit"],
  ["limit 1e9", "user.find", { query: "a", limit: 1e9 }, "invalid", "payload.limit"],
  ["limit 1.5", "user.find", { query: "a", limit: 1.5 }, "invalid", "payload.limit"],
  ["a limit in words", "user.find", { query: "a", limit: "1" }, "bad_type", "payload.limit"],
  ["65 characters", "user.find", { query: "a".repeat(65) }, "invalid", "payload.query"],
  [
    "a title of blanks",
    "conversation.rename",
    { id, conversationId, title: "\u00a0\u3164" },
    "invalid",
    "payload.title"
  ],
  ["zero-width only", "conversation.rename", { id, conversationId, title: "\u200b\u200d" }, "invalid", "payload.title"],
  [
    "an id in capitals",
    "conversation.join",
    { id: "ABCDEF00-0000-7000-8000-000000000001", conversationId },
    "invalid",
    "payload.id"
  ],
  ["SQL for an id", "conversation.join", { id, conversationId: "' or 1=1 --" }, "invalid", "payload.conversationId"],
  ["nobody to add", "conversation.add", { id, conversationId, userIds: [] }, "invalid", "payload.userIds"],
  [
    "501 people to add",
    "conversation.add",
    { id, conversationId, userIds: Array.from({ length: 501 }, (_, i) => uuid(i)) },
    "invalid",
    "payload.userIds"
  ],
  [
    "a bad one among many",
    "conversation.add",
    { id, conversationId, userIds: [uuid(1), 7] },
    "bad_type",
    "payload.userIds.1"
  ],
  [
    "an unknown role",
    "conversation.setRole",
    { id, conversationId, userId: uuid(1), role: "root" },
    "bad_type",
    "payload.role"
  ],
  ["a forged sender", "conversation.join", { id, conversationId, by: uuid(1) }, "unknown_field", "payload.by"],
  ["a negative place", "history.page", { conversationId, before: -1 }, "invalid", "payload.before"],
  ["two places", "history.page", { conversationId, before: 1, after: 1 }, "invalid", "payload"],
  ["a window turned around", "history.changedSince", { conversationId, asOf: 1, from: 2, to: 1 }, "invalid", "payload"],
  ["a window too wide", "history.changedSince", { conversationId, asOf: 1, from: 1, to: 2_001 }, "invalid", "payload"],
  [
    "nothing to look for",
    "history.search",
    { text: "\u3000", conversationIds: [conversationId] },
    "invalid",
    "payload.text"
  ],
  [
    "nine words",
    "history.search",
    { text: "a b c d e f g h i", conversationIds: [conversationId] },
    "invalid",
    "payload.text"
  ],
  [
    "65 characters to look for",
    "history.search",
    { text: "a".repeat(65), conversationIds: [conversationId] },
    "invalid",
    "payload.text"
  ],
  ["nowhere to look", "history.search", { text: "a", conversationIds: [] }, "invalid", "payload.conversationIds"],
  [
    "51 hits",
    "history.search",
    { text: "a", conversationIds: [conversationId], limit: 51 },
    "invalid",
    "payload.limit"
  ],
  [
    "101 conversations",
    "history.search",
    { text: "a", conversationIds: Array.from({ length: 101 }, (_, i) => uuid(i)) },
    "invalid",
    "payload.conversationIds"
  ],
  [
    "an unknown kind of device within",
    "auth.signIn",
    { handle: "a", password: "b", device: { name: "x", kind: "bot" } },
    "bad_type",
    "payload.device.kind"
  ]
]

const envelope = { _tag: "Request", id: "1", tag: "user.find", payload: { query: "a" }, headers: [] }

/** Of an envelope of @effect/rpc: name, envelope, code, field. */
export const badEnvelopes: ReadonlyArray<readonly [name: string, envelope: unknown, code: string, field: string]> = [
  ["null", null, "bad_type", "body"],
  ["a list of one", [envelope], "bad_type", "body"],
  ["a text", "x", "bad_type", "body"],
  ["an empty object", {}, "not_a_request", "_tag"],
  ["an interrupt", { _tag: "Interrupt", requestId: "1" }, "unknown_field", "body"],
  ["an end", { _tag: "Eof" }, "not_a_request", "_tag"],
  ["an unknown tag", { ...envelope, tag: "user.delete<all>" }, "unknown_tag", "tag"],
  ["a tag of Object's", { ...envelope, tag: "constructor" }, "unknown_tag", "tag"],
  ["a tag that is no text", { ...envelope, tag: {} }, "bad_type", "tag"],
  ["an id that is no number", { ...envelope, id: "x" }, "bad_id", "id"],
  ["an id that is no text", { ...envelope, id: 1 }, "bad_id", "id"],
  ["an id without end", { ...envelope, id: "1".repeat(21) }, "bad_id", "id"],
  ["headers that are no list", { ...envelope, headers: {} }, "bad_type", "headers"],
  ["a header that is no pair", { ...envelope, headers: [["a"]] }, "bad_type", "headers"],
  ["a header that is no text", { ...envelope, headers: [["a", 1]] }, "bad_type", "headers"],
  ["many headers", { ...envelope, headers: Array.from({ length: 17 }, () => ["a", "b"]) }, "bad_type", "headers"],
  ["a trace that is no text", { ...envelope, traceId: 1 }, "bad_type", "traceId"],
  ["an excess field", { ...envelope, sender: "x" }, "unknown_field", "body"],
  ["no payload", { ...envelope, payload: undefined }, "bad_type", "payload"]
]
