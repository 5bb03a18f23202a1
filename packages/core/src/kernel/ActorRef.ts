/** The address of an actor for code outside it. It stays valid, and harmless, after the actor is gone. */
import { Data, type Duration, type Effect } from "effect"

/**
 * - `ok`: the message waits in the mailbox.
 * - `coalesced`: it replaced a waiting message with the same key.
 * - `dropped`: the mailbox is full and the behaviour drops the newest.
 * - `full`: the mailbox is full and the behaviour refuses.
 * - `stopped`: the actor takes no more messages (its behaviour may have stopped it because of this very message).
 */
export type TellResult = "ok" | "coalesced" | "dropped" | "full" | "stopped"

/** No reply came in time. The message may still be handled; its late reply is ignored. */
export class AskTimeout extends Data.TaggedError("AskTimeout")<{
  readonly path: string
  readonly deadlineMs: number
}> {}

/** The actor took no more messages, or was gone before it replied. */
export class ActorStopped extends Data.TaggedError("ActorStopped")<{ readonly path: string }> {}

/** The mailbox was full, so the actor did not take the message. */
export class MailboxFull extends Data.TaggedError("MailboxFull")<{ readonly path: string }> {}

/**
 * Call its members as methods (`ref.tell(message)`): they are not bound. One actor has one ref, so refs can be compared
 * and be keys.
 */
export interface ActorRef<Message> {
  readonly path: string
  /**
   * Puts a message into the mailbox. Never throws, never runs the receiver: also from inside a handler it is only an
   * enqueue.
   */
  readonly tell: (message: Message) => TellResult
  /**
   * Sends the message that `make` builds around a reply function and waits for the first reply. Interrupting it forgets
   * the reply.
   */
  readonly ask: <A>(
    make: (reply: (answer: A) => void) => Message,
    deadline: Duration.DurationInput
  ) => Effect.Effect<A, AskTimeout | ActorStopped | MailboxFull>
  /**
   * `drain` (default): the actor first handles the waiting messages; the system's drain deadline ends that. `now`: the
   * actor discards the waiting messages and interrupts a running Effect. Either way it takes no new messages from here
   * on, its children stop, then `onStop` runs, then the path is free.
   */
  readonly stop: (how?: "drain" | "now") => void
  /** True as soon as the actor takes no more messages; its path is free only when it is gone. */
  readonly isStopped: boolean
}

/**
 * Sends a message that must not get lost in silence: stops an actor that can't take it, so that its watcher starts
 * another.
 */
export const tellOrStop = <Message>(ref: ActorRef<Message>, message: Message): void => {
  const told = ref.tell(message)
  if (told === "full" || told === "dropped") ref.stop("now")
}
