/**
 * What every socket that comes may find away: told once for all of a gateway's, since in an outage they all come back
 * again and again.
 */
import { makeOutage } from "../fibers/makeOutage.ts"

export const makeGatewayOutages = () => ({
  sockets: makeOutage("A socket could not be opened", "Sockets can be opened again"),
  memberships: makeOutage(
    "Memberships could not be read; the sockets are asked to come back",
    "Memberships can be read again"
  ),
  resumeTickets: makeOutage("No resume ticket could be made", "Resume tickets can be made again")
})

export type GatewayOutages = ReturnType<typeof makeGatewayOutages>
