/** Where each conversation was left, in memory of this page. Bound: the latest `kept` conversations. */
import type { ConversationId } from "@hibiki/core/domain/Ids"

export interface Place {
  /** The first item in view, and how far its top is above the view's. */
  readonly key: string
  readonly into: number
}

const kept = 100
const places = new Map<ConversationId, Place>()

/** `undefined`: at the end, which needs no memory. */
export const rememberPlace = (id: ConversationId, place: Place | undefined): void => {
  places.delete(id)
  if (place === undefined) return
  places.set(id, place)
  const oldest = places.keys().next()
  if (places.size > kept && oldest.done !== true) places.delete(oldest.value)
}

export const placeOf = (id: ConversationId): Place | undefined => places.get(id)
