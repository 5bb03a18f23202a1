/** What the cases play on: six accounts, and conversations whose members are known. Made once for a run. */
import { randomBytes } from "node:crypto"
import { Api } from "./client.ts"
import { Mismatch, Skipped } from "./Mismatch.ts"
import { type Device, freshId, type Person, password, person } from "./Person.ts"
import type { ProtocolSocket } from "./ProtocolSocket.ts"

export interface Post {
  readonly id: string
  readonly seq: number
  readonly text: string
}

export interface People {
  readonly owner: Person
  readonly admin: Person
  readonly member: Person
  /** Was in the group, and was removed. */
  readonly former: Person
  /** Shares a channel with nobody, and no conversation with those of the group. */
  readonly stranger: Person
  /** Whose sign-ins and password may come and go. */
  readonly newcomer: Person
}

export interface Stage {
  readonly api: Api
  readonly people: People
  /** A server admin, when there is one: with the invite of the admin link. */
  readonly serverAdmin: Person | undefined
  /** Of owner, admin and member. */
  readonly group: string
  /** Open to everybody; owner is in it. */
  readonly channel: string
  /** The owner's and the member's. */
  readonly direct: string
  /** The stranger's own. */
  readonly foreign: string
  readonly ownerPost: Post
  readonly memberPost: Post
  readonly foreignPost: Post
  /** A further sign-in of the member, and one that has ended. */
  readonly otherDevice: Device
  readonly revoked: Device
  readonly close: () => void
  readonly probe: Probe
}

/** Two who have done nothing wrong: between them a message must get through whatever others send. */
export interface Probe {
  readonly conversationId: string
  readonly from: ProtocolSocket
  readonly to: ProtocolSocket
}

export interface StageOptions {
  readonly url: string
  readonly invite: string | undefined
  /** Accounts of an earlier run with the same prefix are used again. */
  readonly prefix: string | undefined
}

/** What a registration needs beside a name: nothing where it is open, else an invite of the server's admin. */
export const freshInvite = async (api: Api, serverAdmin: Person | undefined): Promise<string | undefined> => {
  const { registration } = await api.value("auth.policy", {}, undefined)
  if (registration === "open") return undefined
  if (serverAdmin === undefined) throw new Skipped(noAdmin)
  return (await api.value("invite.create", {}, serverAdmin.token)).code
}

const noAdmin = "needs --invite with the code of the admin link"

export const needAdmin = (stage: Stage): Person => {
  if (stage.serverAdmin === undefined) throw new Skipped(noAdmin)
  return stage.serverAdmin
}

export const makeGroup = async (
  api: Api,
  owner: Device,
  members: ReadonlyArray<Device>,
  kind: "group" | "channel" = "group"
) => {
  const payload = { id: freshId(), kind, title: `conformance ${kind}`, members: members.map(({ userId }) => userId) }
  return (await api.value("conversation.create", payload, owner.token)).conversationId
}

export interface Command {
  readonly op: string
  readonly id: string
  readonly conversationId: string
  readonly [field: string]: unknown
}

export interface Decided {
  readonly op: "accepted" | "refused"
  readonly seq: number | undefined
  readonly code: string | undefined
  readonly retryAfterMs?: number | undefined
}

/**
 * What becomes of one command. `busy` is never final: limits are not what is tested here, so it is sent again after the
 * delay.
 * An `accepted` under the id of a withdrawal is the post's, which may be answered more than once.
 */
export const decide = async (socket: ProtocolSocket, { id, ...frame }: Command): Promise<Decided> => {
  for (let tries = 0; ; tries++) {
    // A post frame has no id of its own.
    socket.send(frame.op === "post" ? frame : { ...frame, id })
    const answer = await socket.take(`an answer to ${frame.op}`, (heard): Decided | number | undefined => {
      if (heard.op === "accepted" && heard.id === id && frame.op !== "withdraw")
        return { op: "accepted", seq: heard.seq, code: undefined }
      if (heard.op === "refused" && heard.id === id)
        return { op: "refused", seq: undefined, code: heard.code, retryAfterMs: heard.retryAfterMs }
      return heard.op === "busy" && heard.conversationId === frame.conversationId ? heard.retryAfterMs : undefined
    })
    if (typeof answer !== "number") return answer
    if (tries === 20) throw new Error(`${frame.op} is answered busy again and again`)
    await new Promise((resolve) => setTimeout(resolve, answer))
  }
}

