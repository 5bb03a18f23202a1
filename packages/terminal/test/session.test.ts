import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { json } from "node:stream/consumers"
import { RpcClientError } from "@effect/rpc/RpcClientError"
import { assert, describe, it } from "@effect/vitest"
import { SnapshotSource } from "@hibiki/core/client/feed/SnapshotSource"
import { CommandId, ConversationId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import type { SignedIn } from "@hibiki/core/protocol/rpc/AuthRpcs"
import { HandleTaken, PasswordRefused, RegistrationRefused, SignInFailed } from "@hibiki/core/protocol/rpc/AuthRpcs"
import { NotFound, RateLimited, Unauthenticated } from "@hibiki/core/protocol/rpc/RpcErrors"
import { failed } from "@hibiki/node/Problem"
import { Duration, Effect, Exit, Fiber, Layer, Redacted, TestClock } from "effect"
import type { Credentials } from "../src/profile/Profile.ts"
import { Calls, callsAt } from "../src/session/Calls.ts"
import { callText } from "../src/session/callProblem.ts"
import { makeSession } from "../src/session/Session.ts"
import { snapshotSourceOf } from "../src/session/sources.ts"
import { inviteOf, welcomeDialogue } from "../src/session/welcomeDialogue.ts"

interface Call {
  readonly tag: string
  readonly payload: unknown
  readonly authorization: string | undefined
}

/** Calls that a function answers; each is written down. */
const answering = (answer: (call: Call) => Effect.Effect<unknown, unknown>, made: Array<Call> = []) => {
  const calls = (
    tag: string,
    payload: unknown,
    options?: { readonly headers?: { readonly authorization?: string } }
  ) => {
    const call = { tag, payload, authorization: options?.headers?.authorization }
    made.push(call)
    return answer(call)
  }
  return Layer.succeed(Calls, calls as unknown as Calls["Type"])
}

const signedIn = (n: number): SignedIn => ({
  userId: UserId.make("00000000-0000-7000-8000-000000000001"),
  deviceId: DeviceId.make("00000000-0000-7000-8000-000000000002"),
  handle: "alice",
  displayName: "alice",
  admin: false,
  accessToken: `access-${n}`,
  accessTtlMs: 900_000,
  refreshToken: `refresh-${n}`,
  refreshTtlMs: 1_000_000
})
const credentials: Credentials = {
  server: "http://127.0.0.1:8080",
  userId: signedIn(0).userId,
  deviceId: signedIn(0).deviceId,
  handle: "alice",
  refreshToken: "refresh-0"
}

/** A server that takes one access token at a time and rotates refresh tokens. */
const rotating = (made: Array<Call>) => {
  let number = 0
  const layer = answering(({ authorization, payload, tag }) => {
    if (tag !== "auth.refresh")
      return authorization === `Bearer access-${number}` ? Effect.succeed("done") : Effect.fail(new Unauthenticated())
    if (JSON.stringify(payload) !== JSON.stringify({ refreshToken: `refresh-${number}` }))
      return Effect.fail(new Unauthenticated())
    number++
    return Effect.succeed(signedIn(number))
  }, made)
  return { layer, outdate: () => void number++ }
}

describe("a session", () => {
  it.effect("renews its access token once for calls at the same moment, and keeps the new refresh token first", () => {
    const made: Array<Call> = []
    const saved: Array<string> = []
    const { layer } = rotating(made)
    return Effect.gen(function* () {
      const session = yield* makeSession(credentials, (next) => Effect.sync(() => void saved.push(next.refreshToken)))
      const calls = yield* Calls
      const ask = session.call((options) => calls("user.me", undefined, options))
      yield* Effect.all([ask, ask, ask], { concurrency: 3 })
      assert.deepStrictEqual(made.filter(({ tag }) => tag === "auth.refresh").length, 1)
      assert.deepStrictEqual(saved, ["refresh-1"])
      yield* TestClock.adjust(Duration.minutes(14))
      yield* ask
      assert.deepStrictEqual(saved, ["refresh-1"])
      yield* TestClock.adjust(Duration.minutes(1))
      yield* ask
      assert.deepStrictEqual(saved, ["refresh-1", "refresh-2"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("does not use a refreshed token that could not be kept", () => {
    const made: Array<Call> = []
    return Effect.gen(function* () {
      const session = yield* makeSession(credentials, () => failed("the disk is full"))
      const calls = yield* Calls
      const error = yield* Effect.flip(session.call((options) => calls("user.me", undefined, options)))
      assert.strictEqual(error._tag, "Problem")
      assert.deepStrictEqual(
        made.map(({ tag }) => tag),
        ["auth.refresh"]
      )
    }).pipe(Effect.provide(rotating(made).layer))
  })

  it.effect(
    "makes a call again when its token was ended early, and says signed out when a new one does not help",
    () => {
      const made: Array<Call> = []
      let refreshes = 0
      const layer = answering(({ tag, authorization }) => {
        if (tag === "auth.refresh") return Effect.succeed(signedIn(++refreshes))
        return authorization === "Bearer access-2" && tag === "user.me"
          ? Effect.succeed("done")
          : Effect.fail(new Unauthenticated())
      }, made)
      return Effect.gen(function* () {
        const session = yield* makeSession(credentials, () => Effect.void)
        const calls = yield* Calls
        yield* session.call((options) => calls("user.me", undefined, options))
        assert.strictEqual(refreshes, 2)
        const error = yield* Effect.flip(session.call((options) => calls("device.list", undefined, options)))
        assert.strictEqual(error._tag, "SignedOut")
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect("waits and makes a call again that came a little too fast", () => {
    const made: Array<Call> = []
    const outcomes: Array<Effect.Effect<unknown, unknown>> = [
      Effect.fail(new RateLimited({ retryAfterMs: 20 })),
      Effect.succeed("done")
    ]
    return Effect.gen(function* () {
      const calls = yield* Calls
      const session = yield* makeSession(credentials, () => Effect.void, { signedIn: signedIn(1), at: 0 })
      const answer = yield* Effect.fork(session.call((options) => calls("me.snapshot", undefined, options)))
      yield* TestClock.adjust("19 millis")
      assert.strictEqual(made.length, 1)
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(answer)
      assert.strictEqual(made.length, 2)
    }).pipe(Effect.provide(answering(() => outcomes.shift() ?? Effect.die("too many calls"), made)))
  })

  it.effect("tells a refusal apart from a network that is away, and from no answer at all", () =>
    Effect.gen(function* () {
      const calls = yield* Calls
      const fresh = { signedIn: signedIn(1), at: 0 }
      const session = yield* makeSession(credentials, () => Effect.void, fresh)
      const refused = yield* Effect.flip(session.call((options) => calls("user.me", undefined, options)))
      assert.strictEqual(refused._tag, "NotFound")
      const away = yield* Effect.flip(session.call((options) => calls("device.list", undefined, options)))
      assert.strictEqual(away._tag, "Unreachable")
      const waiting = yield* Effect.fork(
        Effect.flip(session.call((options) => calls("me.snapshot", undefined, options)))
      )
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual((yield* Fiber.join(waiting))._tag, "Unreachable")
    }).pipe(
      Effect.provide(
        answering(({ tag }) =>
          tag === "user.me"
            ? Effect.fail(new NotFound())
            : tag === "device.list"
              ? Effect.fail(new RpcClientError({ reason: "Protocol", message: "away" }))
              : Effect.never
        )
      )
    )
  )
})

/** The calls as they are made in truth, of a server that is nowhere: this port is opened by no client. */
const nowhere = callsAt("http://127.0.0.1:1")

describe("a call that does not fit its contract", () => {
  const id = CommandId.make("00000000-0000-7000-8000-000000000003")
  const conversationId = ConversationId.make("00000000-0000-7000-8000-000000000004")

  it.effect("fails kindly, with the field that it is about; nothing is sent", () =>
    Effect.gen(function* () {
      const calls = yield* Calls
      const session = yield* makeSession(credentials, () => Effect.void, { signedIn: signedIn(1), at: 0 })
      const rename = (title: string) =>
        session.call((options) => calls("conversation.rename", { id, conversationId, title }, options))
      assert.strictEqual((yield* Effect.flip(rename("響".repeat(64))))._tag, "Unreachable")
      for (const title of ["響".repeat(65), " "]) {
        const error = yield* Effect.flip(rename(title))
        assert.deepInclude(error, { _tag: "BadCall", field: "title" })
        assert.include(callText(error), "at most 64 characters")
      }
      const found = yield* Effect.flip(
        session.call((options) => calls("user.find", { query: "x".repeat(65) }, options))
      )
      assert.deepInclude(found, { _tag: "BadCall", field: "query" })
      const password = Redacted.make("x".repeat(129))
      const revoked = yield* Effect.flip(
        session.call((options) => calls("device.revoke", { deviceId: credentials.deviceId, password }, options))
      )
      assert.strictEqual(callText(revoked), "A password has at most 128 characters.")
    }).pipe(Effect.provide(nowhere))
  )

  it.effect("of which a bug is the reason is no answer", () =>
    Effect.gen(function* () {
      const session = yield* makeSession(credentials, () => Effect.void, { signedIn: signedIn(1), at: 0 })
      const thrown = new TypeError("a bug")
      const exit = yield* Effect.exit(
        session.call(() => {
          throw thrown
        })
      )
      assert.deepStrictEqual(exit, Exit.die(thrown))
    }).pipe(Effect.provide(nowhere))
  )
})

/** A server of another version, by which whatever it is asked ends so. */
const ending = (exit: object) =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer(async (request, response) => {
        const asked = (await json(request)) as { readonly id: string }
        response.end(JSON.stringify([{ _tag: "Exit", requestId: asked.id, exit }]))
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  ).pipe(Effect.map((server) => callsAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)))

describe("a newer server", () => {
  it.scopedLive("refuses for a reason that is not known here, and it is told as refused, not as away", () =>
    Effect.gen(function* () {
      const refuse = yield* ending({
        _tag: "Failure",
        cause: { _tag: "Fail", error: { _tag: "Refused", code: "too_old" } }
      })
      const error = yield* Effect.gen(function* () {
        const calls = yield* Calls
        const session = yield* makeSession(credentials, () => Effect.void, { signedIn: signedIn(1), at: Date.now() })
        const id = CommandId.make("00000000-0000-7000-8000-000000000003")
        const conversationId = ConversationId.make("00000000-0000-7000-8000-000000000004")
        return yield* Effect.flip(
          session.call((options) => calls("conversation.leave", { id, conversationId }, options))
        )
      }).pipe(Effect.provide(refuse))
      assert.deepInclude(error, { _tag: "Refused", code: "too_old" })
    })
  )

  it.scopedLive("has kinds of rows that are not known here, and a page with one is a page all the same", () =>
    Effect.gen(function* () {
      const uuid = (n: number) => `00000000-0000-7000-8000-${n.toString().padStart(12, "0")}`
      const row = (seq: number, kind: string) => ({
        seq,
        rev: seq,
        id: uuid(seq),
        by: uuid(9),
        at: seq,
        kind,
        text: "x"
      })
      const value = { rows: [row(1, "posted"), row(2, "polled")], asOf: 2, moreBefore: false, moreAfter: false }
      const page = yield* Effect.gen(function* () {
        const session = yield* makeSession(credentials, () => Effect.void, { signedIn: signedIn(1), at: Date.now() })
        const { page } = yield* Effect.provide(SnapshotSource, snapshotSourceOf(session))
        return yield* page({ conversationId: ConversationId.make(uuid(4)) })
      }).pipe(Effect.provide(yield* ending({ _tag: "Success", value })))
      assert.deepStrictEqual(
        page.rows.map(({ kind, seq }) => `${seq} ${kind}`),
        ["1 posted", "2 polled"]
      )
    })
  )
})

/** Answers questions by the list, and writes down everything that was said. */
const scripted = (answers: ReadonlyArray<string>) => {
  const left = [...answers]
  const said: Array<string> = []
  const ask = {
    hides: true,
    say: (line: string) => Effect.sync(() => void said.push(line)),
    question: (prompt: string) =>
      Effect.suspend(() => {
        said.push(prompt)
        const next = left.shift()
        return next === undefined ? failed(`nobody answers ${prompt}`) : Effect.succeed(next)
      })
  }
  return { ask, said }
}

describe("the first questions", () => {
  it.effect("ask again for what was refused, and for nothing else", () => {
    const made: Array<Call> = []
    const outcomes: Array<Effect.Effect<SignedIn, unknown>> = [
      Effect.fail(new RegistrationRefused({ reason: "invite_required" })),
      Effect.fail(new HandleTaken()),
      Effect.fail(new PasswordRefused({ reason: "common" })),
      Effect.fail(new RateLimited({ retryAfterMs: 2_500 })),
      Effect.succeed(signedIn(1))
    ]
    const layer = answering(() => outcomes.shift() ?? Effect.die("too many calls"), made)
    const { ask, said } = scripted([
      "r",
      "alice",
      "password one",
      "password one",
      "",
      "CODE1234",
      "alicia",
      "a better one",
      "another slip",
      "a better one",
      "a better one",
      ""
    ])
    return Effect.gen(function* () {
      const admitted = yield* welcomeDialogue(ask, "main")
      assert.strictEqual(admitted.signedIn.handle, "alice")
      const last = made.at(-1)?.payload as { handle: string; password: Redacted.Redacted; invite: string }
      assert.deepStrictEqual(
        [last.handle, Redacted.value(last.password), last.invite],
        ["alicia", "a better one", "CODE1234"]
      )
      for (const sentence of [
        "An invite code is needed",
        "is taken",
        "Too many people",
        "The two differ",
        "try again in 3 seconds"
      ]) {
        assert.isTrue(
          said.some((line) => line.includes(sentence)),
          sentence
        )
      }
    }).pipe(Effect.provide(layer))
  })

  it.effect("ask again for what only a newer server knows why it refuses", () => {
    const reason = "leaked" as PasswordRefused["reason"]
    const outcomes = [Effect.fail(new PasswordRefused({ reason })), Effect.succeed(signedIn(1))]
    const { ask, said } = scripted(["r", "alice", "password one", "password one", "", "password two", "password two"])
    return Effect.gen(function* () {
      yield* welcomeDialogue(ask, "main")
      assert.include(said, "It was refused (leaked).")
    }).pipe(Effect.provide(answering(() => outcomes.shift() ?? Effect.die("too many calls"))))
  })

  it.effect("an invite link at the first question leads to registering with it", () => {
    const made: Array<Call> = []
    const { ask } = scripted([
      "http://127.0.0.1:8080/register#invite=abcdefgh1234",
      "alice",
      "a long password",
      "a long password"
    ])
    return Effect.gen(function* () {
      yield* welcomeDialogue(ask, "main")
      assert.deepInclude(made[0]?.payload as object, { handle: "alice", invite: "abcdefgh1234" })
    }).pipe(Effect.provide(answering(() => Effect.succeed(signedIn(1)), made)))
  })

  it.effect("a wrong password is said, and asked again", () => {
    const outcomes: Array<Effect.Effect<SignedIn, unknown>> = [
      Effect.fail(new SignInFailed()),
      Effect.succeed(signedIn(1))
    ]
    const { ask, said } = scripted(["what?", "s", "alice", "wrong", "alice", "right"])
    return Effect.gen(function* () {
      yield* welcomeDialogue(ask, "main")
      assert.include(said, "Handle and password do not match, or the account is disabled.")
      assert.include(said, 'Please type "r" or "s".')
    }).pipe(Effect.provide(answering(() => outcomes.shift() ?? Effect.die("too many calls"))))
  })

  it.effect("what is too long to be sent is asked again, and nothing else", () => {
    const [handle, password, invite] = ["a".repeat(65), "b".repeat(129), "c".repeat(129)]
    const { ask, said } = scripted([
      "r",
      handle,
      password,
      password,
      invite,
      "alice",
      "a good one",
      "a good one",
      "CODE1234"
    ])
    return Effect.gen(function* () {
      assert.include((yield* Effect.flip(welcomeDialogue(ask, "main"))).sentence, "can't be reached")
      for (const sentence of [
        "A handle has 2 to 32 characters.",
        "A password has at most 128 characters.",
        "This invite code is unknown"
      ])
        assert.lengthOf(
          said.filter((line) => line.startsWith(sentence)),
          1,
          sentence
        )
    }).pipe(Effect.provide(nowhere))
  })

  it.effect("a password that is too long to be sent is not the right one", () => {
    const { ask, said } = scripted(["s", "alice", "b".repeat(129), "alice", "right"])
    return Effect.gen(function* () {
      assert.include((yield* Effect.flip(welcomeDialogue(ask, "main"))).sentence, "can't be reached")
      assert.include(said, "Handle and password do not match, or the account is disabled.")
    }).pipe(Effect.provide(nowhere))
  })

  it("finds codes in links only", () => {
    assert.strictEqual(inviteOf("https://chat.example.org/register#invite=aB_-123456"), "aB_-123456")
    assert.strictEqual(inviteOf("https://chat.example.org/#invite=aB_-123456"), "aB_-123456")
    assert.strictEqual(inviteOf("register"), undefined)
  })
})
