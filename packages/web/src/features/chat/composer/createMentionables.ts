/**
 * The members whom one may mention in a conversation: those whom the page holds, and the others once they are asked
 * for.
 */
import type { Person } from "@hibiki/core/domain/Person"
import { type Accessor, createMemo } from "solid-js"
import type { ConversationModel } from "../conversationModel.ts"
import { createFurtherMembers } from "../createFurtherMembers.ts"
import type { Members } from "../createMembers.ts"
import { type Mentionable, mentionable, recentWriters } from "./mentionRules.ts"

/** Oneself and who is blocked are left out. Before any member is known: who wrote lately. */
export const createMentionables = (
  model: ConversationModel,
  members: Members,
  wanted: Accessor<boolean>
): Accessor<ReadonlyArray<Mentionable>> => {
  const { app } = model
  const made = new WeakMap<Person, Mentionable>()
  const make = (person: Person): Mentionable => {
    const one = made.get(person) ?? mentionable(person)
    made.set(person, one)
    return one
  }
  const held = createMemo(
    () => members.list() ?? recentWriters(model.open.view()).flatMap((userId) => app.people.get(userId) ?? [])
  )
  const further = createFurtherMembers(model, members, wanted)
  return createMemo(() => {
    const left = new Set([...app.blocked(), model.me()])
    return [...held(), ...further.list()].flatMap((person) => {
      if (left.has(person.userId)) return []
      left.add(person.userId)
      return [make(person)]
    })
  })
}
