/** Every call by everybody, on one's own things, on the group's, and on what is not for the caller. */
import { Authorization, type RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import { ofCommandCalls } from "@hibiki/core/protocol/rpc/ConversationRpcs"
import { Record } from "effect"
import type { Case } from "../Case.ts"
import { subscription } from "../cases/calls/pushCalls.ts"
import type { Answer, WireError } from "../client.ts"
import { aboutIn, type CommandRow, commandRows } from "../commandRows.ts"
import { expectSame, Mismatch } from "../Mismatch.ts"
import { freshId, password } from "../Person.ts"
import type { Stage } from "../Stage.ts"
import { isStreamTag, startStream } from "../StreamSocket.ts"
import { type Caller, callers, deviceOf, type Expected, expectedOf, isSignedIn } from "./callers.ts"

interface AuthorityRow {
  /** `conversationId`: the thing that is touched, where there is one. */
  readonly payload: (stage: Stage, conversationId: string, caller: Caller) => object
  /** What one who may call can still be answered, by a rule that is none of authority: an error's tag or code. */
  readonly ruled?: ReadonlyArray<string>
  /** What is touched instead of the group: the call gives it away, so each caller has another. */
  readonly thing?: (stage: Stage) => Promise<string>
  /** Ends the caller's sign-in, so each caller has another. */
  readonly endsSignIn?: true
  /** The same call about somebody else's: as if it were not there, for everybody. */
  readonly others?: (stage: Stage, caller: Caller) => object
  /**
   * `read`: absence is NotFound; `write`: it is Refused; `search`: nothing is found. Left out where nothing can be
   * absent.
   */
  readonly absence?: "read" | "write" | "search"
}

const device = { name: "conformance", kind: "terminal" }
const nothing = () => ({})
/** One that can be ended, where the stage has somebody who can make it. */
const freshInviteId = async ({ api, serverAdmin }: Stage): Promise<string> =>
  serverAdmin === undefined
    ? "nobodys"
    : (await api.value("invite.create", { ttlHours: 1 }, serverAdmin.token)).inviteId
/** One who exists, unless the caller might act on them. */
const onNode = () => ({ node: "nobodys", act: { _tag: "Drain" } })
const somebody = ({ people, serverAdmin }: Stage, _: string, caller: Caller) => ({
  userId: caller === "owner" && serverAdmin !== undefined ? freshId() : people.stranger.userId
})
const of = (_: Stage, conversationId: string) => ({ conversationId })

const makesItsOwn = ofCommandCalls(({ creates }) => creates === true)
const commandAuthority = Record.map(
  commandRows,
  ({ absentFor, payload, ruled, thing }: CommandRow, tag): AuthorityRow => {
    const payloadIn = (stage: Stage, conversationId: string) => payload(aboutIn(stage, conversationId))
    return {
      payload: payloadIn,
      ...(ruled && { ruled }),
      ...(thing && { thing }),
      ...(makesItsOwn[tag] ? {} : { absence: "write" }),
      ...(absentFor && { others: (stage, caller) => payloadIn(stage, absentFor(stage, caller)) })
    }
  }
)

export const callAuthority: Readonly<Record<RpcTag, AuthorityRow>> = {
  "auth.policy": { payload: nothing },
  "auth.register": { payload: () => ({ handle: "admin", password, device }), ruled: ["HandleRefused"] },
  "auth.signIn": { payload: ({ people }) => ({ handle: people.newcomer.handle, password, device }) },
  "auth.refresh": { payload: () => ({ refreshToken: "nobodys" }), ruled: ["Unauthenticated"] },
  "auth.resetPassword": { payload: () => ({ code: "nobodys", password }), ruled: ["NotFound"] },
  "auth.signOut": { payload: nothing, endsSignIn: true },
  "auth.changePassword": {
    payload: () => ({ current: password, next: "short", revokeOthers: false }),
    ruled: ["PasswordRefused"]
  },
  "ticket.issue": { payload: nothing },
  "invite.create": { payload: nothing, absence: "read" },
  "invite.list": { payload: nothing, absence: "read" },
  "invite.end": { payload: (_, inviteId) => ({ inviteId }), thing: freshInviteId, absence: "read" },
  "admin.people": { payload: nothing, absence: "read" },
  "admin.devices": { payload: somebody, absence: "read", ruled: ["NotFound"] },
  "admin.signOutDevice": {
    payload: (stage, conversationId, caller) => ({ ...somebody(stage, conversationId, caller), deviceId: freshId() }),
    absence: "read",
    ruled: ["NotFound"]
  },
  "admin.disable": { payload: somebody, absence: "read", ruled: ["NotFound"] },
  "admin.enable": { payload: somebody, absence: "read", ruled: ["NotFound"] },
  "admin.resetLink": { payload: somebody, absence: "read", ruled: ["NotFound"] },
  "admin.promote": { payload: somebody, absence: "read", ruled: ["NotFound"] },
  "admin.demote": { payload: somebody, absence: "read", ruled: ["NotFound"] },
  "admin.conversations": { payload: nothing, absence: "read" },
  "admin.members": { payload: of, absence: "read", ruled: ["NotFound"] },
  "admin.giveOwner": {
    payload: (stage, conversationId, caller) => ({ ...somebody(stage, conversationId, caller), conversationId }),
    absence: "read",
    ruled: ["disabled"]
  },
  "admin.trace": {
    payload: () => ({ messageId: freshId(), reason: "fault", password: "not the password at all" }),
    absence: "read",
    ruled: ["SignInFailed"]
  },
  "admin.act": { payload: onNode, absence: "read", ruled: ["NotFound"] },
  "admin.audit": { payload: nothing, absence: "read" },
  "admin.auditExport": { payload: nothing, absence: "read" },
  "device.list": { payload: nothing },
  "me.activity": { payload: nothing },
  "device.revoke": {
    payload: (stage, _, caller) => ({ deviceId: deviceOf(stage, caller)?.id ?? freshId(), password }),
    endsSignIn: true,
    absence: "read",
    others: ({ people }, caller) => ({ deviceId: caller === "owner" ? people.member.id : people.owner.id, password })
  },
  "device.revokeOthers": { payload: () => ({ password: "not the password at all" }), ruled: ["SignInFailed"] },
  "user.me": { payload: nothing },
  "user.updateProfile": { payload: (_, __, caller) => ({ displayName: `The ${caller}` }) },
  "user.updateSettings": { payload: () => ({ invisible: false }) },
  "user.block": { payload: () => ({ userId: freshId(), on: false }) },
  "user.find": { payload: () => ({ query: "nobody" }) },
  "user.byIds": { payload: () => ({ userIds: [] }) },
  "me.snapshot": { payload: nothing },
  "conversation.get": { payload: of, absence: "read" },
  "conversation.members": { payload: of, absence: "read" },
  "conversation.bans": { payload: of, absence: "read" },
  "conversation.channels": { payload: () => ({ prefix: "nothing is called so" }) },
  ...commandAuthority,
  "conversation.receipts": { payload: of, absence: "read" },
  "presence.watch": { payload: of, absence: "read" },
  "presence.count": { payload: of, absence: "read" },
  "presence.history": {
    payload: (_, conversationId) => ({ conversationId, window: "1h" }),
    absence: "read",
    // The server's administrator sees rounded counts of every group, and of the whole server.
    others: ({ direct, serverAdmin }, caller) =>
      caller === "owner" && serverAdmin !== undefined ? { conversationId: direct, window: "1h" } : { window: "1h" }
  },
  "operate.watch": { payload: () => ({ panel: { _tag: "Nodes" } }), absence: "read" },
  "push.key": { payload: nothing, ruled: ["NotFound"] },
  "push.subscribe": { payload: () => subscription("https://nobody.example/"), ruled: ["NotFound"] },
  "push.unsubscribe": { payload: nothing },
  "history.page": { payload: of, absence: "read" },
  "history.changedSince": {
    payload: (_, conversationId) => ({ conversationId, asOf: 1, from: 1, to: 1 }),
    absence: "read"
  },
  "history.reactors": { payload: (_, conversationId) => ({ conversationId, seq: 1, emoji: "🍵" }), absence: "read" },
  "history.search": {
    // In every post of the stage.
    payload: (_, conversationId) => ({ text: "the", conversationIds: [conversationId] }),
    absence: "search"
  }
}

/** A stream's end in the form of an answer. */
const callOrStream = async (
  { api }: Stage,
  tag: RpcTag,
  payload: object,
  token: string | undefined
): Promise<Answer> => {
  if (!isStreamTag(tag)) return api.call(tag, payload, token)
  const { chunk, error } = await startStream(api.origin, tag, payload, token)
  if (error === undefined) return { status: 200, value: chunk, error: undefined }
  return { status: error._tag === "NotFound" ? 404 : 401, value: undefined, error }
}

const errorOf = (
  expected: Exclude<Expected, "allowed">,
  absence: AuthorityRow["absence"]
): readonly [number, WireError] => {
  if (expected === "unauthenticated") return [401, { _tag: "Unauthenticated" }]
  if (expected === "forbidden") return [409, { _tag: "Refused", code: "forbidden" }]
  return absence === "write" ? [409, { _tag: "Refused", code: "not_found" }] : [404, { _tag: "NotFound" }]
}

/** The whole error must be this: absent and forbidden differ in nothing. */
const expectAnswer = (what: string, expected: Expected, row: AuthorityRow, answer: Answer): void => {
  if (expected === "absent" && row.absence === "search") {
    expectSame(what, [200, { hits: [] }], [answer.status, answer.value])
    return
  }
  if (expected !== "allowed") {
    expectSame(what, errorOf(expected, row.absence), [answer.status, answer.error])
    return
  }
  const { error } = answer
  const ruled = row.ruled ?? []
  const isRuled = error !== undefined && (ruled.includes(error._tag) || ruled.includes(error.code ?? ""))
  if (answer.status !== 200 && !isRuled) throw new Mismatch(what, `200, or one of ${JSON.stringify(ruled)}`, answer)
}

const tokenFor = async (
  stage: Stage,
  row: AuthorityRow,
  caller: Caller
): Promise<{ token: string | undefined; id: string | undefined }> => {
  const held = deviceOf(stage, caller)
  if (row.endsSignIn !== true || !isSignedIn(caller)) return { token: held?.token, id: held?.id }
  const person =
    caller === "otherDevice" ? stage.people.member : Object.entries(stage.people).find(([name]) => name === caller)?.[1]
  const fresh = await person?.signInAgain()
  return { token: fresh?.token, id: fresh?.id }
}

const caseOf = (tag: RpcTag, row: AuthorityRow, caller: Caller): Case => ({
  name: `${tag} by ${caller}`,
  run: async (stage) => {
    const expected = expectedOf(stage, tag, caller)
    const { id, token } = await tokenFor(stage, row, caller)
    const conversationId = row.thing === undefined ? stage.group : await row.thing(stage)
    const payload = {
      ...row.payload(stage, conversationId, caller),
      ...(tag === "device.revoke" && id !== undefined ? { deviceId: id } : {})
    }
    expectAnswer("the answer", expected, row, await callOrStream(stage, tag, payload, token))
    if (!isSignedIn(caller) || row.absence === undefined || row.endsSignIn === true) return
    for (const [what, elsewhere] of notTheirs(stage, tag, row, caller)) {
      expectAnswer(what, "absent", row, await callOrStream(stage, tag, elsewhere, token))
    }
  }
})

/** Things that are not for this caller, whoever it is. */
const notTheirs = (
  stage: Stage,
  tag: RpcTag,
  row: AuthorityRow,
  caller: Caller
): ReadonlyArray<readonly [string, object]> => {
  if (row.others !== undefined) return [["on others' things", row.others(stage, caller)]]
  if (Authorization[tag] === "admin") return []
  const log = caller === "owner" ? stage.people.member.userId : stage.people.owner.userId
  return [
    ["on what is not there", row.payload(stage, freshId(), caller)],
    ["on another's personal log", row.payload(stage, log, caller)],
    ...(caller === "stranger"
      ? []
      : [["on a conversation of others", row.payload(stage, stage.foreign, caller)] as const])
  ]
}

/** `device.revoke` of others' is asked by those who stay signed in. */
const othersDevices: ReadonlyArray<Case> = callers.filter(isSignedIn).map((caller) => ({
  name: `device.revoke of another's device by ${caller}`,
  run: async (stage) => {
    const row = callAuthority["device.revoke"]
    const payload = row.others?.(stage, caller) ?? {}
    expectAnswer(
      "the answer",
      "absent",
      row,
      await stage.api.call("device.revoke", payload, deviceOf(stage, caller)?.token)
    )
  }
}))

export const callAuthorityCases = (
  tags: ReadonlyArray<string>,
  table: Readonly<Record<string, AuthorityRow>> = callAuthority
): ReadonlyArray<Case> => {
  const known = new Map(Object.entries(table))
  const isTag = (tag: string): tag is RpcTag => tag in callAuthority
  const cases = tags.flatMap((tag): ReadonlyArray<Case> => {
    const row = known.get(tag)
    if (row !== undefined && isTag(tag)) return callers.map((caller) => caseOf(tag, row, caller))
    return [
      { name: `${tag}: has a row`, run: () => Promise.reject(new Mismatch("the table of authority", tag, "none")) }
    ]
  })
  return [...cases, ...othersDevices]
}
