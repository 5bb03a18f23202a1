/** Handles of the people met so far, by id: the wire names people by id only. */
import type { ConversationSummary, Member } from "@hibiki/core/domain/Conversation"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { shownName } from "@hibiki/core/domain/NameRules"
import type { Person } from "@hibiki/core/domain/Person"

/** The most people in memory; beyond it the first ones are dropped, and requested again when they appear. */
const peopleMax = 20_000

export class People {
  readonly #handles = new Map<UserId, string>()
  /** Conversations whose members were requested, and the people who were still unknown after that. */
  readonly #asked = new Map<ConversationId, Set<UserId>>()

  constructor(me: { readonly userId: UserId; readonly handle: string }) {
    this.#handles.set(me.userId, me.handle)
  }

  learn(people: ReadonlyArray<Pick<Person | Member, "userId" | "handle">>): void {
    for (const { handle, userId } of people) this.#handles.set(userId, shownName(handle))
    for (const userId of this.#handles.keys()) {
      if (this.#handles.size <= peopleMax) break
      this.#handles.delete(userId)
    }
  }

  learnFrom(conversations: ReadonlyArray<ConversationSummary>): void {
    this.learn(conversations.flatMap(({ peer }) => (peer === undefined ? [] : [peer])))
  }

  /** People who left before this device met them have no name here: the end of the id tells them apart. */
  handle(userId: UserId): string {
    return this.#handles.get(userId) ?? `former-member-${userId.slice(-4)}`
  }

  /** Whether a request for this conversation's members could name somebody new; true once for each unknown person. */
  shouldAsk(conversationId: ConversationId, seen: Iterable<UserId>): boolean {
    const asked = this.#asked.get(conversationId) ?? new Set<UserId>()
    const fresh = [...seen].filter((userId) => !this.#handles.has(userId) && !asked.has(userId))
    const first = !this.#asked.has(conversationId)
    for (const userId of fresh) asked.add(userId)
    this.#asked.set(conversationId, asked)
    return first || fresh.length > 0
  }
}
