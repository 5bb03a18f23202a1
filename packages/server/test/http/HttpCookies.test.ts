/** Sessions of browsers over real sockets: the refresh token goes out and comes back as a cookie, and is in no body. */
import { assert, describe, it } from "@effect/vitest"
import { Accounts } from "@hibiki/core/accounts/Accounts"
import { RateLimited, Unauthenticated, Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import { AccountsMemory } from "@hibiki/testing/accounts/AccountsMemory"
import { PasswordHasherMemory } from "@hibiki/testing/accounts/PasswordHasherMemory"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { Effect, Layer } from "effect"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { accountsServer } from "../sql/accountsUnderTest.ts"
import { type EdgeOptions, edgeLayer, me, type Response, send, token } from "./edgeUnderTest.ts"

const withEdge = <A>(test: (port: number) => Effect.Effect<A, unknown>, options?: EdgeOptions) =>
  Effect.flatMap(HttpServer, ({ port }) => test(port)).pipe(Effect.provide(edgeLayer(options)))

const canary = `canary_${"R".repeat(79)}`
const signedIn = {
  userId: me.userId,
  deviceId: me.deviceId,
  handle: "ada",
  displayName: "Ada",
  admin: false,
  accessToken: "access",
  accessTtlMs: 900_000,
  refreshToken: canary,
  refreshTtlMs: 2_592_000_000
}
const device = { name: "Firefox on Linux", kind: "browser" }
const payloads = {
  "auth.signIn": { handle: "ada", password: "x", device },
  "auth.register": { handle: "ada", password: "x", device }
}
const giving: EdgeOptions = {
  handlers: {
    "auth.register": () => Effect.succeed(signedIn),
    "auth.signIn": () => Effect.succeed(signedIn),
    "auth.refresh": ({ refreshToken }) =>
      refreshToken === canary ? Effect.succeed(signedIn) : Effect.fail(new Unauthenticated())
  }
}

type Headers = Record<string, string | ReadonlyArray<string>>
/** As our page at this port asks. */
const ask = (port: number, tag: string, body: string, headers: Headers = {}): Effect.Effect<Response> =>
  send(port, "POST", `/api/v1/${tag}`, {
    headers: {
      "content-type": "application/json",
      "x-hibiki-session": "cookie",
      origin: `http://localhost:${port}`,
      ...headers
    },
    body
  })
const errorOf = (response: Response) =>
  (JSON.parse(response.body) as { error: { _tag: string; code?: string; field?: string } }).error
const cookieFrom = (response: Response): string => String(response.headers["set-cookie"]).split(";")[0] ?? ""
const cleared = (port: number) => [`hibiki-refresh-${port}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict`]

describe("a browser's session", () => {
  it.live("gets its refresh token as a cookie, and never in a body", () =>
    withEdge(
      (port) =>
        Effect.gen(function* () {
          const set = [`hibiki-refresh-${port}=${canary}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict`]
          const answers = [
            yield* ask(port, "auth.signIn", JSON.stringify(payloads["auth.signIn"])),
            yield* ask(port, "auth.register", JSON.stringify(payloads["auth.register"])),
            yield* ask(port, "auth.refresh", "{}", { cookie: `hibiki-refresh-${port}=${canary}` })
          ]
          for (const answer of answers) {
            assert.deepStrictEqual(
              [answer.status, answer.headers["set-cookie"], answer.headers["cache-control"]],
              [200, set, "no-store"]
            )
            assert.deepStrictEqual(JSON.parse(answer.body), { value: { ...signedIn, refreshToken: "" } })
            assert.notInclude(answer.body, canary)
          }
        }),
      giving
    )
  )

  it.live("has a cookie that is bound to the host behind https", () =>
    withEdge(
      (port) =>
        Effect.gen(function* () {
          const origin = "https://chat.example.org"
          const answer = yield* ask(port, "auth.signIn", JSON.stringify(payloads["auth.signIn"]), { origin })
          assert.deepStrictEqual(answer.headers["set-cookie"], [
            `__Host-hibiki-refresh=${canary}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict; Secure`
          ])
          assert.strictEqual((yield* ask(port, "auth.refresh", "", { origin, cookie: cookieFrom(answer) })).status, 200)
          const named = { origin, cookie: `hibiki-refresh-${port}=${canary}; hibiki-refresh-443=${canary}` }
          assert.strictEqual((yield* ask(port, "auth.refresh", "", named)).status, 401)
          assert.strictEqual(
            (yield* ask(port, "auth.signIn", "{}", { origin: `http://localhost:${port}` })).status,
            403
          )
        }),
      { ...giving, publicUrl: new URL("https://chat.example.org") }
    )
  )

  it.live("has the cookie of the public address where several processes stand behind one", () =>
    withEdge(
      (port) =>
        Effect.gen(function* () {
          const origin = "http://127.0.0.1:9000"
          const answer = yield* ask(port, "auth.signIn", JSON.stringify(payloads["auth.signIn"]), { origin })
          assert.strictEqual(cookieFrom(answer), `hibiki-refresh-9000=${canary}`)
        }),
      { ...giving, publicUrl: new URL("http://127.0.0.1:9000") }
    )
  )

  it.live("does not begin with a failure, and is not touched by one that passes", () => {
    const failing = (error: RateLimited | Unavailable): EdgeOptions => ({
      handlers: {
        "auth.signIn": () => Effect.fail(error),
        "auth.refresh": () => Effect.fail(error),
        "auth.signOut": () => Effect.fail(new Unavailable({ retryAfterMs: 1 }))
      }
    })
    return Effect.forEach([new RateLimited({ retryAfterMs: 5 }), new Unavailable({ retryAfterMs: 5 })], (error) =>
      withEdge(
        (port) =>
          Effect.gen(function* () {
            const cookie = `hibiki-refresh-${port}=${canary}`
            for (const answer of [
              yield* ask(port, "auth.signIn", JSON.stringify(payloads["auth.signIn"])),
              yield* ask(port, "auth.refresh", "{}", { cookie }),
              yield* ask(port, "auth.signOut", "{}", { cookie, authorization: `Bearer ${token}` }),
              yield* ask(port, "auth.signIn", "{}")
            ]) {
              assert.isAbove(answer.status, 399)
              assert.isUndefined(answer.headers["set-cookie"])
            }
          }),
        failing(error)
      )
    )
  })

  it.live("takes two cookies, and those that hold no token, for none", () =>
    withEdge(
      (port) =>
        Effect.gen(function* () {
          const name = `hibiki-refresh-${port}`
          for (const cookie of [
            `${name}=${canary}; ${name}=${canary}`,
            `${name}=${canary}x${"a".repeat(60)}`,
            `${name}="${canary}"`,
            `${name}=`,
            `hibiki-refresh-1=${canary}`,
            ""
          ]) {
            const answer = yield* ask(port, "auth.refresh", "{}", cookie === "" ? {} : { cookie })
            assert.deepStrictEqual([answer.status, errorOf(answer)], [401, { _tag: "Unauthenticated" }], cookie)
            assert.isUndefined(answer.headers["set-cookie"])
          }
          const twice = yield* ask(port, "auth.refresh", "{}", { cookie: [`${name}=${canary}`, `${name}=${canary}`] })
          assert.notStrictEqual(twice.status, 200)
        }),
      giving
    )
  )

  it.live("refreshes with its cookie alone: a token in the body is refused, and so is anything else", () =>
    withEdge(
      (port) =>
        Effect.gen(function* () {
          const cookie = `hibiki-refresh-${port}=${canary}`
          for (const body of ["", "{}", '{"refreshToken":""}'])
            assert.strictEqual((yield* ask(port, "auth.refresh", body, { cookie })).status, 200, body)
          for (const [body, code] of [
            [`{"refreshToken":"${canary}"}`, "token_in_body"],
            ['{"refreshToken":null}', "token_in_body"],
            ['{"token":""}', "unknown_field"],
            ["[]", "bad_type"],
            ["null", "bad_type"],
            ["{", "not_json"],
            ['{"refreshToken":"","refreshToken":""}', "repeated_key"]
          ] as const) {
            const answer = yield* ask(port, "auth.refresh", body, { cookie })
            assert.deepStrictEqual([answer.status, errorOf(answer).code], [400, code], body)
            assert.isUndefined(answer.headers["set-cookie"])
          }
          // Without the mode the cookie is nothing.
          const plain = yield* send(port, "POST", "/api/v1/auth.refresh", {
            headers: { "content-type": "application/json", origin: `http://localhost:${port}`, cookie },
            body: '{"refreshToken":""}'
          })
          assert.deepStrictEqual([plain.status, plain.headers["set-cookie"]], [401, undefined])
        }),
      giving
    )
  )

  it.live("is asked for by our own page only", () =>
    withEdge(
      (port) =>
        Effect.gen(function* () {
          const body = JSON.stringify(payloads["auth.signIn"])
          const own = `http://localhost:${port}`
          const status = (headers: Headers, tag = "auth.signIn", text = body) => {
            const all = { "content-type": "application/json", "x-hibiki-session": "cookie", ...headers }
            return Effect.map(
              send(port, "POST", `/api/v1/${tag}`, { headers: all, body: text }),
              (response) => response.status
            )
          }
          for (const origin of [
            "null",
            "https://app.evil",
            `${own}.evil.com`,
            `${own}0`,
            "http://localhost:1",
            `https://localhost:${port}`,
            own.toUpperCase(),
            `${own}/`,
            ""
          ]) {
            assert.strictEqual(yield* status({ origin }), 403, origin)
            assert.strictEqual(yield* status({ origin, "sec-fetch-site": "same-origin" }), 403, origin)
            assert.strictEqual(
              yield* status({ origin, cookie: `hibiki-refresh-${port}=${canary}` }, "auth.refresh", "{}"),
              403,
              origin
            )
          }
          assert.strictEqual(yield* status({}), 403)
          for (const site of ["cross-site", "same-site", "none", "Same-Origin"])
            assert.strictEqual(yield* status({ "sec-fetch-site": site }), 403, site)
          assert.strictEqual(yield* status({ "sec-fetch-site": "same-origin" }), 200)
          assert.strictEqual(yield* status({ origin: own }), 200)
          assert.strictEqual(yield* status({ origin: `http://127.0.0.1:${port}` }), 200)
          assert.strictEqual(yield* status({ origin: [own, own] }), 400)
          for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
            assert.strictEqual(yield* status({ origin: own, "content-type": type }), 415, type)
            const cookie = `hibiki-refresh-${port}=${canary}`
            assert.strictEqual(
              yield* status({ origin: own, "content-type": type, cookie }, "auth.refresh", "{}"),
              415,
              type
            )
          }
          assert.strictEqual((yield* ask(port, "auth.signIn", body, { "x-hibiki-session": "token" })).status, 400)
          const preflight = yield* send(port, "OPTIONS", "/api/v1/auth.refresh", {
            headers: {
              origin: "https://app.evil",
              "access-control-request-method": "POST",
              "access-control-request-headers": "x-hibiki-session"
            }
          })
          assert.isEmpty(Object.keys(preflight.headers).filter((name) => name.startsWith("access-control")))
        }),
      giving
    )
  )

  it.live("leaves no cookie behind when it ends, by itself or by the server", () =>
    withEdge(
      (port) =>
        Effect.gen(function* () {
          const cookie = `hibiki-refresh-${port}=old`
          const ended = yield* ask(port, "auth.refresh", "{}", { cookie })
          assert.deepStrictEqual([ended.status, ended.headers["set-cookie"]], [401, cleared(port)])
          const out = yield* ask(port, "auth.signOut", "{}", { cookie, authorization: `Bearer ${token}` })
          assert.deepStrictEqual(
            [out.status, out.headers["set-cookie"], out.body],
            [200, cleared(port), '{"value":{}}']
          )
          // The access token may just be too old: by the cookie the sign-in can still be ended.
          const late = yield* ask(port, "auth.signOut", "{}", { cookie, authorization: "Bearer expired" })
          assert.deepStrictEqual([late.status, late.headers["set-cookie"]], [401, undefined])
        }),
      giving
    )
  )

  it.live("goes on as ever for programs", () =>
    withEdge(
      (port) =>
        Effect.gen(function* () {
          const answer = yield* send(port, "POST", "/api/v1/auth.signIn", {
            headers: { "content-type": "application/json" },
            body: JSON.stringify(payloads["auth.signIn"])
          })
          assert.deepStrictEqual(
            [answer.headers["set-cookie"], JSON.parse(answer.body)],
            [undefined, { value: signedIn }]
          )
        }),
      giving
    )
  )
})

