/** Commands about people. */

import { searchKey } from "@hibiki/core/domain/Handle"
import { shownName } from "@hibiki/core/domain/NameRules"
import type { Person } from "@hibiki/core/domain/Person"
import { inertLine } from "@hibiki/node/inertText"
import { failed } from "@hibiki/node/Problem"
import { Effect } from "effect"
import type { CallError } from "../session/callProblem.ts"
import { bareHandle, chatCommand, handle, line } from "./ChatCommand.ts"
import type { ChatContext } from "./ChatContext.ts"

const block = (context: ChatContext, typed: string, on: boolean): Effect.Effect<void, CallError> =>
  Effect.gen(function* () {
    const { handle, userId } = yield* findPerson(context, typed)
    yield* context.session.call((options) => context.calls("user.block", { userId, on }, options))
    context.ui.notice(
      on ? `@${handle} is blocked. /unblock ${handle} ends that.` : `@${handle} is not blocked any more.`
    )
  })

export const peopleCommands = {
  find: chatCommand({
    usage: "NAME",
    meaning: "find people",
    args: line,
    run: ({ calls, people, session, ui }, typed) => {
      const query = bareHandle(typed)
      return Effect.map(
        session.call((options) => calls("user.find", { query }, options)),
        (found) => {
          people.learn(found)
          ui.lines(`People found by "${query}"`, found.length === 0 ? ["Nobody."] : found.map(personLine))
        }
      )
    }
  }),
  block: chatCommand({
    usage: "HANDLE",
    meaning: "have nothing to do with a person: neither writes to the other directly, and that one adds you nowhere",
    args: handle,
    run: (context, typed) => block(context, typed, true)
  }),
  unblock: chatCommand({
    usage: "HANDLE",
    meaning: "end that",
    args: handle,
    run: (context, typed) => block(context, typed, false)
  })
}

/** The person with this handle. Fails with a sentence if there is none. */
export const findPerson = ({ calls, people, session }: ChatContext, typed: string): Effect.Effect<Person, CallError> =>
  Effect.gen(function* () {
    const found = yield* session.call((options) => calls("user.find", { query: typed }, options))
    people.learn(found)
    const wanted = searchKey(typed)
    return (
      found.find((person) => person.handle === wanted) ??
      (yield* failed(`Nobody here is called ${inertLine(typed)}: /find looks for people.`))
    )
  })

export const personLine = ({ displayName, handle }: Person): string => {
  const [name, called] = [shownName(handle), shownName(displayName)]
  return called === name ? name : `${name}  ${called}`
}
