/**
 * An api process for simulations: the server's own handlers and use cases over the ports given, called without a
 * network.
 */
import * as Headers from "@effect/platform/Headers"
import { RpcServer } from "@effect/rpc"
import { RequestId } from "@effect/rpc/RpcMessage"
import { AccountNetworks } from "@hibiki/core/accounts/AccountNetworks"
import { AccountPolicy } from "@hibiki/core/accounts/AccountPolicy"
import { Accounts } from "@hibiki/core/accounts/Accounts"
import { AccountsAdmin } from "@hibiki/core/accounts/AccountsAdmin"
import { Authenticator } from "@hibiki/core/accounts/Authenticator"
import { Directory } from "@hibiki/core/accounts/Directory"
import { InviteLinks } from "@hibiki/core/accounts/InviteLinks"
import {
  AddressMiddlewareLive,
  AdminMiddlewareLive,
  AuthMiddlewareLive,
  OriginMiddlewareLive
} from "@hibiki/core/accounts/Middlewares"
import { Passwords, SignInLog } from "@hibiki/core/accounts/Passwords"
import { RevocationWatch } from "@hibiki/core/accounts/RevocationWatch"
import { SignIns } from "@hibiki/core/accounts/SignIns"
import { Tokens } from "@hibiki/core/accounts/Tokens"
import { AdminConsole } from "@hibiki/core/admin/AdminConsole"
import { MessageTracing } from "@hibiki/core/admin/MessageTracing"
import { Board } from "@hibiki/core/board/Board"
import { PresenceHistories } from "@hibiki/core/board/PresenceHistories"
import { CommandClientLive } from "@hibiki/core/ingress/CommandClient"
import { InspectionInProcess } from "@hibiki/core/inprocess/InspectionInProcess"
import { NodeActsInProcess } from "@hibiki/core/inprocess/NodeActsInProcess"
import { Panels } from "@hibiki/core/operate/Panels"
import { PushServices } from "@hibiki/core/ports/PushServices"
import { PushStore } from "@hibiki/core/ports/PushStore"
import { QueueReadings } from "@hibiki/core/ports/QueueReadings"
import { RateLimits } from "@hibiki/core/ports/RateLimits"
import { StoreReadings } from "@hibiki/core/ports/StoreReadings"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { CommitPublisher, PersonalHintsAnnounced } from "@hibiki/core/worker/CommitPublisher"
import { KnownNetworksMemory } from "@hibiki/testing/accounts/KnownNetworksMemory"
import { PasswordHasherMemory } from "@hibiki/testing/accounts/PasswordHasherMemory"
import { PresenceCountsMemory } from "@hibiki/testing/PresenceCountsMemory"
import type { ApiCalls, StartApi } from "@hibiki/testing/simulation/ApiCalls"
import { adding } from "@hibiki/testing/simulation/adding"
import type { NodePorts } from "@hibiki/testing/simulation/SharedState"
import { type Context, Effect, type Exit, Layer } from "effect"
import { AdminHandlers } from "../../src/api/AdminHandlers.ts"
import { AuthHandlers } from "../../src/api/AuthHandlers.ts"
import { ConversationHandlers } from "../../src/api/ConversationHandlers.ts"
import { DeviceHandlers } from "../../src/api/DeviceHandlers.ts"
import { OperateHandlers } from "../../src/api/OperateHandlers.ts"
import { PresenceHandlers } from "../../src/api/PresenceHandlers.ts"
import { PushHandlers } from "../../src/api/PushHandlers.ts"
import { UserHandlers } from "../../src/api/UserHandlers.ts"

/** Nobody meets a limit: what limits refuse is another test's. */
const NoLimits = Layer.succeed(
  RateLimits,
  RateLimits.of({
    take: () => Effect.succeed({ _tag: "Taken" }),
    charge: () => Effect.void,
    failed: () => Effect.void,
    succeeded: () => Effect.void,
    returned: () => Effect.void
  })
)

const base = <Has, E, R>(ports: Effect.Effect<Context.Context<Has>, E, R>) =>
  ports.pipe(
    adding(CommitPublisher.Default),
    adding(PersonalHintsAnnounced),
    adding(NoLimits),
    adding(PasswordHasherMemory),
    adding(AccountPolicy.with({})),
    adding(Authenticator.Default),
    adding(KnownNetworksMemory),
    adding(AccountNetworks.Default),
    adding(SignInLog.Default),
    adding(Tokens.Default),
    adding(Passwords.Default),
    adding(RevocationWatch.Default),
    adding(Accounts.Default),
    adding(SignIns.Default),
    adding(InviteLinks.Default),
    adding(Directory.Default),
    adding(CommandClientLive),
    adding(Board.Default),
    adding(PushServices.none),
    adding(Layer.mock(PushStore, {}))
  )

const handlers = <Has, E, R>(there: Effect.Effect<Context.Context<Has>, E, R>) =>
  there.pipe(
    adding(AccountsAdmin.Default),
    adding(AdminConsole.Default.pipe(Layer.provide(NodeActsInProcess))),
    adding(MessageTracing.Default.pipe(Layer.provide(InspectionInProcess))),
    adding(AuthMiddlewareLive),
    adding(AdminMiddlewareLive),
    adding(AddressMiddlewareLive),
    adding(OriginMiddlewareLive),
    adding(AuthHandlers),
    adding(DeviceHandlers),
    adding(UserHandlers),
    adding(ConversationHandlers),
    adding(PresenceHistories.Default.pipe(Layer.provide(PresenceCountsMemory))),
    adding(PresenceHandlers),
    adding(PushHandlers),
    adding(
      OperateHandlers.pipe(
        Layer.provide(Panels.Default),
        Layer.provide([InspectionInProcess, Layer.mock(QueueReadings, {}), Layer.mock(StoreReadings, {})])
      )
    ),
    adding(AdminHandlers)
  )

type AnyExit = Exit.Exit<unknown, unknown>

/**
 * Without spans, as the server's own edge has them, and as that does it: a request given to the RPC server, and its
 * exit waited for.
 */
const makeCalls = Effect.gen(function* () {
  const waiting = new Map<RequestId, (exit: AnyExit) => void>()
  const { write } = yield* RpcServer.makeNoSerialization(HibikiRpcs, {
    disableTracing: true,
    disableFatalDefects: true,
    disableClientAcks: true,
    onFromServer: (message) =>
      Effect.sync(() => {
        if (message._tag === "Exit") waiting.get(message.requestId)?.(message.exit)
      })
  })
  let requests = 0n
  const ask = (tag: string, payload: unknown, headers: Headers.Headers) =>
    Effect.suspend(() => {
      const id = RequestId(requests++)
      let exit: AnyExit | undefined
      waiting.set(id, (early) => {
        exit = early
      })
      const answer = Effect.async<unknown, unknown>((resume) => {
        const answered = (exit: AnyExit) => {
          waiting.delete(id)
          resume(exit)
        }
        waiting.set(id, answered)
        if (exit !== undefined) answered(exit)
      })
      const request = { _tag: "Request", id, tag, payload, headers } as Parameters<typeof write>[1]
      return Effect.zipRight(write(0, request), answer)
    })
  return (accessToken?: string): ApiCalls => {
    const headers = Headers.fromInput(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` })
    // Which answer belongs to which tag is the group's type's to know; no call here is answered by a stream.
    return ((tag: string, payload: unknown) => ask(tag, payload, headers)) as unknown as ApiCalls
  }
})

export const startApi: StartApi = Effect.context<NodePorts>().pipe(
  base,
  handlers,
  Effect.flatMap((services) => Effect.provide(makeCalls, services))
)