const stores = Layer.mergeAll(AccountsMemory, PasswordHasherMemory).pipe(Layer.provideMerge(ChatMemory.layer))

describe("a browser's session with real accounts", () => {
  it.scopedLive("stays one when two tabs refresh at once, and ends when an old cookie is shown later", () =>
    Effect.gen(function* () {
      const accounts = yield* Accounts
      const handlers: EdgeOptions["handlers"] = {
        "auth.register": (payload) =>
          Effect.catchTag(accounts.register({ ...payload, address: "local" }), "StoreUnavailable", Effect.die),
        "auth.refresh": ({ refreshToken }) =>
          Effect.catchTag(accounts.refresh(refreshToken, "local"), "StoreUnavailable", Effect.die)
      }
      yield* withEdge(
        (port) =>
          Effect.gen(function* () {
            const payload = { handle: "ada", password: "a long enough phrase", device }
            const first = cookieFrom(yield* ask(port, "auth.register", JSON.stringify(payload)))
            const refresh = (cookie: string) => ask(port, "auth.refresh", "{}", { cookie })
            const tabs = yield* Effect.all([refresh(first), refresh(first), refresh(first)], { concurrency: 3 })
            assert.deepStrictEqual(
              tabs.map(({ status }) => status),
              [200, 200, 200]
            )
            const [second = "", ...same] = tabs.map(cookieFrom)
            assert.deepStrictEqual(same, [second, second])
            assert.notStrictEqual(second, first)
            const third = yield* refresh(second)
            assert.strictEqual(third.status, 200)
            for (const { body } of [...tabs, third]) assert.notMatch(body, /[\w-]{86}/)
            // Two steps back is nobody's lost answer: whoever shows it has stolen it, or its thief has used the others.
            const stolen = yield* refresh(first)
            assert.deepStrictEqual([stolen.status, stolen.headers["set-cookie"]], [401, cleared(port)])
            assert.strictEqual((yield* refresh(cookieFrom(third))).status, 401)
          }),
        { handlers }
      )
    }).pipe(Effect.provide(accountsServer(stores)))
  )
})
