/** `hibiki chat`: opens a profile, signs in if need be, and runs the client on the screen or by lines. */
import { join } from "node:path"
import { makeHibikiClient } from "@hibiki/core/client/HibikiClient"
import { InstanceId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { isLoopback } from "@hibiki/node/isLoopback"
import { ExitCode, failed, Problem, shown } from "@hibiki/node/Problem"
import { untilTold } from "@hibiki/node/untilTold"
import { Effect, Layer, Logger, type Scope } from "effect"
import type { ChatContext } from "./app/ChatContext.ts"
import { ChatState } from "./app/ChatState.ts"
import { People } from "./app/People.ts"
import { plainChat } from "./app/plainChat.ts"
import { screenChat } from "./app/screenChat.ts"
import type { ChatEnd } from "./app/whatIsLeft.ts"
import { clientStoreFile } from "./profile/ClientStoreFile.ts"
import { outboxStoreFile } from "./profile/OutboxStoreFile.ts"
import { openProfile, type Profile, stateFolder } from "./profile/Profile.ts"
import { Calls, callsAt } from "./session/Calls.ts"
import { credentialsOf, makeSession, type Session } from "./session/Session.ts"
import { socketFactoryWs } from "./session/SocketFactoryWs.ts"
import { snapshotSourceOf, ticketSourceOf } from "./session/sources.ts"
import { welcomeDialogue } from "./session/welcomeDialogue.ts"
import { type Ask, askHidden, askLines, askTty } from "./tty/Ask.ts"
import { lineReader } from "./tty/LineReader.ts"
import { rawKeys } from "./tty/Tty.ts"

export interface ChatOptions {
  /** An address of the server. An admin or invite link is one too. */
  readonly server: string
  /** Undefined: the first that no other terminal uses. */
  readonly profile: string | undefined
  readonly plain: boolean
  /** The folder of the profiles; by default below `xdgStateHome`. */
  readonly state: string | undefined
  readonly xdgStateHome: string | undefined
}

export const runChat = (options: ChatOptions): Effect.Effect<void, Problem> =>
  Effect.scoped(
    Effect.gen(function* () {
      const server = yield* serverOrigin(options.server)
      const profile = yield* openProfile(stateFolder(options.state, options.xdgStateHome), options.profile)
      const streams = { input: process.stdin, output: process.stdout }
      const write = (line: string) => void streams.output.write(`${line}\n`)
      const byKeys = streams.input.isTTY === true && streams.output.isTTY === true
      const onScreen = Effect.gen(function* () {
        const keys = yield* rawKeys(streams)
        const session = yield* signedInSession(server, profile, askTty(streams, keys))
        return yield* converse(profile, session, (context) => untilTold(screenChat(streams, keys, context)))
      })
      const byLines = Effect.gen(function* () {
        // On a terminal, a password must stay hidden even in this case.
        const asked = Effect.scoped(
          Effect.flatMap(rawKeys(streams), (keys) => signedInSession(server, profile, askTty(streams, keys)))
        )
        const early = byKeys ? yield* asked : undefined
        const reader = yield* lineReader(streams.input)
        const session = early ?? (yield* signedInSession(server, profile, askLines(reader, write)))
        const ask = byKeys ? (prompt: string) => reader.aside(askHidden(streams, prompt)) : undefined
        return yield* converse(profile, session, (context) => plainChat(reader, write, context, ask))
      })
      const chat = byKeys && !options.plain ? onScreen : byLines
      const end = yield* Effect.provide(chat, callsAt(server))
      // A script must not believe that it was sent.
      if (end === "unsent")
        return yield* new Problem({
          sentence:
            "Not everything reached the server. Unsent messages stay saved, and go out when you open the chat again.",
          exitCode: ExitCode.unavailable
        })
      if (end === "refused")
        return yield* failed("Not everything could be done: see the lines that begin with an exclamation mark.")
    })
    // A log line would break the screen, which shows the important ones itself.
  ).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))

type Run = (context: Omit<ChatContext, "ui">) => Effect.Effect<ChatEnd>

const converse = (profile: Profile, session: Session, run: Run): Effect.Effect<ChatEnd, Problem, Calls | Scope.Scope> =>
  Effect.gen(function* () {
    const calls = yield* Calls
    const { deviceId, handle, server, userId } = session.credentials()
    const ports = Layer.mergeAll(
      outboxStoreFile(join(profile.folder, `outbox-${userId}.jsonl`)),
      clientStoreFile(join(profile.folder, `cursors-${userId}.json`)),
      socketFactoryWs(server),
      ticketSourceOf(session),
      snapshotSourceOf(session)
    )
    const client = yield* Effect.provide(
      makeHibikiClient({ device: deviceId, instance: InstanceId.make(yield* makeUuidV7) }),
      yield* Layer.build(ports)
    )
    yield* client.start
    return yield* run({
      client,
      calls,
      session,
      people: new People({ userId, handle }),
      state: new ChatState(),
      forget: profile.forget
    })
  })

/** The session stored in the profile, or a new one. */
const signedInSession = (server: string, profile: Profile, ask: Ask): Effect.Effect<Session, Problem, Calls> =>
  Effect.gen(function* () {
    const calls = yield* Calls
    const stored = yield* profile.load
    if (stored !== undefined) {
      if (stored.server !== server) {
        return yield* failed(
          `Profile "${profile.name}" is signed in at ${shown(stored.server)}: use --server for that one, or --profile NAME for another.`
        )
      }
      const session = yield* makeSession(stored, profile.save)
      // The chat also begins without a connection: new messages wait in the outbox.
      const ended = yield* session
        .call((options) => calls("user.me", undefined, options))
        .pipe(
          Effect.as(false),
          Effect.catchAll((error) => Effect.succeed(error._tag === "SignedOut"))
        )
      if (!ended) return session
      yield* ask.say("This device was signed out.")
    }
    yield* ask.say(`Hibiki at ${server}, profile "${profile.name}".`)
    const { hostname, protocol } = new URL(server)
    if (protocol === "http:" && !isLoopback(hostname))
      yield* ask.say("Careful: this connection is not encrypted, so others on the network can read your password.")
    const { at, signedIn } = yield* welcomeDialogue(ask, profile.name)
    const credentials = credentialsOf(server, signedIn)
    yield* profile.save(credentials)
    return yield* makeSession(credentials, profile.save, { signedIn, at })
  })

const serverOrigin = (chosen: string): Effect.Effect<string, Problem> => {
  const url = URL.canParse(chosen) ? new URL(chosen) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol)
    ? Effect.succeed(url.origin)
    : failed(`--server must be an address such as http://127.0.0.1:8080, and is ${shown(chosen)}`)
}
