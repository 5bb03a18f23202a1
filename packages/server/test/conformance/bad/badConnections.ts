/**
 * Requests that no HTTP client would make: upgrades that are none, bodies of two lengths, paths upwards, headers
 * without end.
 */
import { upgrade } from "../raw/upgrade.ts"
import type { BadInput, Outcome } from "./BadInput.ts"

const connection = (name: string, bytes: string, outcome: Outcome): BadInput => ({
  name,
  tried: { sent: { how: "connection", bytes }, outcome }
})
const notHttp: Outcome = { status: 400, code: "not_http" }
const notFound: Outcome = { status: 404, tag: "NotFound" }

const upgrades: ReadonlyArray<BadInput> = [
  connection("an upgrade by another origin's page", upgrade("/ws", { Origin: "https://app.evil" }), {
    status: 403,
    code: "foreign_origin"
  }),
  connection("an upgrade by a page without origin", upgrade("/ws", { Origin: "null" }), {
    status: 403,
    code: "foreign_origin"
  }),
  connection("an upgrade with a cookie and no origin", upgrade("/ws", { Cookie: "a=b" }), {
    status: 403,
    code: "foreign_origin"
  }),
  connection("an upgrade of streams by another origin's page", upgrade("/rpc/ws", { Origin: "https://app.evil" }), {
    status: 403,
    code: "foreign_origin"
  }),
  connection("an upgrade with a ticket in the query", upgrade("/ws?ticket=a"), notFound),
  connection("an upgrade of another path", upgrade("/rpc"), notFound),
  connection("an upgrade by POST", upgrade("/ws", {}, "POST"), { status: 405, code: "method" }),
  connection("an upgrade to another protocol", upgrade("/ws", { Upgrade: "h2c" }), {
    status: 400,
    code: "upgrade",
    field: "header.upgrade"
  }),
  connection("an upgrade of another version", upgrade("/ws", { "Sec-WebSocket-Version": "8" }), {
    ...{ status: 400, code: "upgrade" },
    field: "header.sec-websocket-version"
  }),
  connection("an upgrade without a key", upgrade("/ws", { "Sec-WebSocket-Key": undefined }), {
    ...{ status: 400, code: "upgrade" },
    field: "header.sec-websocket-key"
  })
]

const post = (headers: string, body: string): string =>
  `POST /api/v1/auth.policy HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${headers}\r\n${body}`

/** Where two readers could disagree on where a request ends, nobody may read it at all. */
const smuggled: ReadonlyArray<BadInput> = [
  connection("a length and chunks", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), notHttp),
  connection("chunks and a length", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"), notHttp),
  connection(
    "chunks twice",
    post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    notHttp
  ),
  connection(
    "chunks that are something else at last",
    post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
    notHttp
  ),
  connection("chunks by nearly that name", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), notHttp),
  connection("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"), notHttp),
  connection("a list of lengths", post("Content-Length: 2, 2\r\n", "{}"), notHttp),
  connection("a length with a sign", post("Content-Length: +2\r\n", "{}"), notHttp),
  connection("a negative length", post("Content-Length: -2\r\n", "{}"), notHttp),
  connection("a length beyond all numbers", post(`Content-Length: ${"9".repeat(30)}\r\n`, "{}"), notHttp),
  connection("a blank before the colon", post("Content-Length : 2\r\n", "{}"), notHttp),
  connection("a header that goes on in the next line", post("X: a\r\n b\r\nContent-Length: 2\r\n", "{}"), notHttp),
  connection("a chunk of no size", post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"), notHttp),
  connection(
    "a chunk's own words without end",
    post("Transfer-Encoding: chunked\r\n", `2;${"a".repeat(20_000)}\r\n{}\r\n0\r\n\r\n`),
    notHttp
  ),
  connection("NUL in a header", post("X: a\u0000b\r\nContent-Length: 2\r\n", "{}"), notHttp),
  connection("line feeds alone", "GET /health/live HTTP/1.1\nHost: x\n\n", notHttp)
]

/** Nothing more comes from our side; what was whole is answered, and then the connection ends. */
const ended = (name: string, bytes: string, outcome: Outcome): BadInput => ({
  name: `half closed: ${name}`,
  tried: { sent: { how: "connection", bytes, halfClosed: true, endsWithinMs: 5_000 }, outcome }
})
const halfClosed: ReadonlyArray<BadInput> = [
  ended("an upgrade, then silence", upgrade("/ws"), { began: 101 }),
  ended("an upgrade of streams, then silence", upgrade("/rpc/ws"), { began: 101 }),
  ended("in the headers", "GET / HTTP/1.1\r\nHost: x\r\n", notHttp),
  ended("in the body", post("Content-Length: 9\r\n", "{"), notHttp),
  ended("after the whole", "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n", { began: 200 })
]

const upwards = (path: string): BadInput =>
  connection(`a path upwards: ${path}`, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, notFound)

export const badConnections: ReadonlyArray<BadInput> = [
  ...upgrades,
  ...smuggled,
  ...[
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/assets/../../package.json",
    "/assets/..%2f..%2fpackage.json",
    "/..\\..\\etc\\passwd",
    "//etc/passwd",
    "/%00",
    "http://x/../etc/passwd",
    "/api/v1/../v1/auth.policy"
  ].map(upwards),
  connection("nonsense", "nonsense\r\n\r\n", notHttp),
  connection("the beginning of TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001", notHttp),
  connection("the beginning of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", notHttp),
  connection("a tunnel", "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n", { began: 0 }),
  connection("a trace", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", { status: 405, code: "method" }),
  connection("an expectation", post("Content-Length: 2\r\nExpect: wonders\r\n", "{}"), {
    status: 417,
    code: "expectation"
  }),
  connection("a header that is too long", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(17_000)}\r\n\r\n`, {
    status: 431,
    code: "headers_too_large"
  }),
  connection("too many headers", `GET / HTTP/1.1\r\nHost: x\r\n${"X: a\r\n".repeat(120)}\r\n`, {
    status: 431,
    code: "headers_too_large"
  }),
  connection("a path that is too long", `GET /${"a".repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, {
    status: 431,
    code: "headers_too_large"
  }),
  ...halfClosed,
  connection("no host", "GET /health/live HTTP/1.1\r\n\r\n", {
    status: 400,
    code: "missing_host",
    field: "header.host"
  }),
  connection("two hosts", "GET /health/live HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", {
    status: 400,
    code: "repeated_header"
  }),
  connection("two tokens", post("Authorization: Bearer a\r\nAuthorization: Bearer b\r\nContent-Length: 2\r\n", "{}"), {
    status: 400,
    code: "repeated_header"
  })
]
