/** Calls of administrators: what they do, and that to everybody else they look absent. */
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import { expectSame, expectThat } from "../../Mismatch.ts"
import { freshId, password } from "../../Person.ts"
import { freshInvite, needAdmin, postBy, type Stage } from "../../Stage.ts"
import { startStream } from "../../StreamSocket.ts"
import { away, type CallTable, failsWith, needsSignIn } from "./CallEntry.ts"

type AdminTag = Extract<keyof CallTable, `admin.${string}`>

/** Somebody on whom an administrator may act: nobody else's case needs them. */
export const freshAccount = async ({ api, serverAdmin }: Stage) => {
  const invite = await freshInvite(api, serverAdmin)
  const device = { name: "conformance", kind: "terminal" }
  const payload = { handle: `c${freshId().slice(-11)}`, password, device, ...(invite === undefined ? {} : { invite }) }
  return api.value("auth.register", payload, undefined)
}

const absent = { _tag: "NotFound" }

/** Signed out, and as a member: for a target that exists and for one that does not, the same. */
const closed = (tag: RpcTag, payload: (stage: Stage, isThere: boolean) => object) => ({
  ...away,
  ...needsSignIn(tag, (stage) => payload(stage, true)),
  NotFound: async (stage: Stage) => {
    for (const isThere of [true, false])
      await failsWith(tag, 404, absent, () => payload(stage, isThere), "member")(stage)
  }
})
const onPerson =
  (more: object = {}) =>
  ({ people: { stranger } }: Stage, isThere: boolean) => ({ userId: isThere ? stranger.userId : freshId(), ...more })
const inGroup =
  (more: object = {}) =>
  ({ group }: Stage, isThere: boolean) => ({ conversationId: isThere ? group : freshId(), ...more })

const refused = (tag: RpcTag, code: string, payload: (stage: Stage) => object) => async (stage: Stage) =>
  stage.api.fails(tag, payload(stage), needAdmin(stage).token, 409, { _tag: "Refused", code })

/** What the audit log says of the last act on somebody. */
const lastActOn = async ({ api, ...stage }: Stage, target: string) => {
  const { entries } = await api.value("admin.audit", { target, limit: 1 }, needAdmin({ api, ...stage }).token)
  return entries[0] === undefined ? undefined : [entries[0].act, entries[0].outcome]
}

/** A number that no earlier look had makes this one new, and not up to a second old. */
const socketsShown = async (stage: Stage, limit: number) => {
  const panel = { _tag: "Sockets", orderBy: "unsent", limit }
  const { chunk } = await startStream(stage.api.origin, "operate.watch", { panel }, needAdmin(stage).token)
  const { rows } = chunk as { readonly rows: ReadonlyArray<{ readonly node: string; readonly socket: string }> }
  return rows
}

const never = { Refused: { unprovoked: "is refused only between two acts at the same moment" } } as const

