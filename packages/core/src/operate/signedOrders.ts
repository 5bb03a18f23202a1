/** The form in which an operator's act travels to a process, and what that process accepts. */
import { Either, Schema } from "effect"
import { NodeAct } from "../domain/NodeAct.ts"
import { actValidMs } from "../ports/NodeActs.ts"

const Order = Schema.Struct({
  id: Schema.UUID,
  node: Schema.String.pipe(Schema.maxLength(200)),
  /** The end of its validity (ms). */
  until: Schema.Int,
  act: NodeAct
})
export type Order = typeof Order.Type

const Signed = Schema.parseJson(Schema.Struct({ order: Order, mac: Schema.String.pipe(Schema.maxLength(100)) }))
const decodeSigned = Schema.decodeUnknownEither(Signed, { onExcessProperty: "error" })

/** Returns the mac of a text by the server's key, as `Secrets.derive` does. */
export type MacOf = (text: string) => string

const macText = ({ act, id, node, until }: Order): string => {
  const what = act._tag === "StopActor" ? [act.path, act.how] : act._tag === "Disconnect" ? [act.socket] : ([] as const)
  return `operator act ${JSON.stringify([id, node, until, act._tag, ...what])}`
}

export const signOrder = (order: Order, macOf: MacOf): string => JSON.stringify({ order, mac: macOf(macText(order)) })

export const orderRefusals = ["unreadable", "forged", "elsewhere", "late", "repeated", "busy"] as const
export type OrderRefusal = (typeof orderRefusals)[number]

/** Ids that are remembered until they expire. Beyond it nothing is accepted. */
const rememberedMax = 1_000
/** How far the clock of the ordering process may be ahead (ms). */
const aheadMs = 10_000

/** Lets each act for this process through once. */
export class OrderGate {
  readonly #node: string
  readonly #macOf: MacOf
  /** Until when each accepted id is valid. */
  readonly #accepted = new Map<string, number>()

  constructor(node: string, macOf: MacOf) {
    this.#node = node
    this.#macOf = macOf
  }

  accept(text: string, nowMs: number): Either.Either<Order, OrderRefusal> {
    const read = decodeSigned(text)
    if (Either.isLeft(read)) return Either.left("unreadable")
    const { mac, order } = read.right
    if (!isEqual(mac, this.#macOf(macText(order)))) return Either.left("forged")
    if (order.node !== this.#node) return Either.left("elsewhere")
    if (order.until <= nowMs || order.until > nowMs + actValidMs + aheadMs) return Either.left("late")
    if (this.#accepted.has(order.id)) return Either.left("repeated")
    for (const [id, until] of this.#accepted) if (until <= nowMs) this.#accepted.delete(id)
    if (this.#accepted.size >= rememberedMax) return Either.left("busy")
    this.#accepted.set(order.id, order.until)
    return Either.right(order)
  }
}

/** Takes the same time wherever the texts differ. */
const isEqual = (a: string, b: string): boolean => {
  if (a.length !== b.length) return false
  let difference = 0
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at)
  return difference === 0
}
