/** Calls about accounts, sign-ins and people. */
import { expectSame, expectThat } from "../../Mismatch.ts"
import { freshId, password } from "../../Person.ts"
import { freshInvite, needAdmin, type Stage } from "../../Stage.ts"
import { freshAccount } from "./adminCalls.ts"
import { away, type CallTable, failsWith, limited, needsSignIn } from "./CallEntry.ts"

type AccountTag = Extract<
  keyof CallTable,
  `${"auth" | "ticket" | "invite" | "device" | "user"}.${string}` | "me.activity"
>

const device = { name: "conformance", kind: "terminal" }
const freshHandle = (): string => `c${freshId().slice(-11)}`
/** One that can be, but for what is changed. */
const registration = async ({ api, serverAdmin }: Stage, changes: object): Promise<object> => {
  const invite = await freshInvite(api, serverAdmin)
  return { password, device, ...(invite === undefined ? {} : { invite }), ...changes }
}
/** The token of one whose limits nobody else lives by. */
const somebodyNew = async (stage: Stage): Promise<string> =>
  (await stage.api.value("auth.register", await registration(stage, { handle: freshHandle() }), undefined)).accessToken
const wrong = "not the password at all"

export const accountCalls: Pick<CallTable, AccountTag> = {
  "auth.policy": {
    good: async ({ api }) => void (await api.value("auth.policy", {}, undefined)),
    errors: { ...away }
  },
  "auth.register": {
    good: async (stage) => {
      const handle = freshHandle()
      const account = await stage.api.value("auth.register", await registration(stage, { handle }), undefined)
      expectSame("the handle", handle, (await stage.api.value("user.me", {}, account.accessToken)).handle)
    },
    errors: {
      ...away,
      // In any spelling: capitals, and the two ways of writing an accent.
      HandleTaken: async (stage) => {
        const accented = `é${freshHandle()}`
        await stage.api.value(
          "auth.register",
          await registration(stage, { handle: accented.normalize("NFC") }),
          undefined
        )
        const twin = await registration(stage, { handle: accented.normalize("NFD"), password: wrong })
        await stage.api.fails("auth.register", twin, undefined, 409, { _tag: "HandleTaken" })
        const payload = await registration(stage, {
          handle: stage.people.stranger.handle.toUpperCase(),
          password: wrong
        })
        await stage.api.fails("auth.register", payload, undefined, 409, { _tag: "HandleTaken" })
      },
      HandleRefused: failsWith(
        "auth.register",
        400,
        { _tag: "HandleRefused", reason: "reserved" },
        () => ({ handle: "admin", password, device }),
        undefined
      ),
      PasswordRefused: async (stage) => {
        const payload = await registration(stage, { handle: freshHandle(), password: "short" })
        await stage.api.fails("auth.register", payload, undefined, 400, {
          _tag: "PasswordRefused",
          reason: "too_short"
        })
      },
      RegistrationRefused: failsWith(
        "auth.register",
        403,
        { _tag: "RegistrationRefused", reason: "invite_invalid" },
        () => ({ handle: freshHandle(), password, invite: "nobodys", device }),
        undefined
      )
    }
  },
  "auth.signIn": {
    good: async ({ people: { newcomer } }) => {
      const again = await newcomer.signInAgain()
      expectSame("the user", newcomer.userId, again.userId)
      expectThat("a device of its own", again.id !== newcomer.id, again.id)
    },
    errors: {
      ...away,
      // Whatever a client says of where it comes from; and nobody else is kept out.
      RateLimited: async (stage) => {
        const handle = `nobody${freshId().slice(-8)}`
        const spoofed = (n: number) => ({
          "x-forwarded-for": `203.0.113.${n % 250}`,
          "x-real-ip": `203.0.113.${n % 250}`,
          forwarded: `for=203.0.113.${n % 250}`
        })
        await limited(
          "auth.signIn",
          () => ({ handle, password, device }),
          () => Promise.resolve(undefined),
          spoofed
        )(stage)
        await stage.people.newcomer.signInAgain()
      },
      SignInFailed: async ({ api, people: { newcomer } }) => {
        const failed = { _tag: "SignInFailed" }
        await api.fails("auth.signIn", { handle: newcomer.handle, password: wrong, device }, undefined, 401, failed)
        await api.fails(
          "auth.signIn",
          { handle: `nobody${freshId().slice(-8)}`, password, device },
          undefined,
          401,
          failed
        )
      }
    }
  },
  "auth.refresh": {
    good: async ({ api, people: { newcomer } }) => {
      const { signedIn } = await newcomer.signInAgain()
      const first = await api.value("auth.refresh", { refreshToken: signedIn.refreshToken }, undefined)
      const second = await api.value("auth.refresh", { refreshToken: signedIn.refreshToken }, undefined)
      expectSame("the successor, asked for again within 10 s", first.refreshToken, second.refreshToken)
      expectSame("the device", signedIn.deviceId, first.deviceId)
      await api.value("user.me", {}, second.accessToken)
    },
    errors: {
      ...away,
      Unauthenticated: failsWith(
        "auth.refresh",
        401,
        { _tag: "Unauthenticated" },
        () => ({ refreshToken: "nobodys" }),
        undefined
      )
    }
  },
  "auth.resetPassword": {
    good: async (stage) => {
      const { accessToken, handle, userId } = await freshAccount(stage)
      const { code } = await stage.api.value("admin.resetLink", { userId }, needAdmin(stage).token)
      const changed = await stage.api.value("auth.resetPassword", { code, password }, undefined)
      expectSame("the handle", handle, changed.handle)
      await stage.api.fails("user.me", {}, accessToken, 401, { _tag: "Unauthenticated" })
    },
    errors: {
      ...away,
      NotFound: failsWith(
        "auth.resetPassword",
        404,
        { _tag: "NotFound" },
        () => ({ code: "nobodys", password }),
        undefined
      ),
      PasswordRefused: async (stage) => {
        const { userId } = stage.people.newcomer
        const { code } = await stage.api.value("admin.resetLink", { userId }, needAdmin(stage).token)
        const refused = { _tag: "PasswordRefused", reason: "too_short" }
        await stage.api.fails("auth.resetPassword", { code, password: "short" }, undefined, 400, refused)
      }
    }
  },
  "auth.signOut": {
    good: async ({ api, people: { newcomer } }) => {
      const { token } = await newcomer.signInAgain()
      await api.value("auth.signOut", {}, token)
      await api.fails("user.me", {}, token, 401, { _tag: "Unauthenticated" })
      await api.value("user.me", {}, newcomer.token)
    },
    errors: { ...away, ...needsSignIn("auth.signOut") }
  },
  "auth.changePassword": {
    good: async ({ api, people: { newcomer } }) => {
      const next = "another quiet room in winter"
      await api.value("auth.changePassword", { current: password, next, revokeOthers: false }, newcomer.token)
      await newcomer.signInAgain(next)
      await api.value("auth.changePassword", { current: next, next: password, revokeOthers: false }, newcomer.token)
    },
    errors: {
      ...away,
      ...needsSignIn("auth.changePassword", () => ({ current: password, next: password, revokeOthers: false })),
      SignInFailed: failsWith(
        "auth.changePassword",
        401,
        { _tag: "SignInFailed" },
        () => ({ current: wrong, next: password, revokeOthers: false }),
        "newcomer"
      ),
      PasswordRefused: failsWith(
        "auth.changePassword",
        400,
        { _tag: "PasswordRefused", reason: "too_short" },
        () => ({ current: password, next: "short", revokeOthers: false }),
        "newcomer"
      )
    }
  },
  "ticket.issue": {
    good: async ({ api, people: { newcomer } }) => {
      const { ticket } = await api.value("ticket.issue", {}, newcomer.token)
      const socket = await newcomer.openWith(ticket)
      socket.terminate()
    },
    errors: { ...away, ...needsSignIn("ticket.issue") }
  },
  "invite.create": {
    good: async (stage) => void (await stage.api.value("invite.create", { ttlHours: 1 }, needAdmin(stage).token)),
    errors: {
      ...away,
      ...needsSignIn("invite.create"),
      NotFound: failsWith("invite.create", 404, { _tag: "NotFound" }, () => ({}), "member")
    }
  },
  "invite.list": {
    good: async (stage) => {
      const { token } = needAdmin(stage)
      const { code, inviteId } = await stage.api.value("invite.create", { ttlHours: 1, people: 2 }, token)
      await stage.api.value("auth.register", { handle: freshHandle(), password, device, invite: code }, undefined)
      await stage.api.value("invite.create", { ttlHours: 1 }, token)
      const { invites, more } = await stage.api.value("invite.list", {}, token)
      const found = invites.find((invite) => invite.inviteId === inviteId)
      expectSame("the invite", { people: 2, used: 1, more: false }, { people: found?.people, used: found?.used, more })
      const first = await stage.api.value("invite.list", { limit: 1 }, token)
      const [last] = first.invites
      expectSame("the first page", { invites: invites.slice(0, 1), more: true }, first)
      const rest = await stage.api.value(
        "invite.list",
        last && { after: { expiresAt: last.expiresAt, inviteId: last.inviteId } },
        token
      )
      expectSame("the pages after it", { invites: invites.slice(1), more: false }, rest)
      await stage.api.value("invite.end", { inviteId }, token)
    },
    errors: {
      ...away,
      ...needsSignIn("invite.list"),
      NotFound: failsWith("invite.list", 404, { _tag: "NotFound" }, () => ({}), "member")
    }
  },
  "invite.end": {
    good: async (stage) => {
      const { token } = needAdmin(stage)
      const { inviteId } = await stage.api.value("invite.create", { ttlHours: 1 }, token)
      await stage.api.value("invite.end", { inviteId }, token)
    },
    errors: {
      ...away,
      ...needsSignIn("invite.end", () => ({ inviteId: "nobodys" })),
      NotFound: failsWith("invite.end", 404, { _tag: "NotFound" }, () => ({ inviteId: "nobodys" }), "member")
    }
  },
  "device.list": {
    good: async ({ api, people: { newcomer } }) => {
      const devices = await api.value("device.list", {}, newcomer.token)
      expectSame(
        "the current one",
        [newcomer.id],
        devices.filter(({ current }) => current).map(({ deviceId }) => deviceId)
      )
    },
    errors: { ...away, ...needsSignIn("device.list") }
  },
  "me.activity": {
    good: async (stage) => {
      const { api } = stage
      const handle = freshHandle()
      const { accessToken, deviceId } = await api.value(
        "auth.register",
        await registration(stage, { handle }),
        undefined
      )
      const again = await api.value("auth.signIn", { handle, password, device }, undefined)
      await api.value("auth.signOut", {}, again.accessToken)
      const { entries, more } = await api.value("me.activity", { limit: 2 }, accessToken)
      expectSame(
        "the newest",
        ["deviceEnded", "signedIn"],
        entries.map(({ kind }) => kind)
      )
      expectSame(
        "whose they are",
        [again.deviceId, again.deviceId],
        entries.map((entry) => entry.deviceId)
      )
      expectThat("there is more", more, more)
      const rest = await api.value("me.activity", { before: entries.at(-1)?.id }, accessToken)
      expectSame(
        "the rest",
        { kinds: ["signedIn"], device: deviceId, more: false },
        {
          kinds: rest.entries.map(({ kind }) => kind),
          device: rest.entries[0]?.deviceId,
          more: rest.more
        }
      )
    },
    errors: { ...away, ...needsSignIn("me.activity") }
  },
  "device.revoke": {
    good: async ({ api, people: { newcomer } }) => {
      const { id, token } = await newcomer.signInAgain()
      await api.value("device.revoke", { deviceId: id, password }, newcomer.token)
      await api.fails("user.me", {}, token, 401, { _tag: "Unauthenticated" })
    },
    errors: {
      ...away,
      ...needsSignIn("device.revoke", ({ people }) => ({ deviceId: people.newcomer.id, password })),
      NotFound: failsWith(
        "device.revoke",
        404,
        { _tag: "NotFound" },
        ({ people }) => ({ deviceId: people.owner.id, password }),
        "newcomer"
      ),
      SignInFailed: failsWith(
        "device.revoke",
        401,
        { _tag: "SignInFailed" },
        ({ people }) => ({ deviceId: people.newcomer.id, password: wrong }),
        "newcomer"
      )
    }
  },
  "device.revokeOthers": {
    good: async ({ api, people: { newcomer } }) => {
      const { id, token } = await newcomer.signInAgain()
      const { revoked } = await api.value("device.revokeOthers", { password }, newcomer.token)
      expectThat("the other one is among them", revoked.includes(id), revoked)
      await api.fails("user.me", {}, token, 401, { _tag: "Unauthenticated" })
    },
    errors: {
      ...away,
      ...needsSignIn("device.revokeOthers", () => ({ password })),
      SignInFailed: failsWith(
        "device.revokeOthers",
        401,
        { _tag: "SignInFailed" },
        () => ({ password: wrong }),
        "newcomer"
      )
    }
  },
  "user.me": {
    good: async ({ api, people: { member } }) =>
      expectSame("the user", member.userId, (await api.value("user.me", {}, member.token)).userId),
    errors: { ...away, ...needsSignIn("user.me") }
  },
  "user.updateProfile": {
    good: async ({ api, people: { newcomer } }) => {
      const displayName = `New ${freshId().slice(-6)}`
      expectSame(
        "the name",
        displayName,
        (await api.value("user.updateProfile", { displayName }, newcomer.token)).displayName
      )
    },
    errors: {
      ...away,
      RateLimited: limited("user.updateProfile", (_, n) => ({ displayName: `New ${n}` }), somebodyNew),
      ...needsSignIn("user.updateProfile", () => ({ displayName: "Somebody" }))
    }
  },
  "user.updateSettings": {
    good: async ({ api, people: { newcomer } }) => {
      for (const invisible of [true, false]) {
        await api.value("user.updateSettings", { invisible }, newcomer.token)
        expectSame("the wish", invisible, (await api.value("user.me", {}, newcomer.token)).invisible)
      }
    },
    errors: { ...away, ...needsSignIn("user.updateSettings", () => ({ invisible: false })) }
  },
  "user.block": {
    good: async ({ api, people: { newcomer, stranger } }) => {
      const { userId } = stranger
      for (const on of [true, true, false, false]) {
        await api.value("user.block", { userId, on }, newcomer.token)
        expectSame(
          "whom the snapshot tells",
          on ? [userId] : [],
          (await api.value("me.snapshot", {}, newcomer.token)).blocked
        )
      }
    },
    errors: {
      ...away,
      RateLimited: limited(
        "user.block",
        ({ people }, n) => ({ userId: people.owner.userId, on: n % 2 === 0 }),
        somebodyNew
      ),
      ...needsSignIn("user.block", () => ({ userId: freshId(), on: false })),
      NotFound: failsWith("user.block", 404, { _tag: "NotFound" }, () => ({ userId: freshId(), on: true }), "newcomer"),
      Refused: failsWith(
        "user.block",
        409,
        { _tag: "Refused", code: "unsupported" },
        ({ people }) => ({ userId: people.newcomer.userId, on: true }),
        "newcomer"
      )
    }
  },
  "user.find": {
    good: async ({ api, people: { member, owner } }) => {
      const found = await api.value("user.find", { query: owner.handle }, member.token)
      expectThat(
        "a full handle finds",
        found.some(({ userId }) => userId === owner.userId),
        found
      )
    },
    errors: {
      ...away,
      RateLimited: limited("user.find", () => ({ query: "nobody" }), somebodyNew),
      ...needsSignIn("user.find", () => ({ query: "a" }))
    }
  },
  "user.byIds": {
    good: async ({ api, people: { member, owner } }) => {
      const found = await api.value("user.byIds", { userIds: [owner.userId, freshId()] }, member.token)
      expectSame(
        "whom it tells",
        [owner.userId],
        found.map(({ userId }) => userId)
      )
    },
    errors: { ...away, ...needsSignIn("user.byIds", () => ({ userIds: [] })) }
  }
}
