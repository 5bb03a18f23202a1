/** What every frame of a client brings about when it is right. */
import type { ClientFrame } from "@hibiki/core/protocol/ClientFrame"
import type { Case } from "../Case.ts"
import { expectSame } from "../Mismatch.ts"
import { freshId, offline } from "../Person.ts"
import { ProtocolSocket } from "../ProtocolSocket.ts"
import { accepts, decide, postBy, postOf, type Stage } from "../Stage.ts"

type Op = ClientFrame["op"]

const one = (name: string, run: (stage: Stage) => Promise<void>): ReadonlyArray<Case> => [{ name, run }]

/** The row of a message as another member reads it. */
const rowOf = async ({ api, group, people: { owner } }: Stage, seq: number) =>
  (await api.value("history.page", { conversationId: group, around: seq, limit: 1 }, owner.token)).rows.find(
    (row) => row.seq === seq
  )

type More = (target: number, id: string) => { readonly op: string; readonly [field: string]: unknown }

/** A command of the member on a new message of its own, which must be accepted; the message is then `like` this. */
const onOwnPost = (name: string, more: More, like: (target: number) => Readonly<Record<string, unknown>>): Case => ({
  name,
  run: (stage) =>
    stage.people.member.with(async (socket) => {
      const { group } = stage
      const { seq } = await postBy(socket, group, name)
      const id = freshId()
      expectSame(
        "the place after the post",
        seq + 1,
        await accepts(socket, { ...more(seq, id), id, conversationId: group })
      )
      const wanted = like(seq)
      const row = new Map<string, unknown>(
        Object.entries((await rowOf(stage, more(seq, id).op === "post" ? seq + 1 : seq)) ?? {})
      )
      expectSame("the row", wanted, Object.fromEntries(Object.keys(wanted).map((field) => [field, row.get(field)])))
    })
})

/** Stored as it came, and never read as anything but text. */
const exactTexts = [
  ...[
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "' or 1=1; drop table events; --",
    "$1 \\' \\x00 %s"
  ],
  ...[
    "e\u0301 \u00e9 \u212b",
    "\u202eabc\u2069",
    "a\u200db\ufeffc",
    "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
    "\u{10ffff}",
    "a\r\nb\tc",
    "__proto__"
  ]
]

const exact: Case = {
  name: "whatever is text is stored and told exactly",
  run: ({ api, group, people }) =>
    people.owner.with((other) =>
      people.member.with(async (socket) => {
        const posts = exactTexts.map((text) => ({ id: freshId(), text }))
        const first = await accepts(socket, { op: "post", id: posts[0]?.id ?? "", conversationId: group, posts })
        const last = first + posts.length - 1
        const told: Array<string> = []
        while (told.length < posts.length) {
          const { events } = await other.takeOp("events", ({ conversationId }) => conversationId === group)
          told.push(
            ...events.flatMap((event) =>
              event.kind === "posted" && event.seq >= first && event.seq <= last ? [event.text] : []
            )
          )
        }
        expectSame("what is told", exactTexts, told)
        const page = { conversationId: group, after: first - 1, limit: posts.length }
        const { rows } = await api.value("history.page", page, people.owner.token)
        expectSame(
          "what is stored",
          exactTexts,
          rows.map((row) => "text" in row && row.text)
        )
      })
    )
}

/** A further sign of typing within 3 s is dropped, so each case has a typist of its own. */
export const typingOf = (by: "member" | "admin", to: "member" | "admin"): ReadonlyArray<Case> =>
  one("is told to another member", ({ group, people }) =>
    people[to].with((other) =>
      people[by].with(async (socket) => {
        socket.send({ op: "typing", conversationId: group })
        await other.takeOp(
          "typing",
          ({ conversationId, userId }) => conversationId === group && userId === people[by].userId
        )
      })
    )
  )

const hello: ReadonlyArray<Case> = [
  {
    name: "is answered by welcome and live",
    run: async ({ people: { member } }) => {
      const socket = await member.open({}, "welcome")
      await socket.takeOp("live")
      socket.terminate()
    }
  },
  {
    name: "of a newer client is answered in the version that both speak",
    run: async ({ api, people: { member } }) => {
      const socket = await ProtocolSocket.open(api.origin)
      socket.send({ ...member.hello(await member.ticket()), version: 9 })
      expectSame("the version", 1, (await socket.takeOp("welcome")).version)
      socket.terminate()
    }
  }
]

/** From where the member stood before its post: the stream brings it, and nothing else of that log. */
const fromCursor = async (stage: Stage, further: boolean): Promise<void> => {
  const { group, people, api } = stage
  const { epoch } = await api.value("me.snapshot", {}, people.member.token)
  const { seq } = await people.owner.with((socket) => postBy(socket, group, "for a cursor"))
  const pairs = [[group, seq - 1]]
  const socket = await ProtocolSocket.open(api.origin)
  const first = { ...people.member.hello(await people.member.ticket()), epoch }
  socket.send(further ? { ...first, last: false } : { ...first, cursors: pairs })
  if (further) socket.send({ op: "cursors", pairs, last: true })
  const { events } = await socket.takeOp("events", ({ conversationId }) => conversationId === group)
  expectSame(
    "the events above the cursor",
    [seq],
    events.map((event) => event.seq)
  )
  await socket.takeOp("live")
  socket.terminate()
}

