/** Whom the edge believes about addresses. */
import { assert, describe, it } from "@effect/vitest"
import { makeAddressReader, makePeerReader } from "../../src/http/PeerAddress.ts"

const read = makePeerReader(["10.0.0.0/8", "192.0.2.1", "fd00::/8"], false)
const address = (socket: string | undefined, forwarded?: string) =>
  read(socket, forwarded === undefined ? {} : { "x-forwarded-for": forwarded }).address

describe("PeerAddress", () => {
  it("does not believe strangers about their address", () => {
    assert.strictEqual(address("203.0.113.9", "198.51.100.1"), "203.0.113.9")
    assert.strictEqual(address("127.0.0.1", "198.51.100.1"), "127.0.0.1")
  })
  it("takes from a trusted proxy the nearest address that is not a proxy", () => {
    assert.strictEqual(address("10.1.2.3", "198.51.100.1"), "198.51.100.1")
    assert.strictEqual(address("10.1.2.3", "6.6.6.6, 198.51.100.1"), "198.51.100.1")
    assert.strictEqual(address("10.1.2.3", "6.6.6.6, 198.51.100.1, 192.0.2.1"), "198.51.100.1")
    assert.strictEqual(address("fd00::1", "2001:db8::7"), "2001:db8::7")
  })
  it("keeps the proxy's own address where the header is missing or holds no address", () => {
    assert.strictEqual(address("10.1.2.3"), "10.1.2.3")
    for (const nonsense of ["", ",", "unknown", "198.51.100.1:80", "<script>", "198.51.100.1, x"])
      assert.strictEqual(address("10.1.2.3", nonsense), "10.1.2.3")
  })
  it("spells an IPv4 client of a dual-stack socket as IPv4", () => {
    assert.strictEqual(address("::ffff:203.0.113.9"), "203.0.113.9")
    assert.strictEqual(address("::ffff:10.1.2.3", "::ffff:198.51.100.1"), "198.51.100.1")
  })
  it("counts connections under their own address, and those of proxies under none", () => {
    const addressOf = makeAddressReader(["10.0.0.0/8", "fd00::/8"])
    assert.deepStrictEqual(
      ["203.0.113.9", "::ffff:203.0.113.9", "2001:db8::7", "10.1.2.3", "::ffff:10.1.2.3", "fd00::1", undefined].map(
        addressOf
      ),
      ["203.0.113.9", "203.0.113.9", "2001:db8::7", undefined, undefined, undefined, undefined]
    )
  })

  it("has a name for a connection that is already gone", () => assert.strictEqual(address(undefined), "unknown"))

  it("takes for a program on this machine only one that names this machine, and nobody that a proxy speaks for", () => {
    const isLocal = (host: string | undefined, headers: Record<string, string> = {}, socket = "127.0.0.1") =>
      read(socket, { ...(host === undefined ? {} : { host }), ...headers }).isLocal
    for (const host of ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080", "[::1]"])
      assert.isTrue(isLocal(host), host)
    for (const host of [
      "rebound.example",
      "rebound.example:8080",
      "127.0.0.1.rebound.example",
      "localhost.example",
      "10.0.0.1",
      "",
      ":80",
      "[::1",
      undefined
    ])
      assert.isFalse(isLocal(host), host)
    for (const name of [
      ...[
        "forwarded",
        "forwarded-for",
        "via",
        "x-forwarded",
        "x-forwarded-for",
        "x-forwarded-server",
        "x-original-forwarded-for",
        "x-scheme"
      ],
      ...[
        "client-ip",
        "x-client-ip",
        "x-real-ip",
        "true-client-ip",
        "x-cluster-client-ip",
        "wl-proxy-client-ip",
        "x-nf-client-connection-ip"
      ],
      ...[
        "cf-connecting-ip",
        "cf-connecting-ipv6",
        "cf-pseudo-ipv4",
        "cf-ray",
        "cdn-loop",
        "fastly-client-ip",
        "cloudfront-viewer-address"
      ],
      ...[
        "x-envoy-external-address",
        "x-envoy-internal",
        "x-amzn-trace-id",
        "x-azure-clientip",
        "x-appengine-user-ip",
        "x-arr-log-id"
      ],
      ...[
        "x-remote-addr",
        "x-originating-ip",
        "x-proxyuser-ip",
        "proxy-connection",
        "do-connecting-ip",
        "x-original-host"
      ]
    ])
      assert.isFalse(isLocal("localhost", { [name]: "" }), name)
    // Of a browser, a scraper and a probe on this machine.
    for (const name of [
      ...[
        "accept",
        "accept-encoding",
        "authorization",
        "cache-control",
        "connection",
        "content-length",
        "cookie",
        "if-none-match",
        "origin"
      ],
      ...[
        "priority",
        "sec-ch-ua-platform",
        "sec-fetch-mode",
        "sec-websocket-key",
        "upgrade-insecure-requests",
        "user-agent"
      ],
      ...["te", "traceparent", "tracestate", "x-prometheus-scrape-timeout-seconds", "x-requested-with"]
    ])
      assert.isTrue(isLocal("localhost", { [name]: "" }), name)
    assert.isFalse(isLocal("localhost", {}, "203.0.113.9"))
  })

  it("knows what came in the clear although there is an https address", () => {
    const https = makePeerReader(["10.0.0.1"], true)
    const clear = (socket: string | undefined, proto?: string, host = "localhost:8080") =>
      https(socket, { host, ...(proto === undefined ? {} : { "x-forwarded-proto": proto }) }).inTheClear
    assert.isFalse(clear("10.0.0.1", "https"))
    assert.isTrue(clear("10.0.0.1", "http"))
    assert.isTrue(clear("10.0.0.1"))
    assert.isTrue(clear("203.0.113.9", "https"))
    assert.isTrue(clear("127.0.0.1", "http"))
    assert.isTrue(clear(undefined))
    assert.isFalse(clear("127.0.0.1"))
    assert.isFalse(clear("::1"))
    assert.isTrue(clear("127.0.0.1", undefined, "chat.example.org"), "by a proxy on this machine that adds no header")
    assert.isFalse(read("203.0.113.9", {}).inTheClear)
  })
})
