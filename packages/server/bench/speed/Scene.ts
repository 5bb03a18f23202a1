/** Who is there in a run of the bench, and who talks to whom: equal for all subjects. */
import { randomBytes } from "node:crypto"
import { uuidV7 } from "@hibiki/core/domain/Uuid"

export interface BenchDevice {
  readonly userId: string
  readonly deviceId: string
  readonly accessToken: string
}

export interface BenchConversation {
  readonly id: string
  /** Places in `devices`. */
  readonly members: ReadonlyArray<number>
}

export interface Scene {
  readonly devices: ReadonlyArray<BenchDevice>
  readonly conversations: ReadonlyArray<BenchConversation>
  /** Posts in each conversation from before. */
  readonly postsBefore: number
}

export interface SceneShape {
  readonly devices: number
  readonly membersEach: number
  /** Conversations of each device. */
  readonly conversationsEach: number
  /** Further devices, after the others, one in each conversation in turn: who speaks while the others are away. */
  readonly speakers?: number
  readonly postsBefore: number
}

const freshId = (): string => uuidV7(Date.now(), randomBytes(10))

const haveNoCommonDivisor = (a: number, b: number): boolean => (b === 0 ? a === 1 : haveNoCommonDivisor(b, a % b))

/** Each round deals all devices into conversations in another order: by steps of another length. */
const dealt = (devices: number, membersEach: number, step: number): ReadonlyArray<ReadonlyArray<number>> => {
  const order = Array.from({ length: devices }, (_, i) => (i * step) % devices)
  return Array.from({ length: Math.floor(devices / membersEach) }, (_, i) =>
    order.slice(i * membersEach, (i + 1) * membersEach)
  )
}

export const makeScene = ({
  conversationsEach,
  devices,
  membersEach,
  postsBefore,
  speakers = 0
}: SceneShape): Scene => {
  const steps: Array<number> = []
  for (let step = 1; steps.length < conversationsEach; step++) if (haveNoCommonDivisor(devices, step)) steps.push(step)
  const dealings = steps.flatMap((step) => dealt(devices, membersEach, step))
  const withSpeaker = dealings.map((members, i) => (speakers === 0 ? members : [...members, devices + (i % speakers)]))
  return {
    devices: Array.from({ length: devices + speakers }, () => ({
      userId: freshId(),
      deviceId: freshId(),
      accessToken: randomBytes(32).toString("base64url")
    })),
    conversations: withSpeaker.map((members) => ({ id: freshId(), members })),
    postsBefore
  }
}