export const clientFrames: Readonly<Record<Op, ReadonlyArray<Case>>> = {
  hello: [...hello, ...one("with a cursor is brought what lies above it", (stage) => fromCursor(stage, false))],
  cursors: one("tell the same as those of hello", (stage) => fromCursor(stage, true)),
  post: [
    onOwnPost(
      "a reply is accepted at the next place",
      (replyTo, id) => ({ op: "post", posts: [{ id, text: "a", replyTo }] }),
      (replyTo) => ({ text: "a", replyTo })
    ),
    exact,
    {
      name: "twenty-five in one frame are accepted in their order",
      run: ({ direct, people: { member } }) =>
        member.with(async (socket) => {
          const posts = Array.from({ length: 25 }, (_, n) => ({ id: freshId(), text: `post ${n}` }))
          const first = await accepts(socket, { op: "post", id: posts[0]?.id ?? "", conversationId: direct, posts })
          for (const [n, { id }] of posts.entries()) {
            if (n > 0)
              expectSame("the place", first + n, (await socket.takeOp("accepted", (frame) => frame.id === id)).seq)
          }
        })
    },
    {
      name: "the same id with the same body is answered with its first place",
      run: ({ group, memberPost: { id, seq, text }, people: { member } }) =>
        member.with(async (socket) => {
          expectSame("the place", seq, await accepts(socket, postOf(group, text, {}, id)))
        })
    }
  ],
  edit: [
    onOwnPost(
      "changes an own message",
      (target) => ({ op: "edit", target, text: "better" }),
      () => ({ text: "better" })
    )
  ],
  delete: [
    onOwnPost(
      "empties an own message",
      (target) => ({ op: "delete", target }),
      () => ({ text: "", deleted: true })
    )
  ],
  react: [
    onOwnPost(
      "sets a reaction",
      (target) => ({ op: "react", target, emoji: "👍", on: true }),
      () => ({ reactions: [{ emoji: "👍", count: 1, mine: false }] })
    )
  ],
  withdraw: [
    ...one("before the post is stored, it never will be", ({ group, people: { member } }) =>
      member.with(async (socket) => {
        const id = freshId()
        expectSame("the code", "withdrawn", (await decide(socket, { op: "withdraw", id, conversationId: group })).code)
        expectSame("the post's code", "withdrawn", (await decide(socket, postOf(group, "too late", {}, id))).code)
      })
    ),
    ...one("after that it is deleted", ({ group, people: { member } }) =>
      member.with(async (socket) => {
        const { id, seq } = await postBy(socket, group, "to be withdrawn")
        expectSame("the code", "withdrawn", (await decide(socket, { op: "withdraw", id, conversationId: group })).code)
        await socket.takeOp("events", ({ events }) =>
          events.some((event) => event.kind === "deleted" && event.target === seq)
        )
      })
    )
  ],
  ack: one(
    "of what was sent keeps the socket, and the other side of a direct conversation is told",
    ({ direct, people }) =>
      people.member.with(async (socket) => {
        await people.owner.with(async (other) => {
          const { id, seq } = await postBy(other, direct, "to be delivered")
          await socket.takeOp("events", ({ events }) => events.some((event) => event.id === id))
          socket.send({ op: "ack", cursors: [[direct, seq]] })
          await other.takeOp("cursors", (frame) => frame.conversationId === direct && (frame.delivered ?? 0) >= seq)
        })
      })
  ),
  read: one("is echoed by the cell and told to the other side", ({ direct, people }) =>
    people.member.with(async (socket) => {
      await people.owner.with(async (other) => {
        const { seq } = await postBy(other, direct, "to be read")
        socket.send({ op: "read", conversationId: direct, seq })
        await socket.takeOp("reads", ({ cells }) =>
          cells.some((cell) => cell.conversationId === direct && cell.readUpTo === seq)
        )
        await other.takeOp("cursors", (frame) => frame.conversationId === direct && (frame.read ?? 0) >= seq)
      })
    })
  ),
  range: one("brings the events again", ({ group, memberPost, people: { member } }) =>
    member.with(async (socket) => {
      socket.send({ op: "range", conversationId: group, from: memberPost.seq, to: memberPost.seq })
      const { events } = await socket.takeOp("events", ({ conversationId }) => conversationId === group)
      expectSame(
        "the ids",
        [memberPost.id],
        events.map(({ id }) => id)
      )
    })
  ),
  typing: typingOf("member", "admin"),
  watch: one(
    "is answered at once, of everybody, and a stranger looks offline",
    ({ people: { member, owner, stranger } }) =>
      member.with(async (socket) => {
        socket.send({ op: "watch", userIds: [owner.userId, member.userId, stranger.userId] })
        const { users } = await socket.takeOp("presence")
        expectSame(
          "whom it tells of",
          [owner.userId, member.userId, stranger.userId].sort(),
          users.map(({ userId }) => String(userId)).sort()
        )
        expectSame(
          "the stranger",
          [offline(stranger)],
          users.filter(({ userId }) => userId === stranger.userId)
        )
      })
  ),
  presence: one("idle and active again is told to who watches", ({ people: { newcomer } }) =>
    newcomer.with(async (socket) => {
      const state = (wanted: string) =>
        socket.takeOp("presence", ({ users }) => users.some((user) => user.state === wanted))
      socket.send({ op: "watch", userIds: [newcomer.userId] })
      await state("active")
      socket.send({ op: "presence", state: "idle" })
      await state("idle")
      socket.send({ op: "presence", state: "active" })
      await state("active")
    })
  ),
  ping: one("is answered by pong", ({ people: { member } }) =>
    member.with(async (socket) => {
      socket.send({ op: "ping" })
      await socket.takeOp("pong")
    })
  ),
  bye: one("ends the socket", ({ people: { member } }) =>
    member.with(async (socket) => {
      socket.send({ op: "bye" })
      await socket.closed()
    })
  )
}