export const accepts = async (socket: ProtocolSocket, command: Command): Promise<number> => {
  const { code, seq } = await decide(socket, command)
  if (seq === undefined) throw new Mismatch(command.op, "accepted", code)
  return seq
}

export const postOf = (conversationId: string, text: string, more: object = {}, id = freshId()): Command => ({
  ...{ op: "post", id, conversationId },
  posts: [{ id, text, ...more }]
})

export const postBy = async (socket: ProtocolSocket, conversationId: string, text: string): Promise<Post> => {
  const command = postOf(conversationId, text)
  return { id: command.id, seq: await accepts(socket, command), text }
}

export const openDirect = async (api: Api, by: Device, userId: string): Promise<string> =>
  (await api.value("conversation.openDirect", { userId }, by.token)).conversationId

export const makeStage = async ({ invite, prefix, url }: StageOptions): Promise<Stage> => {
  const api = new Api(url.replace(/\/$/, ""))
  api.secrets.add(password)
  const names = prefix ?? `c${randomBytes(4).toString("hex")}`
  const known = prefix !== undefined
  const owner = await person(api, `${names}-owner`, known, () => Promise.resolve(invite))
  const serverAdmin = owner.signedIn.admin ? owner : undefined
  const further = (role: string) => person(api, `${names}-${role}`, known, () => freshInvite(api, serverAdmin))
  const [admin, member] = [await further("admin"), await further("member")]
  const [former, stranger, newcomer] = [await further("former"), await further("stranger"), await further("newcomer")]
  const people: People = { owner, admin, member, former, stranger, newcomer }

  const group = await makeGroup(api, owner, [admin, member, former])
  await api.value(
    "conversation.setRole",
    { id: freshId(), conversationId: group, userId: admin.userId, role: "admin" },
    owner.token
  )
  await api.value("conversation.remove", { id: freshId(), conversationId: group, userId: former.userId }, owner.token)
  const channel = await makeGroup(api, owner, [], "channel")
  const direct = await openDirect(api, owner, member.userId)
  const foreign = await openDirect(api, stranger, stranger.userId)
  const probeId = await openDirect(api, owner, admin.userId)
  return {
    api,
    people,
    serverAdmin,
    group,
    channel,
    direct,
    foreign,
    ownerPost: await owner.with((socket) => postBy(socket, group, "the owner's")),
    memberPost: await member.with((socket) => postBy(socket, group, "the member's")),
    foreignPost: await stranger.with((socket) => postBy(socket, foreign, "the stranger's")),
    otherDevice: await member.signInAgain(password),
    revoked: await member.revokedDevice(),
    ...(await makeProbe(api, owner, admin, probeId))
  }
}

const makeProbe = async (
  api: Api,
  owner: Person,
  admin: Person,
  conversationId: string
): Promise<Pick<Stage, "probe" | "close">> => {
  const [from, to] = [await owner.open(), await admin.open()]
  const close = () => {
    from.terminate()
    to.terminate()
    api.close()
  }
  return { probe: { conversationId, from, to }, close }
}

const probeWithinMs = 1_000

/** One message from a healthy user to another, within a second. */
export const probeHealth = async ({ probe: { conversationId, from, to } }: Stage): Promise<void> => {
  for (let tries = 0; ; tries++) {
    const id = freshId()
    from.send({ op: "post", conversationId, posts: [{ id, text: "still here" }] })
    const answer = await from.take(
      "answer to a healthy user's message",
      (frame) => {
        if (frame.op === "accepted" && frame.id === id) return 0
        return frame.op === "busy" && frame.conversationId === conversationId ? frame.retryAfterMs : undefined
      },
      probeWithinMs
    )
    if (answer === 0) {
      await to.takeOp("events", ({ events }) => events.some((event) => event.id === id), probeWithinMs)
      // Whatever else these two are told by the cases is nobody's.
      from.heard.length = 0
      to.heard.length = 0
      return
    }
    if (tries === 20) throw new Error("a healthy user is answered busy again and again")
    await new Promise((resolve) => setTimeout(resolve, answer))
  }
}
