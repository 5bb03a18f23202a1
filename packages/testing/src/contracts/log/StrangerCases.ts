/**
 * Cases: a user who never was a member gets the same answer to each kind of command as if the conversation did not
 * exist.
 */

import { type Command, type CommandBody, kindNamed } from "@hibiki/core/commands/Command"
import { type CommandId, type ConversationId, Epoch, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { directConversationId, makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"
import { anyBody, kindNames } from "../../anyBody.ts"
import type { ContractCase } from "../Contract.ts"
import { type CommandOptions, gist, type LogScene } from "./LogScene.ts"

interface People {
  /** A member of everything that exists. */
  readonly member: UserId
  readonly friend: UserId
  /** The user under test. */
  readonly by: UserId
}

type Kind = CommandBody["kind"]
type Asked = Pick<Command, "log" | "body">
type Ask = (place: ConversationId, people: People) => Asked

/** An existing place, and a similar one that does not exist. */
interface Pair {
  readonly there: ConversationId
  readonly absent: ConversationId
  /** Creates the absent one; undefined if no case can. */
  readonly make: Effect.Effect<unknown, unknown> | undefined
}

const on =
  (body: CommandBody): Ask =>
  (log) => ({ log, body })
const about =
  (body: (people: People) => CommandBody): Ask =>
  (log, people) => ({ log, body: body(people) })
/** Further commands of strangers, beside the plain body of a kind. */
const otherAsks: { readonly [K in Kind]?: ReadonlyArray<Ask> } = {
  post: [on({ kind: "post", text: "a", replyTo: 2 })],
  create: [
    about(({ friend }) => ({
      kind: "create",
      conversationKind: "group",
      title: "Tea",
      history: "all",
      members: [friend]
    })),
    about(({ by }) => ({ kind: "create", conversationKind: "channel", title: "Tea", history: "joined", members: [by] }))
  ],
  openDirect: [about(({ by }) => ({ kind: "openDirect", peer: by }))],
  add: [
    about(({ by }) => ({ kind: "add", userIds: [by] })),
    about(({ friend, member }) => ({ kind: "add", userIds: [member, friend] }))
  ],
  remove: [about(({ by }) => ({ kind: "remove", userId: by }))],
  setRole: [about(({ by }) => ({ kind: "setRole", userId: by, role: "owner" }))]
}

/** Commands of a personal log go to the stranger's own, and to the conversation itself. */
const plainAsks = (kind: Kind): ReadonlyArray<Ask> => {
  const body = (place: ConversationId, { member }: People) =>
    anyBody(kind, { seq: 2, userId: member, conversationId: place })
  const ofPlace: Ask = (place, people) => ({ log: place, body: body(place, people) })
  return kindNamed(kind)?.log === "personal"
    ? [(place, people) => ({ log: personalLog(people.by), body: body(place, people) }), ofPlace]
    : [ofPlace]
}

const asksOf = (kind: Kind): ReadonlyArray<Ask> => [...plainAsks(kind), ...(otherAsks[kind] ?? [])]

// An absent conversation can be created under its id, so creation is tested only for the id of a direct conversation.
const pairsFor = (
  kind: Kind,
  { conversationId, converse, direct, nobody, post, stores }: LogScene,
  ann: UserId,
  bob: UserId,
  cat: UserId
) =>
  Effect.gen(function* () {
    const [group, talk, later] = [yield* converse(ann, [bob]), yield* direct(ann, bob), yield* conversationId]
    for (const log of [group, talk, talk]) yield* post(ann, log, "a")
    const create = { kind: "create", conversationKind: "group", title: "Tea", history: "all", members: [] } as const
    const ofTwo: Pair = { there: talk, absent: directConversationId(ann, cat), make: direct(ann, cat) }
    const others: ReadonlyArray<Pair> = [
      { there: group, absent: later, make: stores(ann, later, create) },
      { there: personalLog(ann), absent: personalLog(yield* nobody), make: undefined }
    ]
    return kind === "create" ? [ofTwo] : [ofTwo, ...others]
  })

/** Two strangers send the same under one id: the second would get the remembered answer of the first. */
const answersTo = (
  { append, assert, command, store }: LogScene,
  place: ConversationId,
  ask: Ask,
  strangers: ReadonlyArray<People>,
  options: Required<CommandOptions>
) =>
  Effect.gen(function* () {
    const before = yield* store.after(place, 0, 1_000)
    const answers: Array<string> = []
    for (const people of strangers) {
      const { body, log } = ask(place, people)
      const { changes, decisions } = yield* append(yield* command(people.by, log, body, options))
      assert.deepStrictEqual(changes, [], "a stranger's command tells nobody anything")
      answers.push(...decisions.map(gist))
    }
    assert.deepStrictEqual(yield* store.after(place, 0, 1_000), before, "a stranger's command leaves the log as it was")
    return answers
  })

const caseOf = (kind: Kind): ContractCase<LogScene> => ({
  name: `a stranger's ${kind} is answered alike where the conversation is and where it is not, and leaves nothing in either`,
  run: (scene) =>
    Effect.gen(function* () {
      const { assert, id, stores, users } = scene
      const [ann, bob, cat, eve, fay] = yield* users(5)
      const strangers = [eve, fay, eve].map((by): People => ({ member: ann, friend: bob, by }))
      for (const { absent, make, there } of yield* pairsFor(kind, scene, ann, bob, cat)) {
        const asked: Array<CommandId> = []
        for (const ask of asksOf(kind)) {
          for (const epoch of [scene.store.epoch, Epoch.make(yield* makeUuidV7)]) {
            const [here, nowhere] = [
              { id: yield* id, epoch },
              { id: yield* id, epoch }
            ]
            const answers = yield* answersTo(scene, there, ask, strangers, here)
            assert.deepStrictEqual(answers, yield* answersTo(scene, absent, ask, strangers, nowhere))
            // An id that a stranger used is still free for anybody else.
            if (make !== undefined) yield* stores(ann, there, { kind: "post", text: "a" }, { id: here.id })
            asked.push(make === undefined ? here.id : nowhere.id)
          }
        }
        if (make === undefined) {
          const talk = directConversationId(ann, bob)
          for (const [i, id] of asked.entries())
            yield* stores(ann, there, { kind: "markUnread", conversationId: talk, upTo: 1 + (i % 2) }, { id })
        } else {
          yield* make
          for (const id of asked) yield* stores(ann, absent, { kind: "post", text: "a" }, { id })
        }
      }
    })
})

const finalCase: ContractCase<LogScene> = {
  name: "what was refused to a stranger is refused to him when it comes again after he became a member, and what others ask under its id is not",
  run: ({ append, assert, command, converse, users }) =>
    Effect.gen(function* () {
      const [ann, eve, fay] = yield* users(3)
      const log = yield* converse(ann, [])
      const early = yield* command(eve, log, { kind: "post", text: "a" })
      const other = yield* command(eve, log, { kind: "post", text: "b" })
      const before = yield* append(
        early,
        other,
        yield* command(fay, log, { kind: "post", text: "c" }, { id: early.id }),
        yield* command(ann, log, { kind: "post", text: "d" }, { id: other.id }),
        yield* command(ann, log, { kind: "add", userIds: [eve] })
      )
      assert.deepStrictEqual(before.decisions.map(gist), [
        "not_found",
        "not_found",
        "not_found",
        "Appended 2",
        "Appended 3"
      ])
      const after = yield* append(
        early,
        { ...early, body: { kind: "withdraw" } },
        early,
        other,
        yield* command(fay, log, { kind: "post", text: "e" }),
        yield* command(ann, log, { kind: "post", text: "f" }, { id: early.id })
      )
      assert.deepStrictEqual(after.decisions.map(gist), [
        "not_found",
        "not_found",
        "not_found",
        "conflict",
        "not_found",
        "conflict"
      ])
    })
}

export const strangerCases: ReadonlyArray<ContractCase<LogScene>> = [...kindNames.map(caseOf), finalCase]
