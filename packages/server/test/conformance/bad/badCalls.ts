/** Bad HTTP requests: bodies that no call may be made by, and requests that are no calls. */
import { deflateSync, gzipSync } from "node:zlib"
import { badEnvelopes, badJson, badPayloads } from "../../http/badBodies.ts"
import type { HttpRequest } from "../client.ts"
import type { BadInput, Outcome } from "./BadInput.ts"

const json = { "content-type": "application/json" }

/** By the member, who is signed in: what is wrong is not who calls. */
const called = (name: string, request: Partial<HttpRequest> & { path: string }, outcome: Outcome): BadInput => ({
  name,
  tried: ({ people: { member } }) => {
    const headers = { ...json, authorization: `Bearer ${member.token}`, ...request.headers }
    return { sent: { how: "http", request: { method: "POST", ...request, headers } }, outcome }
  }
})

export const badBodies: ReadonlyArray<BadInput> = [
  ...badJson.flatMap(([name, body, code]) => [
    called(`a body: ${name}`, { path: "/api/v1/user.find", body }, { status: 400, code }),
    called(`an envelope: ${name}`, { path: "/rpc", body }, { status: 400, code })
  ]),
  ...badPayloads.map(([name, tag, payload, code, field]) =>
    called(`${tag}: ${name}`, { path: `/api/v1/${tag}`, body: JSON.stringify(payload) }, { status: 400, code, field })
  ),
  ...badEnvelopes.map(([name, envelope, code, field]) =>
    called(
      `an envelope that is ${name}`,
      { path: "/rpc", body: JSON.stringify(envelope) },
      { status: 400, code, field }
    )
  )
]

const me = "/api/v1/user.me"
const typed = (type: string): BadInput =>
  called(
    `a body of ${type}`,
    { path: me, body: "{}", headers: { "content-type": type } },
    { status: 415, code: "unsupported_media_type" }
  )

export const badRequests: ReadonlyArray<BadInput> = [
  ...[
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16"
  ].map(typed),
  ...(
    [
      ["gzip", gzipSync("{}")],
      ["deflate", deflateSync("{}")],
      ["br", "{}"]
    ] as const
  ).map(([encoding, body]) =>
    called(
      `a body packed as ${encoding}`,
      { path: me, body, headers: { "content-encoding": encoding } },
      { status: 415, code: "unsupported_media_type", field: "header.content-encoding" }
    )
  ),
  called(
    "a body above the bound",
    { path: "/api/v1/user.find", body: `{"query":"a"}${" ".repeat(65_536)}` },
    { status: 413, code: "too_large" }
  ),
  called(
    "an unknown call",
    { path: "/api/v1/user.delete", body: "{}" },
    { status: 400, code: "unknown_tag", field: "tag" }
  ),
  called(
    "a call of Object's",
    { path: "/api/v1/constructor", body: "{}" },
    { status: 400, code: "unknown_tag", field: "tag" }
  ),
  called("a call by GET", { path: me, method: "GET" }, { status: 405, code: "method" }),
  called(
    "a stream as a call",
    { path: "/api/v1/presence.watch", body: '{"userIds":[]}' },
    { status: 400, code: "stream_call" }
  ),
  called(
    "a token that is nobody's",
    { path: me, body: "{}", headers: { authorization: "Bearer nobody" } },
    { status: 401, tag: "Unauthenticated" }
  ),
  called(
    "another scheme",
    { path: me, body: "{}", headers: { authorization: "Basic YTpi" } },
    { status: 401, tag: "Unauthenticated" }
  ),
  called(
    "a call from another origin's page",
    { path: me, body: "{}", headers: { origin: "https://app.evil" } },
    { status: 403, code: "foreign_origin" }
  )
]
