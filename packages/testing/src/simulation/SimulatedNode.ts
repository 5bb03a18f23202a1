/**
 * One process of a simulation: a scope of its own, and ports that take time, fail with the world's conditions, and do
 * nothing any more once the process was killed. A killed process's last requests may still be carried out.
 */
import { Effect, Exit, type Fiber, Scope } from "effect"
import type { World } from "./World.ts"

export interface SimulatedNode {
  readonly name: string
  readonly scope: Scope.CloseableScope
  isUp: boolean
}

export const makeNode = (name: string): Effect.Effect<SimulatedNode> =>
  Effect.map(Scope.make(), (scope) => ({ name, scope, isUp: true }))

/** From here on no port works for it; its fibers end. */
export const killNode = (world: World, node: SimulatedNode): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (!node.isUp) return Effect.void
    node.isUp = false
    return Effect.asVoid(Effect.forkIn(Scope.close(node.scope, Exit.void), world.scope))
  })

type Passage = <A, E>(name: string, call: Effect.Effect<A, E>) => Effect.Effect<A, E>

/**
 * The service with every call of it going through `passage`. Tells nothing to a process that is gone. Subscriptions
 * start at once.
 */
export const overPort = <Service extends object>(node: SimulatedNode, service: Service, passage: Passage): Service => {
  const members = Object.entries(service).map(
    ([name, member]) => [name, overMember(node, name, member, passage)] as const
  )
  return { ...service, ...Object.fromEntries(members) }
}

const subscriptions = new Set(["subscribe", "listen", "whenLost", "consume"])

const overMember = (node: SimulatedNode, name: string, member: unknown, passage: Passage): unknown => {
  if (Effect.isEffect(member)) return subscriptions.has(name) ? member : passage(name, member as Effect.Effect<unknown>)
  if (typeof member !== "function") return member
  return (...given: ReadonlyArray<unknown>) => {
    const made = member(...given.map((one) => (typeof one === "function" ? whileUp(node, one) : one)))
    return Effect.isEffect(made) && !subscriptions.has(name) ? passage(name, made as Effect.Effect<unknown>) : made
  }
}

const whileUp =
  (node: SimulatedNode, call: CallableFunction) =>
  (...given: ReadonlyArray<unknown>) =>
    node.isUp ? call(...given) : undefined

export interface PassageOptions {
  readonly isAway: () => boolean
  readonly answersLost: () => boolean
  readonly latencyMs: () => number
  /** The port's typed failure. Undefined if it has none: the call then has no effect. */
  readonly failure: ((operation: string) => unknown) | undefined
  readonly lasting: ReadonlySet<string>
}

const none: ReadonlySet<string> = new Set()

/**
 * How it ended. Like `Fiber.await`, without the cost of ending the wait: an observer that notifies nobody does no harm.
 */
export const exitOf = <A, E, R>(
  forked: Effect.Effect<Fiber.RuntimeFiber<A, E>, never, R>
): Effect.Effect<Exit.Exit<A, E>, never, R> =>
  Effect.flatMap(forked, (fiber) =>
    Effect.async<Exit.Exit<A, E>>((resume) => fiber.addObserver((exit) => resume(Effect.succeed(exit))))
  )

/** There and back. A `lasting` call, once in flight, is carried out even if the caller is gone by then. */
export const passageOf = (
  { scope, time }: World,
  node: SimulatedNode,
  { answersLost, failure, isAway, latencyMs, lasting }: PassageOptions
): Passage => {
  return <A, E>(name: string, call: Effect.Effect<A, E>) => {
    const fails = (): Effect.Effect<never, E> | undefined =>
      failure && (Effect.fail(failure(name)) as Effect.Effect<never, E>)
    const there = () => (isAway() ? (fails() ?? call) : call)
    const back = (answer: A) =>
      (answersLost() ? fails() : undefined) ?? (node.isUp ? Effect.succeed(answer) : Effect.interrupt)
    return Effect.suspend(() => {
      if (!node.isUp) return Effect.interrupt
      const done = time.later(latencyMs(), there)
      const answer = Effect.flatMap(done, (answer) => time.later(latencyMs(), () => back(answer)))
      return lasting.has(name) ? Effect.flatten(exitOf(Effect.forkIn(answer, scope))) : answer
    })
  }
}

/** A process's requests to the world's store. */
export const storePassage = (world: World, node: SimulatedNode, failure: PassageOptions["failure"]): Passage => {
  const dice = world.dice(`store ${node.name}`)
  const { store } = world.conditions
  return passageOf(world, node, {
    isAway: () => store.away,
    answersLost: () => dice.next() < store.answersLost,
    latencyMs: () => (store.slow && dice.next() < 0.3 ? dice.next() * 3_000 : dice.next() * 3),
    failure,
    lasting: new Set(["append"])
  })
}

/** A process's requests to the hot state. */
export const hotPassage = (world: World, node: SimulatedNode, failure: PassageOptions["failure"]): Passage => {
  const dice = world.dice(`hot ${node.name}`)
  return passageOf(world, node, {
    isAway: () => world.conditions.hot.away,
    answersLost: () => false,
    latencyMs: () => dice.next() * 2,
    failure,
    lasting: none
  })
}
