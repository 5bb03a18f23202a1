/**
 * For messages that must not be missing in silence: an actor that can't take one is stopped, and whoever watches it
 * starts anew.
 */
import type { ActorRef } from "./ActorRef.ts"

export const tellOrStop = <Message>(ref: ActorRef<Message>, message: Message): void => {
  const told = ref.tell(message)
  if (told === "full" || told === "dropped") ref.stop("now")
}
