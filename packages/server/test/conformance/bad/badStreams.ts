/** Messages on `/rpc/ws` that no stream may be opened by. */
import type { WireError } from "../client.ts"
import type { Stage } from "../Stage.ts"
import { requestOf } from "../StreamSocket.ts"
import type { BadInput, Outcome } from "./BadInput.ts"

const badRequest = (code: string, field: string): WireError => ({ _tag: "BadRequest", code, field })

const said = (name: string, texts: ReadonlyArray<string> | Uint8Array, outcome: Outcome): BadInput => ({
  name,
  tried: { sent: { how: "stream", said: texts }, outcome }
})
/** What can't be told apart ends the socket, after a word. */
const unreadable = (name: string, text: string, code: string, field = "body"): BadInput =>
  said(name, [text], { defect: badRequest(code, field) })

/** The member's, well-formed but for what is changed. */
const requested = (
  name: string,
  change: (request: object, stage: Stage) => ReadonlyArray<object>,
  outcome: Outcome
): BadInput => ({
  name,
  tried: (stage) => {
    const request = requestOf("1", "presence.watch", { conversationId: stage.group }, stage.people.member.token)
    return { sent: { how: "stream", said: change(request, stage).map((each) => JSON.stringify(each)) }, outcome }
  }
})
const ended = (name: string, error: WireError, changes: object): BadInput =>
  requested(name, (request) => [{ ...request, ...changes }], { exit: error, id: "1" })

/** One more than a socket may have. */
const streams = Array.from({ length: 21 }, (_, at) => String(at + 1))

export const badStreams: ReadonlyArray<BadInput> = [
  unreadable("no JSON", "{_tag:", "not_json"),
  unreadable("nothing", "", "not_json"),
  unreadable("two documents", '{"_tag":"Ping"}{"_tag":"Ping"}', "not_json"),
  unreadable("a list of one", '[{"_tag":"Ping"}]', "bad_type"),
  unreadable("null", "null", "bad_type"),
  unreadable("a repeated key", '{"_tag":"Ping","_tag":"Ping"}', "repeated_key"),
  unreadable("depth 17", `{"_tag":"Ping","x":${"[".repeat(16)}${"]".repeat(16)}}`, "too_deep"),
  unreadable("an unknown word", '{"_tag":"Shout"}', "not_a_request", "_tag"),
  unreadable("a server's word", '{"_tag":"Pong"}', "not_a_request", "_tag"),
  unreadable("an end", '{"_tag":"Eof"}', "not_a_request", "_tag"),
  unreadable("a ping with more", '{"_tag":"Ping","x":1}', "unknown_field"),
  unreadable("an ack of no id", '{"_tag":"Ack","requestId":1}', "bad_id", "requestId"),
  unreadable("an interrupt of a word", '{"_tag":"Interrupt","requestId":"x"}', "bad_id", "requestId"),
  said("a binary message", Buffer.from('{"_tag":"Ping"}'), { defect: badRequest("not_text", "body") }),
  said("a message above the bound", [`{"_tag":"Ping"}${" ".repeat(65_536)}`], { streamClosed: 1009 }),
  said("more messages than may be", new Array(200).fill('{"_tag":"Ping"}'), { streamClosed: 4429 }),
  said("an ack of what is not open", ['{"_tag":"Ack","requestId":"7"}'], { onlyPong: true }),
  said("an interrupt of what is not open", ['{"_tag":"Interrupt","requestId":"7"}'], { onlyPong: true }),
  requested("an excess field", (request) => [{ ...request, sender: "x" }], {
    defect: badRequest("unknown_field", "body")
  }),
  requested("an id that is no number", (request) => [{ ...request, id: "x" }], { defect: badRequest("bad_id", "id") }),
  requested("an id that is no text", (request) => [{ ...request, id: 1 }], { defect: badRequest("bad_id", "id") }),
  requested("two requests of one id", (request) => [request, request], { defect: badRequest("repeated_id", "id") }),
  ended("an unknown call", badRequest("unknown_tag", "tag"), { tag: "user.delete<all>" }),
  ended("a call of Object's", badRequest("unknown_tag", "tag"), { tag: "constructor" }),
  ended("a call that is no stream", badRequest("not_a_stream", "tag"), { tag: "user.me", payload: {} }),
  ended("nothing of the payload", badRequest("invalid", "payload"), { payload: {} }),
  ended("an object for an id", badRequest("bad_type", "payload.conversationId"), {
    payload: { conversationId: { $ne: null } }
  }),
  ended("a forged viewer", badRequest("unknown_field", "payload.userId"), { payload: { userIds: [], userId: "x" } }),
  ended("nobody's token", { _tag: "Unauthenticated" }, { headers: [["authorization", "Bearer nobodys"]] }),
  ended("no token", { _tag: "Unauthenticated" }, { headers: [] }),
  requested(
    "a conversation of others",
    (request, { foreign }) => [{ ...request, payload: { conversationId: foreign } }],
    {
      exit: { _tag: "NotFound" },
      id: "1"
    }
  ),
  requested("more streams than may be", (request) => streams.map((id) => ({ ...request, id })), {
    ...{ exit: { _tag: "RateLimited", retryAfterMs: 1_000 } },
    id: streams.at(-1) ?? ""
  }),
  requested(
    "another device's stream on the same socket",
    (request, { group, otherDevice }) => [
      request,
      requestOf("2", "presence.watch", { conversationId: group }, otherDevice.token)
    ],
    { exit: { _tag: "Unauthenticated" }, id: "2" }
  )
]
