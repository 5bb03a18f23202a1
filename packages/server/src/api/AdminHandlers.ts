/** Serves calls of administrators. */
import { unavailable } from "@hibiki/core/accounts/Middlewares"
import { AdminConsole } from "@hibiki/core/admin/AdminConsole"
import { MessageTracing } from "@hibiki/core/admin/MessageTracing"
import type { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { AdminRpcs } from "@hibiki/core/protocol/rpc/AdminRpcs"
import { ClientAddress, CurrentIdentity, type Identity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { Effect } from "effect"

export const AdminHandlers = AdminRpcs.toLayer(
  Effect.map(Effect.all([AdminConsole, MessageTracing]), ([console, tracing]) =>
    AdminRpcs.of({
      "admin.people": (page) => asked((caller) => console.people(caller, page)),
      "admin.devices": ({ userId }) => asked((caller, address) => console.devices(caller, address, userId)),
      "admin.signOutDevice": ({ deviceId, userId }) =>
        done((caller, address) => console.signOutDevice(caller, address, userId, deviceId)),
      "admin.disable": ({ userId }) =>
        Effect.map(
          asked((caller, address) => console.disable(caller, address, userId)),
          ({ devices, invites }) => ({ devices: devices.length, invites })
        ),
      "admin.enable": ({ userId }) => done((caller, address) => console.enable(caller, address, userId)),
      "admin.resetLink": ({ userId }) => asked((caller, address) => console.resetLink(caller, address, userId)),
      "admin.promote": ({ userId }) => done((caller, address) => console.promote(caller, address, userId)),
      "admin.demote": ({ userId }) => done((caller, address) => console.demote(caller, address, userId)),
      "admin.conversations": (query) => asked((caller) => console.conversations(caller, query)),
      "admin.members": ({ conversationId, ...page }) =>
        asked((caller, address) => console.members(caller, address, conversationId, page)),
      "admin.giveOwner": ({ conversationId, userId }) =>
        done((caller, address) => console.giveOwner(caller, address, conversationId, userId)),
      "admin.trace": (question) => asked((caller, address) => tracing.trace(caller, address, question)),
      "admin.act": ({ act, node }) => done((caller, address) => console.onNode(caller, address, node, act)),
      "admin.audit": (query) => asked((caller) => console.auditPage(caller, query)),
      "admin.auditExport": ({ after }) => asked((caller, address) => console.auditExport(caller, address, after))
    })
  )
)

const asked = <A, E>(call: (caller: Identity, address: string) => Effect.Effect<A, E | StoreUnavailable>) =>
  Effect.flatMap(Effect.all([CurrentIdentity, ClientAddress]), ([caller, address]) =>
    Effect.catchIf(call(caller, address), isStoreUnavailable, unavailable)
  )

const isStoreUnavailable = <E>(error: E | StoreUnavailable): error is StoreUnavailable =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "StoreUnavailable"

const done = <E>(call: (caller: Identity, address: string) => Effect.Effect<unknown, E | StoreUnavailable>) =>
  Effect.as(asked(call), {})
