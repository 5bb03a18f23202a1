/**
 * The state of one open board: its people, the last published presence, and the users who may have changed since. Plain
 * state; the caller provides time and reads.
 */

import type { UserId } from "../domain/Ids.ts"
import type { Person } from "../domain/Person.ts"
import type { UserPresence } from "../domain/Presence.ts"
import type { BoardPerson } from "./BoardRights.ts"

export class BoardState {
  #people: ReadonlyMap<UserId, BoardPerson> = new Map()
  /** The last published presence of each user. */
  readonly #told = new Map<UserId, UserPresence>()
  /** Users with possible news: never more than the board has people, however slow the reader is. */
  readonly #changed = new Set<UserId>()

  #readAt = 0

  /** When the last published presence was read (monotonic). */
  get readAt(): number {
    return this.#readAt
  }

  get people(): ReadonlyArray<Person> {
    return [...this.#people.values()].map(({ displayName, handle, userId }) => ({ userId, handle, displayName }))
  }

  /** The people whose presence the viewer may see. */
  get shown(): ReadonlyArray<UserId> {
    return [...this.#people.values()].flatMap(({ showsPresence, userId }) => (showsPresence ? [userId] : []))
  }

  /**
   * Returns the shown people's presence and lists all others as offline and not seen lately, in the order of the board.
   */
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
   * Sets the people of the board. Returns whether that changes the board: other people, other names, or another right
   * to see someone.
   */
  setPeople(people: ReadonlyArray<BoardPerson>): boolean {
    const before = this.#people
    this.#people = new Map(people.map((person) => [person.userId, person]))
    return before.size !== this.#people.size || people.some((person) => !isSame(person, before.get(person.userId)))
  }

  /**
   * Marks users whose visible presence may have changed; undefined: all users. Returns whether one of them is on the
   * board.
   */
  note(users: ReadonlyArray<UserId> | undefined): boolean {
    for (const userId of users ?? this.#people.keys())
      if (this.#people.get(userId)?.showsPresence === true) this.#changed.add(userId)
    return this.hasChanges
  }

  /**
   * Returns the users marked since the last call. Call this before reading them, so that a change during the reading
   * marks them again.
   */
  takeChanged(): ReadonlyArray<UserId> {
    const taken = [...this.#changed].filter((userId) => this.#people.get(userId)?.showsPresence === true)
    this.#changed.clear()
    return taken
  }

  /** Records the full state as published. Later changes compare with it. */
  tellAll(users: ReadonlyArray<UserPresence>, at: number): void {
    this.#readAt = at
    this.#told.clear()
    for (const user of users) this.#told.set(user.userId, user)
  }

  /** Returns the users that differ from the last published state, and records them as published. */
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
