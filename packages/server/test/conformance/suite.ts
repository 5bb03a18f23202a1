/** All groups of the suite. The names that each table must cover come from the vectors, the schemas and the codes. */
import { RefusalCode } from "@hibiki/core/domain/Refusal"
import { CloseCodes } from "@hibiki/core/protocol/CloseCode"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { errorsOf, tagOf } from "../../src/http/OpenApi.ts"
import { callsOf, streamsOf } from "../../src/http/StrictRpc.ts"
import { authorityGroups } from "./authority.ts"
import { badInputGroups, slowGroup } from "./badInputs.ts"
import { casesOf, type Group } from "./Case.ts"
import { accountCalls } from "./cases/calls/accountCalls.ts"
import { adminCalls } from "./cases/calls/adminCalls.ts"
import { callCases } from "./cases/calls/CallEntry.ts"
import { conversationCalls } from "./cases/calls/conversationCalls.ts"
import { operateCalls } from "./cases/calls/operateCalls.ts"
import { pushCalls } from "./cases/calls/pushCalls.ts"
import { clientFrames } from "./cases/clientFrames.ts"
import { closeCodes } from "./cases/closeCodes.ts"
import { refusals } from "./cases/refusals.ts"
import { serverFrames } from "./cases/serverFrames.ts"
import { stateCases } from "./cases/stateCases.ts"
import { opsOf } from "./vectors.ts"

/** Every call that is published, with every error that it may end with. */
const contract = [
  ...callsOf(HibikiRpcs).map((rpc) => [rpc._tag, errorsOf(rpc).map(({ ast }) => tagOf(ast) ?? String(ast))] as const),
  ...streamsOf(HibikiRpcs).map((rpc) => [rpc._tag, ["NotFound"]] as const)
]

export const groups: ReadonlyArray<Group> = [
  { name: "client frames", cases: casesOf("client frames", opsOf("client"), clientFrames) },
  { name: "server frames", cases: casesOf("server frames", opsOf("server"), serverFrames) },
  { name: "close codes", cases: casesOf("close codes", Object.keys(CloseCodes), closeCodes) },
  { name: "final codes", cases: casesOf("final codes", RefusalCode.literals, refusals) },
  {
    name: "calls",
    cases: callCases(contract, { ...accountCalls, ...conversationCalls, ...pushCalls, ...operateCalls, ...adminCalls })
  },
  { name: "order and state", cases: stateCases },
  ...authorityGroups,
  ...badInputGroups,
  slowGroup
]
