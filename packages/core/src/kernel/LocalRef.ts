/** The ref of an actor of this process. */
import { Duration, Effect } from "effect"
import { type ActorRef, ActorStopped, AskTimeout, MailboxFull, type TellResult } from "./ActorRef.ts"
import type { Cell } from "./Cell.ts"

/** An actor as its ref uses it: its state's type does not matter from outside. */
export interface Addressee<Message> extends Cell {
  readonly tell: (message: Message) => TellResult
}

export class LocalRef<Message> implements ActorRef<Message> {
  readonly actor: Addressee<Message>

  constructor(actor: Addressee<Message>) {
    this.actor = actor
  }

  get path(): string {
    return this.actor.path
  }

  get isStopped(): boolean {
    return this.actor.ending !== undefined
  }

  tell(message: Message): TellResult {
    return this.actor.tell(message)
  }

  stop(how: "drain" | "now" = "drain"): void {
    this.actor.beginStop(how, { _tag: "Requested", how })
  }

  ask<A>(
    make: (reply: (answer: A) => void) => Message,
    deadline: Duration.DurationInput
  ): Effect.Effect<A, AskTimeout | ActorStopped | MailboxFull> {
    const { actor } = this
    const { path } = actor
    const deadlineMs = Duration.toMillis(deadline)
    return Effect.async((resume) => {
      const close = () => {
        timer.cancel()
        actor.noLongerOnGone(onGone)
      }
      // Only the first outcome counts: Effect ignores those after it.
      const settle = (outcome: Effect.Effect<A, AskTimeout | ActorStopped | MailboxFull>) => {
        close()
        resume(outcome)
      }
      const onGone = () => settle(Effect.fail(new ActorStopped({ path })))
      const timer = actor.host.api.after(deadlineMs, () => settle(Effect.fail(new AskTimeout({ path, deadlineMs }))))
      const told = actor.tell(make((answer) => settle(Effect.succeed(answer))))
      if (told === "stopped") onGone()
      else if (told === "full" || told === "dropped") settle(Effect.fail(new MailboxFull({ path })))
      else actor.onGone(onGone)
      return Effect.sync(close)
    })
  }
}
