/** What roles ask of the store, through its ports, at places drawn by chance. */
import { randomBytes } from "node:crypto"
import type { Command, CommandBody } from "@hibiki/core/commands/Command"
import { CommandId, type ConversationId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { uuidV7 } from "@hibiki/core/domain/Uuid"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Effect } from "effect"
import { group, groups, groupsOfFirst, memberOf, people, type Sizes, user } from "./LargeChat.ts"

export interface Question {
  readonly name: string
  /** Rows of tables that may be read for it. */
  readonly rowsMax: number
  readonly ask: Effect.Effect<unknown, unknown>
}

const below = (count: number): number => Math.floor(Math.random() * count)
/** Not the large one. */
const anyGroup = (): number => 2 + below(groups - 2)
const times = <A>(count: number, make: (i: number) => A): ReadonlyArray<A> =>
  Array.from({ length: count }, (_, i) => make(i))

/** A hundred groups that differ. */
const hundredGroups = (): ReadonlyArray<number> => {
  const from = anyGroup()
  return times(100, (i) => 2 + ((from + i * 61) % (groups - 2)))
}

export const questions = ({ large, small }: Sizes) =>
  Effect.gen(function* () {
    const [store, conversations] = [yield* EventStore, yield* Conversations]
    const log = group(1)
    const member = () => user(2 + below(2_990))
    const command = (conversation: ConversationId, by: UserId, body: CommandBody): Command => ({
      ...{
        log: conversation,
        id: CommandId.make(uuidV7(Date.now(), randomBytes(10))),
        by,
        device: null,
        epoch: store.epoch,
        body
      }
    })
    const append = (commands: () => ReadonlyArray<Command>) =>
      Effect.flatMap(
        Effect.suspend(() => store.append(commands())),
        ({ decisions }) => {
          const wrong = decisions.find(({ _tag }) => _tag !== "Appended" && _tag !== "Repeated")
          return wrong === undefined ? Effect.void : Effect.dieMessage(`not appended: ${JSON.stringify(wrong)}`)
        }
      )
    /** A row that is a post, and neither the newest nor the oldest. */
    const post = () => 20 * (1 + below(Math.floor(large / 20) - 2)) + 5
    const lazily = <A, E>(ask: () => Effect.Effect<A, E>) => Effect.suspend(ask)
    const asked = (name: string, rowsMax: number, ask: Effect.Effect<unknown, unknown>): Question => ({
      name,
      rowsMax,
      ask
    })
    const page = (seqOf: () => number, tag: "Before" | "After" | "Around") =>
      lazily(() => conversations.page(member(), log, { _tag: tag, seq: seqOf() }, 50))
    return [
      asked(
        "append: 100 posts in 100 conversations",
        2_000,
        append(() => hundredGroups().map((n) => command(group(n), memberOf(n), { kind: "post", text: "hello" })))
      ),
      asked(
        "append: 100 posts in one",
        1_000,
        append(() => times(100, () => command(log, user(1), { kind: "post", text: "hello" })))
      ),
      asked(
        "append: a reply, an edit, a reaction",
        100,
        append(() => {
          const by = member()
          const mine = command(log, by, { kind: "post", text: "mine", replyTo: post() })
          return [mine, command(log, by, { kind: "react", target: post(), emoji: "🎉" })]
        })
      ),
      asked(
        "append: a reader's cursor",
        60,
        append(() => {
          const n = anyGroup()
          const by = memberOf(n)
          return [command(personalLog(by), by, { kind: "read", conversationId: group(n), upTo: small })]
        })
      ),
      asked(
        "history: newest page of 50",
        400,
        lazily(() => conversations.page(member(), log, { _tag: "Latest" }, 50))
      ),
      asked("history: 50 before a place", 400, page(post, "Before")),
      asked("history: 50 after a place", 400, page(post, "After")),
      asked("history: 50 around a place", 600, page(post, "Around")),
      asked(
        "what changed in 2,000 rows",
        6_000,
        lazily(() => {
          const from = 1 + below(large - Limits.changedWindow)
          return conversations.changedSince(member(), log, from + 1_000, from, from + Limits.changedWindow - 1)
        })
      ),
      asked(
        "search: a step of 500 texts",
        1_200,
        lazily(() => conversations.texts(member(), log, below(large), Limits.textsMax))
      ),
      asked(
        "search: 50 rows of 50 conversations",
        600,
        lazily(() =>
          conversations.rowsAt(
            user(1),
            times(50, (n) => ({ conversationId: group(1 + n), seq: 5 }))
          )
        )
      ),
      asked(
        "catch-up: 1,000 events of one log",
        1_200,
        lazily(() => store.after(log, below(large - 2_000), Limits.catchUpMax))
      ),
      asked(
        "catch-up: 20 events for each of 500 sockets",
        25_000,
        lazily(() =>
          store.slices(
            times(500, () => anyGroup()).map((n) => ({
              log: group(n),
              userId: memberOf(n),
              after: small - 20,
              limit: 20
            }))
          )
        )
      ),
      asked(
        "memberships of 500 arriving people",
        60_000,
        lazily(() => conversations.memberships(times(500, () => user(2 + below(people - 2)))))
      ),
      asked(
        "the list of somebody in 20 conversations",
        5_000,
        lazily(() => conversations.snapshot(user(2 + below(people - 2))))
      ),
      asked(
        "the list of somebody in 2,000, with unread counts",
        400_000,
        Effect.flatMap(
          lazily(() => conversations.snapshot(user(1))),
          (found) =>
            found?.conversations.length === groupsOfFirst ? Effect.void : Effect.dieMessage("not the whole list")
        )
      ),
      asked(
        "one line of the list",
        1_300,
        lazily(() => conversations.summary(member(), log))
      ),
      asked(
        "members of a conversation, 100 of 3,000",
        10_000,
        lazily(() => conversations.members(member(), log, "", 100))
      ),
      asked(
        "who of 200 shares a conversation with me",
        12_000,
        lazily(() =>
          conversations.shared(
            member(),
            times(200, () => user(2 + below(people - 2)))
          )
        )
      ),
      asked(
        "heads of 1,000 logs",
        1_100,
        lazily(() => store.heads(times(1_000, () => group(anyGroup()))))
      )
    ] as ReadonlyArray<Question>
  })
