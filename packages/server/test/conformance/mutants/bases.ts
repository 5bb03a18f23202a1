/** What mutants are made of: the valid wire vectors, a good payload of every call, and all bad rows. */

import { uuidV7 } from "@hibiki/core/domain/Uuid"
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import { inputOf, vectors } from "../../../../core/test/protocol/vectors.ts"
import { badEnvelopes, badJson, badPayloads } from "../../http/badBodies.ts"
import { callAuthority } from "../authority/callAuthority.ts"
import type { Stage } from "../Stage.ts"
import { requestOf } from "../StreamSocket.ts"
import { type JsonTree, treeOf } from "./JsonTree.ts"
import type { Mutant } from "./Mutant.ts"
import { mutate, mutateText } from "./mutate.ts"
import type { Random } from "./Random.ts"

export interface Place {
  readonly stage: Stage
  /** Where mutants may really change something. */
  readonly groups: readonly [string, ...ReadonlyArray<string>]
  /** Who calls: some calls end a sign-in, and have one of their own for that. */
  readonly tokenFor: (tag: string, n: number) => string
}

/** Longer ones are their own rows, and would cost most of a run. */
const textMax = 4_096
const texts = (side: ReadonlyArray<Parameters<typeof inputOf>[0]>): ReadonlyArray<string> =>
  side.map(inputOf).filter((text) => text.length <= textMax)
const validFrames = texts(vectors.client.valid)
const invalidFrames = texts(vectors.client.invalid)
const firstFrames = [...validFrames, ...invalidFrames].filter((text) => text.includes('"op":"hello"'))

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g

/** With ids that are there, or were never used: what the vectors name is nowhere. */
const placed = (text: string, { groups, stage: { direct, foreign } }: Place, random: Random): string => {
  const conversationId = random.pick([...groups, ...groups, direct, foreign])
  return text
    .replaceAll(/"conversationId":"[^"]*"/g, () => `"conversationId":"${conversationId}"`)
    .replaceAll(/"id":"[^"]*"/g, (field) =>
      random.chance(0.8) ? field.replace(uuid, uuidV7(Date.now(), random.bytes(10))) : field
    )
}

const mutantOf = (text: string, random: Random): string => {
  try {
    return mutate(treeOf(JSON.parse(text)), random)
  } catch {
    return mutateText(text, random)
  }
}
const one = <A>(from: ReadonlyArray<A>, random: Random): A => {
  const found = from[random.below(from.length)]
  if (found === undefined) throw new Error("there is nothing to make a mutant of")
  return found
}

export const frameMutant = (place: Place, n: number, random: Random): Mutant => ({
  n,
  text: mutantOf(placed(one(random.chance(0.9) ? validFrames : invalidFrames, random), place, random), random)
})

export const firstMutant = (n: number, random: Random): Mutant => ({
  n,
  text: mutantOf(one(firstFrames, random), random)
})

const isRpcTag = (tag: string): tag is RpcTag => tag in callAuthority
/** Each of these can cost a hash of a password. */
const costly = (tag: string): boolean => /^auth\.(register|signIn|changePassword)$|^device\.revoke/.test(tag)
const tags = Object.keys(callAuthority).filter(isRpcTag)
const cheapTags = tags.filter((tag) => !costly(tag))

const goodPayload = ({ groups, stage }: Place, tag: RpcTag, random: Random): JsonTree =>
  treeOf(callAuthority[tag].payload(stage, random.pick([...groups, stage.foreign, stage.channel]), "owner"))

export const bodyMutant = (place: Place, n: number, random: Random): Mutant => {
  if (random.chance(0.2)) {
    const [, tag, payload] = one(badPayloads, random)
    return { n, tag, text: mutate(treeOf(payload), random) }
  }
  const tag = one(random.chance(0.95) ? cheapTags : tags, random)
  if (random.chance(0.1)) return { n, tag, text: mutateText(String(one(badJson, random)[1]), random) }
  return { n, tag, text: mutate(goodPayload(place, tag, random), random) }
}

export const envelopeMutant = (place: Place, n: number, random: Random): Mutant => {
  if (random.chance(0.2)) return { n, text: mutate(treeOf(one(badEnvelopes, random)[1]), random) }
  const tag = one(cheapTags, random)
  const envelope = requestOf("1", tag, {}, place.tokenFor(tag, n))
  return {
    n,
    text: mutate(
      treeOf({ ...envelope, payload: callAuthority[tag].payload(place.stage, random.pick(place.groups), "owner") }),
      random
    )
  }
}

export const streamMutant = ({ groups, stage }: Place, n: number, random: Random): Mutant => {
  const { member } = stage.people
  const request = (payload: object) => requestOf(String(random.below(1_000)), "presence.watch", payload, member.token)
  const bases: ReadonlyArray<unknown> = [
    request({ conversationId: random.pick(groups) }),
    request({ userIds: [member.userId] }),
    request({ conversationId: stage.foreign }),
    { _tag: "Ack", requestId: "1" },
    { _tag: "Interrupt", requestId: "1" },
    { _tag: "Ping" },
    one(badEnvelopes, random)[1]
  ]
  return { n, text: mutate(treeOf(one(bases, random)), random) }
}
