/** An api process for simulations: the server's own handlers and use cases over the ports given, called without a network. */
import { RpcClient, type RpcGroup, RpcServer } from "@effect/rpc"
import { AccountPolicy } from "@hibiki/core/auth/AccountPolicy"
import { Accounts } from "@hibiki/core/auth/Accounts"
import { Authenticator } from "@hibiki/core/auth/Authenticator"
import { RpcMiddlewaresLive } from "@hibiki/core/auth/Middlewares"
import { Passwords } from "@hibiki/core/auth/Passwords"
import { RateLimits } from "@hibiki/core/auth/RateLimits"
import { RevocationWatch } from "@hibiki/core/auth/RevocationWatch"
import { SignIns } from "@hibiki/core/auth/SignIns"
import { Tokens } from "@hibiki/core/auth/Tokens"
import { Announcer } from "@hibiki/core/messages/Announcer"
import { CommandClientLive } from "@hibiki/core/messages/CommandClient"
import { PersonalHintsAnnounced } from "@hibiki/core/messages/PersonalHintsAnnounced"
import { Board } from "@hibiki/core/presence/Board"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { PushServices } from "@hibiki/core/push/PushServices"
import { PushStore } from "@hibiki/core/push/PushStore"
import { PasswordHasherMemory } from "@hibiki/core/testing/accounts/PasswordHasherMemory"
import type { StartApi } from "@hibiki/core/testing/simulation/ApiCalls"
import { adding } from "@hibiki/core/testing/simulation/adding"
import type { NodePorts } from "@hibiki/core/testing/simulation/SharedState"
import { Directory } from "@hibiki/core/users/Directory"
import { type Context, Effect, Layer } from "effect"
import { AuthHandlers } from "../../src/auth/AuthHandlers.ts"
import { ConversationHandlers } from "../../src/conversations/ConversationHandlers.ts"
import { DeviceHandlers } from "../../src/devices/DeviceHandlers.ts"
import { PresenceHandlers } from "../../src/presence/PresenceHandlers.ts"
import { PushHandlers } from "../../src/push/PushHandlers.ts"
import { UserHandlers } from "../../src/users/UserHandlers.ts"

/** Nobody meets a limit: what limits refuse is another test's. */
const NoLimits = Layer.succeed(
  RateLimits,
  RateLimits.of({ take: () => Effect.succeed({ _tag: "Taken" }), failed: () => Effect.void, succeeded: () => Effect.void })
)

const base = <Has, E, R>(ports: Effect.Effect<Context.Context<Has>, E, R>) =>
  ports.pipe(
    adding(Announcer.Default),
    adding(PersonalHintsAnnounced),
    adding(NoLimits),
    adding(PasswordHasherMemory),
    adding(AccountPolicy.with({})),
    adding(Authenticator.Default),
    adding(Tokens.Default),
    adding(Passwords.Default),
    adding(RevocationWatch.Default),
    adding(Accounts.Default),
    adding(SignIns.Default),
    adding(Directory.Default),
    adding(CommandClientLive),
    adding(Board.Default),
    adding(PushServices.none),
    adding(Layer.mock(PushStore, {}))
  )

const handlers = <Has, E, R>(there: Effect.Effect<Context.Context<Has>, E, R>) =>
  there.pipe(
    adding(RpcMiddlewaresLive),
    adding(AuthHandlers),
    adding(DeviceHandlers),
    adding(UserHandlers),
    adding(ConversationHandlers),
    adding(PresenceHandlers),
    adding(PushHandlers)
  )

type FromServer = Parameters<Effect.Effect.Success<ReturnType<typeof RpcClient.makeNoSerialization<Rpcs, never, true>>>["write"]>[0]
type Rpcs = RpcGroup.Rpcs<typeof HibikiRpcs>

/** Without spans, as the server's own edge has them. */
const makeCalls = Effect.gen(function* () {
  let hear = (_: FromServer): Effect.Effect<void> => Effect.void
  const server = yield* RpcServer.makeNoSerialization(HibikiRpcs, {
    disableTracing: true,
    disableFatalDefects: true,
    onFromServer: (message) => hear(message)
  })
  const { client, write } = yield* RpcClient.makeNoSerialization(HibikiRpcs, {
    disableTracing: true,
    supportsAck: true,
    flatten: true,
    onFromClient: ({ message }) => server.write(0, message)
  })
  hear = write
  return client
})

export const startApi: StartApi = Effect.context<NodePorts>().pipe(
  base,
  handlers,
  Effect.flatMap((services) => Effect.provide(makeCalls, services))
)
