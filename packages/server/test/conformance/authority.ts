/** The table of authority: every call and every frame, by everybody. */
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { callAuthorityCases } from "./authority/callAuthority.ts"
import { frameAuthority } from "./authority/frameAuthority.ts"
import { casesOf, type Group } from "./Case.ts"
import { opsOf } from "./vectors.ts"

// Frames first: the calls make direct conversations, after which more people know of each other.
export const authorityGroups: ReadonlyArray<Group> = [
  { name: "authority: frames", cases: casesOf("authority of frames", opsOf("client"), frameAuthority) },
  { name: "authority: calls", cases: callAuthorityCases([...HibikiRpcs.requests.keys()]) }
]
