/**
 * What one open board shows, what was told of it, and what may have changed since. Plain state; time and reads are its
 * caller's.
 */

import type { UserId } from "../domain/Ids.ts"
import type { Person } from "../domain/Person.ts"
import type { UserPresence } from "../domain/Presence.ts"
import type { BoardPerson } from "./BoardRights.ts"

export class BoardState {
  #people: ReadonlyMap<UserId, BoardPerson> = new Map()
  /** As they were last told. */
  readonly #told = new Map<UserId, UserPresence>()
  /** Of whom something new may be told: never more than there are people, however slow the reader is. */
  readonly #changed = new Set<UserId>()

  #readAt = 0

  /** When what was told last was read (monotonic). */
  get readAt(): number {
    return this.#readAt
  }

  get people(): ReadonlyArray<Person> {
    return [...this.#people.values()].map(({ displayName, handle, userId }) => ({ userId, handle, displayName }))
  }

  /** Those whose presence the viewer may see. */
  get shown(): ReadonlyArray<UserId> {
    return [...this.#people.values()].flatMap(({ showsPresence, userId }) => (showsPresence ? [userId] : []))
  }

  /** Those shown, and all others as somebody who is offline and was not seen lately, in the order of the board. */
  withHidden(shown: ReadonlyArray<UserPresence>): ReadonlyArray<UserPresence> {
    const byUser = new Map(shown.map((user) => [user.userId, user]))
    return [...this.#people.values()].flatMap(({ showsPresence, userId }) => {
      const seen: UserPresence | undefined = showsPresence
        ? byUser.get(userId)
        : { userId, state: "offline", kinds: [] }
      return seen ?? []
    })
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0
  }

  /**
   * Who is on the board from now on. Answers whether that is news: others, other names, or another right to see one.
   */
  setPeople(people: ReadonlyArray<BoardPerson>): boolean {
    const before = this.#people
    this.#people = new Map(people.map((person) => [person.userId, person]))
    return before.size !== this.#people.size || people.some((person) => !isSame(person, before.get(person.userId)))
  }

  /** Notes of whom others may see something new; undefined: of anybody. Answers whether one of them is on the board. */
  note(users: ReadonlyArray<UserId> | undefined): boolean {
    for (const userId of users ?? this.#people.keys())
      if (this.#people.get(userId)?.showsPresence === true) this.#changed.add(userId)
    return this.hasChanges
  }

  /** Those noted since the last call. Called before they are read, so that what changes meanwhile is noted again. */
  takeChanged(): ReadonlyArray<UserId> {
    const taken = [...this.#changed].filter((userId) => this.#people.get(userId)?.showsPresence === true)
    this.#changed.clear()
    return taken
  }

  /** Everything is told: the base of later changes. */
  tellAll(users: ReadonlyArray<UserPresence>, at: number): void {
    this.#readAt = at
    this.#told.clear()
    for (const user of users) this.#told.set(user.userId, user)
  }

  /** Those that differ from what was told, which are told with this. */
  tell(users: ReadonlyArray<UserPresence>, at: number): ReadonlyArray<UserPresence> {
    this.#readAt = at
    const news = users.filter(
      (user) =>
        this.#people.get(user.userId)?.showsPresence === true && !isSamePresence(user, this.#told.get(user.userId))
    )
    for (const user of news) this.#told.set(user.userId, user)
    return news
  }
}

const isSame = (person: BoardPerson, other: BoardPerson | undefined): boolean =>
  other !== undefined &&
  person.handle === other.handle &&
  person.displayName === other.displayName &&
  person.showsPresence === other.showsPresence

const isSamePresence = (user: UserPresence, other: UserPresence | undefined): boolean =>
  other !== undefined &&
  user.state === other.state &&
  user.since === other.since &&
  user.kinds.length === other.kinds.length &&
  user.kinds.every((kind, index) => kind === other.kinds[index])
