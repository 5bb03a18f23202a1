import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { activitiesContract, activitiesContractSize } from "../src/contracts/ActivitiesContract.ts"
import { adminDirectoryContract, adminDirectoryContractSize } from "../src/contracts/AdminDirectoryContract.ts"
import { auditLogContract, auditLogContractSize } from "../src/contracts/AuditLogContract.ts"
import { conversationsContract, conversationsContractSize } from "../src/contracts/ConversationsContract.ts"
import { deliveriesContract, deliveriesContractSize } from "../src/contracts/DeliveriesContract.ts"
import { deviceCursorsContract, deviceCursorsContractSize } from "../src/contracts/DeviceCursorsContract.ts"
import { devicesContract, devicesContractSize } from "../src/contracts/DevicesContract.ts"
import {
  eventStoreContract,
  eventStoreContractSize,
  setAsideContract,
  setAsideContractSize
} from "../src/contracts/EventStoreContract.ts"
import { hintsContract, hintsContractSize } from "../src/contracts/HintsContract.ts"
import { ingressContract, ingressContractSize } from "../src/contracts/IngressContract.ts"
import { inspectionContract, inspectionContractSize } from "../src/contracts/InspectionContract.ts"
import { invitesContract, invitesContractSize } from "../src/contracts/InvitesContract.ts"
import { knownNetworksContract, knownNetworksContractSize } from "../src/contracts/KnownNetworksContract.ts"
import { nodeActsContract, nodeActsContractSize } from "../src/contracts/NodeActsContract.ts"
import { presenceContract, presenceContractSize } from "../src/contracts/PresenceContract.ts"
import { presenceCountsContract, presenceCountsContractSize } from "../src/contracts/PresenceCountsContract.ts"
import { pushQueueContract, pushQueueContractSize } from "../src/contracts/PushQueueContract.ts"
import { pushStoreContract, pushStoreContractSize } from "../src/contracts/PushStoreContract.ts"
import { routesContract, routesContractSize } from "../src/contracts/RoutesContract.ts"
import { sessionsContract, sessionsContractSize } from "../src/contracts/SessionsContract.ts"
import { socketPlacesContract, socketPlacesContractSize } from "../src/contracts/SocketPlacesContract.ts"
import { ticketsContract, ticketsContractSize } from "../src/contracts/TicketsContract.ts"
import { usersContract, usersContractSize } from "../src/contracts/UsersContract.ts"

interface Recorder {
  readonly it: { readonly effect: (name: string) => void }
  readonly assert: typeof assert
}

const makeUser = () => Effect.die("no case is run here")
const hold = () => Effect.void
const pass = () => Effect.void

const suites: Readonly<Record<string, readonly [size: number, register: (recorder: Recorder) => void]>> = {
  Activities: [activitiesContractSize, activitiesContract],
  AdminDirectory: [adminDirectoryContractSize, adminDirectoryContract],
  AuditLog: [auditLogContractSize, auditLogContract],
  Conversations: [
    conversationsContractSize,
    (r) => conversationsContract({ ...r, makeUser, hide: pass, block: pass, setClock: pass })
  ],
  Deliveries: [deliveriesContractSize, deliveriesContract],
  DeviceCursors: [deviceCursorsContractSize, deviceCursorsContract],
  SocketPlaces: [socketPlacesContractSize, socketPlacesContract],
  Devices: [devicesContractSize, (r) => devicesContract({ ...r, pass })],
  EventStore: [eventStoreContractSize, (r) => eventStoreContract({ ...r, makeUser, block: pass, setClock: pass })],
  Hints: [hintsContractSize, hintsContract],
  Inspection: [inspectionContractSize, inspectionContract],
  NodeActs: [nodeActsContractSize, nodeActsContract],
  Ingress: [ingressContractSize, ingressContract],
  Invites: [invitesContractSize, invitesContract],
  KnownNetworks: [knownNetworksContractSize, knownNetworksContract],
  Presence: [presenceContractSize, (r) => presenceContract({ ...r, flush: Effect.void })],
  PresenceCounts: [presenceCountsContractSize, presenceCountsContract],
  PushQueue: [pushQueueContractSize, pushQueueContract],
  PushStore: [
    pushStoreContractSize,
    (r) => pushStoreContract({ ...r, makeUser, makeDevice: makeUser, block: pass, revokeDevice: pass, setClock: pass })
  ],
  Routes: [routesContractSize, (r) => routesContract({ ...r, leaseMs: 12_000, pass, flush: Effect.void })],
  Sessions: [sessionsContractSize, sessionsContract],
  SetAside: [setAsideContractSize, (r) => setAsideContract({ ...r, makeUser, block: pass, setClock: pass, hold })],
  Tickets: [ticketsContractSize, (r) => ticketsContract({ ...r, pass })],
  Users: [usersContractSize, usersContract]
}

describe("a contract suite", () => {
  for (const [name, [size, register]] of Object.entries(suites)) {
    it(`of ${name} runs as many tests as it says, each under a name of its own`, () => {
      const names: Array<string> = []
      register({ it: { effect: (test) => void names.push(test) }, assert })
      assert.isAbove(size, 0)
      assert.strictEqual(names.length, size)
      assert.strictEqual(new Set(names).size, size)
    })
  }
})
