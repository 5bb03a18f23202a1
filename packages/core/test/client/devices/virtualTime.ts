/**
 * Time and fibers under a test's hand: nothing happens but by `pass`, and everything that can happen at one moment has
 * happened before the next.
 */
import { Clock, Duration, Effect, Exit, Fiber, Logger, LogLevel, Option, Random, Scheduler } from "effect"

export class VirtualTime {
  now = 1_000_000
  readonly #scheduler = new Scheduler.ControlledScheduler()
  #due: Array<{ readonly at: number; readonly order: number; readonly act: () => void }> = []
  #order = 0
  readonly #random: Random.Random

  constructor(seed: number) {
    this.#random = Random.make(seed)
  }

  /** `act` happens at that time; answers how to take it back. */
  at(time: number, act: () => void): () => void {
    const item = { at: Math.max(time, this.now), order: this.#order++, act }
    let place = this.#due.length
    while (place > 0 && isAfter(this.#due[place - 1], item)) place--
    this.#due.splice(place, 0, item)
    return () => {
      this.#due = this.#due.filter((other) => other !== item)
    }
  }

  pass(ms: number): void {
    const until = this.now + ms
    this.#settle()
    for (let next = this.#due[0]; next !== undefined && next.at <= until; next = this.#due[0]) {
      this.#due.shift()
      this.now = next.at
      next.act()
      this.#settle()
    }
    this.now = until
  }

  fork<A, E>(effect: Effect.Effect<A, E>): Fiber.RuntimeFiber<A, E> {
    const fiber = Effect.runFork(
      effect.pipe(
        Effect.withClock(this.#clock),
        Effect.withRandom(this.#random),
        Logger.withMinimumLogLevel(LogLevel.None)
      ),
      { scheduler: this.#scheduler }
    )
    this.#settle()
    return fiber
  }

  /** What an effect gives that needs no time. */
  run<A, E>(effect: Effect.Effect<A, E>): A {
    const done = Option.getOrThrowWith(Effect.runSync(Fiber.poll(this.fork(effect))), () => new Error("it needs time"))
    return Exit.getOrElse(done, (cause) => {
      throw new Error(String(cause))
    })
  }

  #settle(): void {
    for (let rounds = 0; this.#scheduler.tasks.buckets.length > 0; rounds++) {
      if (rounds > 100_000) throw new Error("fibers do not come to rest")
      this.#scheduler.step()
    }
  }

  readonly #clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => this.now,
    currentTimeMillis: Effect.sync(() => this.now),
    unsafeCurrentTimeNanos: () => BigInt(this.now) * 1_000_000n,
    currentTimeNanos: Effect.sync(() => BigInt(this.now) * 1_000_000n),
    sleep: (duration) =>
      Effect.async((resume) => {
        const undo = this.at(this.now + Duration.toMillis(duration), () => resume(Effect.void))
        return Effect.sync(undo)
      })
  }
}

const isAfter = (
  a: { readonly at: number; readonly order: number } | undefined,
  b: { readonly at: number; readonly order: number }
): boolean => a !== undefined && (a.at > b.at || (a.at === b.at && a.order > b.order))
