import { assert, describe, it } from "@effect/vitest"
import { activitiesContract, activitiesContractSize } from "@hibiki/core/testing/contracts/ActivitiesContract"
import { conversationsContract, conversationsContractSize } from "@hibiki/core/testing/contracts/ConversationsContract"
import { deliveriesContract, deliveriesContractSize } from "@hibiki/core/testing/contracts/DeliveriesContract"
import { deviceCursorsContract, deviceCursorsContractSize } from "@hibiki/core/testing/contracts/DeviceCursorsContract"
import { devicesContract, devicesContractSize } from "@hibiki/core/testing/contracts/DevicesContract"
import {
  eventStoreContract,
  eventStoreContractSize,
  setAsideContract,
  setAsideContractSize
} from "@hibiki/core/testing/contracts/EventStoreContract"
import { hintsContract, hintsContractSize } from "@hibiki/core/testing/contracts/HintsContract"
import { ingressContract, ingressContractSize } from "@hibiki/core/testing/contracts/IngressContract"
import { invitesContract, invitesContractSize } from "@hibiki/core/testing/contracts/InvitesContract"
import { knownNetworksContract, knownNetworksContractSize } from "@hibiki/core/testing/contracts/KnownNetworksContract"
import { presenceContract, presenceContractSize } from "@hibiki/core/testing/contracts/PresenceContract"
import { pushQueueContract, pushQueueContractSize } from "@hibiki/core/testing/contracts/PushQueueContract"
import { pushStoreContract, pushStoreContractSize } from "@hibiki/core/testing/contracts/PushStoreContract"
import { routesContract, routesContractSize } from "@hibiki/core/testing/contracts/RoutesContract"
import { sessionsContract, sessionsContractSize } from "@hibiki/core/testing/contracts/SessionsContract"
import { socketPlacesContract, socketPlacesContractSize } from "@hibiki/core/testing/contracts/SocketPlacesContract"
import { ticketsContract, ticketsContractSize } from "@hibiki/core/testing/contracts/TicketsContract"
import { usersContract, usersContractSize } from "@hibiki/core/testing/contracts/UsersContract"
import { Effect } from "effect"

interface Recorder {
  readonly it: { readonly effect: (name: string) => void }
  readonly assert: typeof assert
}

const makeUser = () => Effect.die("no case is run here")
const hold = () => Effect.void
const pass = () => Effect.void

const suites: Readonly<Record<string, readonly [size: number, register: (recorder: Recorder) => void]>> = {
  Activities: [activitiesContractSize, activitiesContract],
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
  Ingress: [ingressContractSize, ingressContract],
  Invites: [invitesContractSize, invitesContract],
  KnownNetworks: [knownNetworksContractSize, knownNetworksContract],
  Presence: [presenceContractSize, (r) => presenceContract({ ...r, flush: Effect.void })],
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
