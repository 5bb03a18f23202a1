/**
 * All bad inputs as data, by kind. After each one nothing has changed, and a healthy user is served within a second.
 */

import { type BadInput, badInputCase, slowInputCase } from "./bad/BadInput.ts"
import { badBodies, badRequests } from "./bad/badCalls.ts"
import { badConnections } from "./bad/badConnections.ts"
import { badExtensions, badFirstFrames, badFraming, badVectors } from "./bad/badFrames.ts"
import { forged, othersThings, outOfTurn } from "./bad/badMoves.ts"
import { badStreams } from "./bad/badStreams.ts"
import { largeInputs } from "./bad/largeInputs.ts"
import { slowInputs } from "./bad/slowInputs.ts"
import type { Group } from "./Case.ts"

const group = (name: string, rows: ReadonlyArray<BadInput>): Group => ({
  name: `bad inputs: ${name}`,
  cases: rows.map(badInputCase)
})

export const badInputGroups: ReadonlyArray<Group> = [
  group("wire vectors", [...badVectors, ...badFirstFrames]),
  group("framing", [...badFraming, ...badExtensions]),
  group("connections", badConnections),
  group("bodies", badBodies),
  group("requests", badRequests),
  group("large", largeInputs),
  group("streams", badStreams),
  group("out of turn", outOfTurn),
  group("others' things", othersThings),
  group("forged fields", forged)
]

/** Last, when their waiting is over. */
export const slowGroup: Group = { name: "bad inputs: slow", cases: slowInputs.map(slowInputCase) }
