/**
 * One process of a simulation: a scope of its own, and ports that take time, fail as the world has it, and do nothing
 * any more once the process was killed.
 * What a killed process had asked for may still be done.
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

/** No port does anything for it from here on; its fibers end. */
export const killNode = (world: World, node: SimulatedNode): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (!node.isUp) return Effect.void
    node.isUp = false
    return Effect.asVoid(Effect.forkIn(Scope.close(node.scope, Exit.void), world.scope))
  })

type Passage = <A, E>(name: string, call: Effect.Effect<A, E>) => Effect.Effect<A, E>

/**
 * The service with every call of it going through `passage`, and nothing told to a process that is gone. Subscriptions
 * are taken at once.
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
  /** The port's typed failure; undefined when it has none, so that it just does nothing. */
  readonly failure: ((operation: string) => unknown) | undefined
  readonly lasting: ReadonlySet<string>
}

const none: ReadonlySet<string> = new Set()

/**
 * How it ended. As `Fiber.await`, without what it takes to stop waiting: an observer that tells nobody does no harm.
 */
export const exitOf = <A, E, R>(
  forked: Effect.Effect<Fiber.RuntimeFiber<A, E>, never, R>
): Effect.Effect<Exit.Exit<A, E>, never, R> =>
  Effect.flatMap(forked, (fiber) =>
    Effect.async<Exit.Exit<A, E>>((resume) => fiber.addObserver((exit) => resume(Effect.succeed(exit))))
  )

/** There and back. A `lasting` one, once on its way, is done even when the asker is gone by then. */
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

/** What a process asks of the world's store. */
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

/** What a process asks of the state that is only hot. */
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
