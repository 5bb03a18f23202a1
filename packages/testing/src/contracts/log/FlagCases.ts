/** Cases: flags that members set on conversations for themselves, stored in the personal log. */

import { type FlagCommandKind, flagSetBy } from "@hibiki/core/domain/Flags"
import { type ConversationId, personalLog } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import { type LogScene, newest } from "./LogScene.ts"

const caseOf = (kind: FlagCommandKind, other: FlagCommandKind): ContractCase<LogScene> => ({
  name: `${kind} sets a flag of a member's own on a conversation, whatever the other is, and the same wish again changes nothing`,
  run: (scene) =>
    Effect.gen(function* () {
      const { assert, converse, does, id, personalHead, refuses, stores, user } = scene
      const [ann, bob, cat] = [yield* user, yield* user, yield* user]
      const log = yield* converse(ann, [bob])
      const set = (conversationId: ConversationId, on: boolean) => ({ kind, conversationId, on }) as const
      const before = yield* personalHead(ann)
      yield* refuses("no_change", ann, personalLog(ann), set(log, false))
      const same = { id: yield* id }
      yield* stores(ann, personalLog(ann), set(log, true), same)
      assert.strictEqual((yield* does(ann, personalLog(ann), set(log, true), same))._tag, "Repeated")
      yield* refuses("conflict", ann, personalLog(ann), set(log, false), same)
      yield* refuses("conflict", ann, personalLog(ann), { ...set(log, true), kind: other }, same)
      const event = { by: ann, kind: flagSetBy[kind], conversationId: log }
      assert.deepStrictEqual(yield* newest(scene, ann, before), { ...event, seq: before + 1, on: true })
      yield* refuses("no_change", ann, personalLog(ann), set(log, true))
      yield* refuses("no_change", ann, personalLog(ann), { ...set(log, false), kind: other })
      yield* refuses("no_change", bob, personalLog(bob), set(log, false))
      yield* refuses("not_found", cat, personalLog(cat), set(log, true))
      yield* refuses("not_found", bob, personalLog(ann), set(log, false))
      yield* stores(ann, personalLog(ann), { ...set(log, true), kind: other })
      yield* stores(ann, personalLog(ann), set(log, false))
      assert.deepStrictEqual(yield* newest(scene, ann, before), { ...event, seq: before + 3, on: false })
      yield* stores(ann, personalLog(ann), set(log, true))
    })
})

export const flagCases: ReadonlyArray<ContractCase<LogScene>> = [
  caseOf("mute", "favourite"),
  caseOf("favourite", "mute")
]