export const adminCalls: Pick<CallTable, AdminTag> = {
  "admin.people": {
    good: async (stage) => {
      const { token } = needAdmin(stage)
      const { handle, userId } = await freshAccount(stage)
      const { more, people } = await stage.api.value("admin.people", { prefix: handle }, token)
      const found = people.map((each) => [each.userId, each.devices, each.admin, each.disabled, each.bot])
      expectSame("the person", [[[userId, 1, false, false, false]], false], [found, more])
      const first = await stage.api.value("admin.people", { limit: 1 }, token)
      const next = await stage.api.value("admin.people", { limit: 1, after: first.people[0]?.handle }, token)
      expectThat("the next page goes on", (next.people[0]?.handle ?? "") > (first.people[0]?.handle ?? ""), next)
    },
    errors: closed("admin.people", () => ({}))
  },
  "admin.devices": {
    good: async (stage) => {
      const { deviceId, userId } = await freshAccount(stage)
      const devices = await stage.api.value("admin.devices", { userId }, needAdmin(stage).token)
      expectSame(
        "the device",
        [deviceId],
        devices.map((each) => each.deviceId)
      )
      expectSame("the look is in the audit log", ["user.devices", "done"], await lastActOn(stage, userId))
    },
    errors: closed("admin.devices", onPerson())
  },
  "admin.signOutDevice": {
    good: async (stage) => {
      const { accessToken, deviceId, userId } = await freshAccount(stage)
      const { token } = needAdmin(stage)
      await stage.api.value("admin.signOutDevice", { userId, deviceId }, token)
      await stage.api.fails("user.me", {}, accessToken, 401, { _tag: "Unauthenticated" })
      await stage.api.fails("admin.signOutDevice", { userId, deviceId }, token, 404, absent)
      expectSame("the audit log", ["user.signOutDevice", "no_such_device"], await lastActOn(stage, deviceId))
    },
    errors: { ...closed("admin.signOutDevice", onPerson({ deviceId: freshId() })), ...never }
  },
  "admin.disable": {
    good: async (stage) => {
      const { accessToken, userId } = await freshAccount(stage)
      const done = await stage.api.value("admin.disable", { userId }, needAdmin(stage).token)
      expectSame("what ended", { devices: 1, invites: 0 }, done)
      await stage.api.fails("user.me", {}, accessToken, 401, { _tag: "Unauthenticated" })
      expectSame("the audit log", ["user.disable", "done"], await lastActOn(stage, userId))
    },
    errors: {
      ...closed("admin.disable", onPerson()),
      Refused: refused("admin.disable", "last_admin", (stage) => ({ userId: needAdmin(stage).userId }))
    }
  },
  "admin.enable": {
    good: async (stage) => {
      const { handle, userId } = await freshAccount(stage)
      const { token } = needAdmin(stage)
      await stage.api.value("admin.disable", { userId }, token)
      await stage.api.value("admin.enable", { userId }, token)
      const device = { name: "again", kind: "terminal" }
      await stage.api.value("auth.signIn", { handle, password, device }, undefined)
    },
    errors: { ...closed("admin.enable", onPerson()), ...never }
  },
  "admin.resetLink": {
    good: async (stage) => {
      const { accessToken, handle, userId } = await freshAccount(stage)
      const { code } = await stage.api.value("admin.resetLink", { userId }, needAdmin(stage).token)
      const { entries } = await stage.api.value("me.activity", { limit: 1 }, accessToken)
      expectSame("the person is told", "resetLinkMade", entries[0]?.kind)
      const next = "another quiet room in winter"
      const changed = await stage.api.value("auth.resetPassword", { code, password: next }, undefined)
      expectSame("the handle", handle, changed.handle)
      await stage.api.fails("user.me", {}, accessToken, 401, { _tag: "Unauthenticated" })
      await stage.api.fails("auth.resetPassword", { code, password: next }, undefined, 404, absent)
    },
    errors: {
      ...closed("admin.resetLink", onPerson()),
      Refused: async (stage) => {
        const { userId } = await freshAccount(stage)
        const { token } = needAdmin(stage)
        await stage.api.value("admin.disable", { userId }, token)
        await refused("admin.resetLink", "disabled", () => ({ userId }))(stage)
      }
    }
  },
  "admin.promote": {
    good: async (stage) => {
      const { userId } = await freshAccount(stage)
      const { token } = needAdmin(stage)
      await stage.api.value("admin.promote", { userId }, token)
      expectSame("the audit log", ["user.promote", "done"], await lastActOn(stage, userId))
      await stage.api.value("admin.demote", { userId }, token)
    },
    errors: { ...closed("admin.promote", onPerson()), ...never }
  },
  "admin.demote": {
    good: async (stage) => {
      const { accessToken, userId } = await freshAccount(stage)
      const { token } = needAdmin(stage)
      await stage.api.value("admin.promote", { userId }, token)
      await stage.api.value("admin.people", { limit: 1 }, accessToken)
      await stage.api.value("admin.demote", { userId }, token)
      await stage.api.fails("admin.people", { limit: 1 }, accessToken, 404, absent)
    },
    errors: {
      ...closed("admin.demote", onPerson()),
      Refused: refused("admin.demote", "last_admin", (stage) => ({ userId: needAdmin(stage).userId }))
    }
  },
  "admin.conversations": {
    good: async (stage) => {
      const { token } = needAdmin(stage)
      const { api, channel, direct, group, people } = stage
      const { conversations } = await api.value("admin.conversations", { prefix: "CONFORMANCE" }, token)
      const ids = conversations.map(({ conversationId }) => conversationId)
      expectThat("group and channel are found", ids.includes(group) && ids.includes(channel), ids)
      const owners = conversations.find(({ conversationId }) => conversationId === group)?.owners
      expectSame(
        "the owner",
        [people.owner.userId],
        owners?.map(({ userId }) => userId)
      )
      const one = await api.value("admin.conversations", { conversationId: direct }, token)
      expectSame(
        "one by its id",
        ["direct"],
        one.conversations.map(({ kind }) => kind)
      )
      const first = await api.value("admin.conversations", { limit: 1 }, token)
      expectThat("there are more", first.more && first.conversations.length === 1, first)
    },
    errors: closed("admin.conversations", (stage, isThere) => inGroup()(stage, isThere))
  },
  "admin.members": {
    good: async (stage) => {
      const { api, foreign, group, people } = stage
      const { token } = needAdmin(stage)
      const { members } = await api.value("admin.members", { conversationId: group }, token)
      const found = members.find(({ userId }) => userId === people.member.userId)
      expectSame("a member", ["member", false], [found?.role, found?.disabled])
      // Of a conversation in which the administrator is not.
      await api.value("admin.members", { conversationId: foreign }, token)
      expectSame("the audit log", ["conversation.members", "done"], await lastActOn(stage, foreign))
    },
    errors: closed("admin.members", inGroup())
  },
  "admin.giveOwner": {
    good: async (stage) => {
      const { api } = stage
      const { token } = needAdmin(stage)
      const [owner, member] = [await freshAccount(stage), await freshAccount(stage)]
      const title = "conformance without owner"
      const payload = { id: freshId(), kind: "group", title, members: [member.userId] }
      const { conversationId } = await api.value("conversation.create", payload, owner.accessToken)
      await api.value("admin.disable", { userId: owner.userId }, token)
      await api.value("admin.giveOwner", { conversationId, userId: member.userId }, token)
      expectSame("the audit log", ["conversation.giveOwner", "done"], await lastActOn(stage, conversationId))
    },
    errors: {
      ...closed("admin.giveOwner", (stage, isThere) => ({
        ...inGroup()(stage, isThere),
        ...onPerson()(stage, isThere)
      })),
      Refused: refused("admin.giveOwner", "has_owner", ({ group, people: { member } }) => ({
        conversationId: group,
        userId: member.userId
      }))
    }
  },
  "admin.trace": {
    good: async (stage) => {
      const { api, group, people } = stage
      const { id: messageId } = await people.owner.with((socket) => postBy(socket, group, "where am I"))
      const asked = { messageId, reason: "fault", password, handle: people.member.handle }
      const trace = await api.value("admin.trace", asked, needAdmin(stage).token)
      expectSame("where it is", [group, people.owner.userId], [trace.record?.conversationId, trace.record?.by])
      expectSame(
        "the author and the one who was named",
        [people.owner.userId, people.member.userId],
        trace.people.map(({ userId }) => userId)
      )
      expectThat("no text", !JSON.stringify(trace).includes("where am I"), trace)
      const { entries } = await api.value("me.activity", { limit: 1 }, people.member.token)
      expectSame("who appears is told", "messageTraced", entries[0]?.kind)
      expectSame("the audit log", ["message.trace", "done"], await lastActOn(stage, messageId))
    },
    errors: {
      ...closed("admin.trace", () => ({ messageId: freshId(), reason: "fault", password })),
      SignInFailed: async (stage) => {
        const messageId = freshId()
        const asked = { messageId, reason: "fault", password: "not the password at all" }
        await stage.api.fails("admin.trace", asked, needAdmin(stage).token, 401, { _tag: "SignInFailed" })
        expectSame("the audit log", ["message.trace", "wrong_password"], await lastActOn(stage, messageId))
      }
    }
  },
  "admin.act": {
    // Ends every socket of the suite that is open now.
    good: async (stage) => {
      const { api, people } = stage
      const { token } = needAdmin(stage)
      const before = await socketsShown(stage, 99)
      await people.owner.with(async (socket) => {
        const rows = (await socketsShown(stage, 100)).filter((row) => !before.some((old) => old.socket === row.socket))
        expectSame("how many are new", 1, rows.length)
        for (const { node, socket } of rows)
          await api.value("admin.act", { node, act: { _tag: "Disconnect", socket } }, token)
        expectSame("it is to move", 4503, (await socket.closed()).code)
        const [first] = rows
        expectSame("the audit log", ["socket.disconnect", "done"], await lastActOn(stage, first?.socket ?? ""))
      })
    },
    errors: {
      ...closed("admin.act", () => ({ node: "nobodys", act: { _tag: "Drain" } })),
      Refused: { unprovoked: "is refused only by a process that is named" }
    }
  },
  "admin.audit": {
    good: async (stage) => {
      const { userId } = await freshAccount(stage)
      const { token, userId: actor } = needAdmin(stage)
      for (const tag of ["admin.disable", "admin.enable"] as const) await stage.api.value(tag, { userId }, token)
      const of = async (more: object) =>
        (await stage.api.value("admin.audit", { target: userId, ...more }, token)).entries.map(({ act }) => act)
      expectSame("the newest first", ["user.enable", "user.disable"], await of({}))
      expectSame("by act", ["user.disable"], await of({ act: "user.disable", actor }))
      expectSame("of others", [], await of({ actor: freshId() }))
      expectSame("before its time", [], await of({ until: 1 }))
    },
    errors: closed("admin.audit", () => ({}))
  },
  "admin.auditExport": {
    good: async (stage) => {
      const { csv } = await stage.api.value("admin.auditExport", {}, needAdmin(stage).token)
      const [head, first] = csv.split("\n")
      expectSame("the columns", "seq,at,actor,act,targets,outcome,origin,begun,mac", head)
      expectThat("the first entry", first?.startsWith("1,") === true, first)
    },
    errors: closed("admin.auditExport", () => ({}))
  }
}
