/** Each act of an administrator leaves its entry, whatever becomes of it. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import { AccountsAdmin, commandLine } from "../../src/accounts/AccountsAdmin.ts"
import { InviteLinks } from "../../src/accounts/InviteLinks.ts"
import { MadeAccounts } from "../../src/accounts/MadeAccounts.ts"
import { SignIns } from "../../src/accounts/SignIns.ts"
import { auditCsvHead, auditCsvLine, csvCell } from "../../src/domain/Audit.ts"
import { DeviceId, UserId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { Activities } from "../../src/ports/Activities.ts"
import { AuditLog } from "../../src/ports/AuditLog.ts"
import { Devices } from "../../src/ports/Devices.ts"
import { Users } from "../../src/ports/Users.ts"
import { accountsInMemory, authenticate, office, outcome, register, signIn } from "../accounts/authKit.ts"

const by = { actor: "an administrator", origin: "192.0.2.0/24" }

/** Returns an effect that returns the entries since its last run. */
const entries = Effect.map(AuditLog, (log) => {
  let from = 0
  return Effect.gen(function* () {
    const found = yield* log.after(from, 100)
    from += found.length
    return found
  })
})
const said = ({ act, outcome }: { readonly act: string; readonly outcome: string }) => [act, outcome]

const ofPerson = ({ userId }: { readonly userId: UserId }) => ({ userId })

describe("an administrator's act", () => {
  layer(accountsInMemory())((it) => {
    it.effect("has an entry when it is done, and when it is refused", () =>
      Effect.gen(function* () {
        const [admin, made, fresh] = [yield* AccountsAdmin, yield* MadeAccounts, yield* entries]
        const [root, eve] = [ofPerson(yield* register("root")), yield* register("ann")]
        const ann = ofPerson(eve)
        const robot = ofPerson(yield* made.createBotToken(by, "robot", "a device"))
        yield* admin.setAdmin(by, root, true)
        yield* fresh
        const nobody = { userId: UserId.make(yield* makeUuidV7) }
        const device = DeviceId.make(yield* makeUuidV7)
        const acts: ReadonlyArray<readonly [Effect.Effect<unknown, unknown>, act: string, outcome: string]> = [
          [admin.devicesOf(by, ann), "user.devices", "done"],
          [admin.devicesOf(by, nobody), "user.devices", "no_such_user"],
          [admin.signOutDevice(by, ann, eve.deviceId), "user.signOutDevice", "done"],
          [admin.signOutDevice(by, ann, device), "user.signOutDevice", "no_such_device"],
          [admin.resetLink(by, ann), "user.resetLink", "done"],
          [admin.resetLink(by, robot), "user.resetLink", "is_a_bot"],
          [admin.resetPassword(by, ann), "user.resetPassword", "done"],
          [admin.resetPassword(by, robot), "user.resetPassword", "is_a_bot"],
          [admin.disable(by, ann), "user.disable", "done"],
          [admin.resetLink(by, ann), "user.resetLink", "disabled"],
          [admin.disable(by, root), "user.disable", "last_admin"],
          [admin.enable(by, ann), "user.enable", "done"],
          [admin.enable(by, { handle: "nobody at all" }), "user.enable", "no_such_user"],
          [admin.setAdmin(by, ann, true), "user.promote", "done"],
          [admin.setAdmin(by, ann, false), "user.demote", "done"],
          [admin.setAdmin(by, root, false), "user.demote", "last_admin"]
        ]
        for (const [run, act, expected] of acts) {
          const result = yield* Effect.exit(run)
          const [entry, ...more] = yield* fresh
          assert.deepStrictEqual([entry && said(entry), more.length], [[act, expected], 0])
          assert.strictEqual(result._tag === "Success", expected === "done", act)
          assert.deepStrictEqual([entry?.actor, entry?.origin], [by.actor, by.origin])
        }
      })
    )

    it.effect("beside the accounts has an entry before it begins, and one when it has ended", () =>
      Effect.gen(function* () {
        const [made, links, fresh] = [yield* MadeAccounts, yield* InviteLinks, yield* entries]
        const { accessToken } = yield* register("inviter")
        const caller = yield* authenticate(accessToken)
        yield* fresh
        yield* made.seed(commandLine, "bench", 2, "a long enough phrase")
        yield* made.createBotToken(commandLine, "helper", "a device")
        yield* Effect.exit(made.createBotToken(commandLine, "bench1", "a device"))
        assert.deepStrictEqual((yield* fresh).map(said), [
          ["store.seed", "begun"],
          ["store.seed", "done"],
          ["token.create", "begun"],
          ["token.create", "done"],
          ["token.create", "begun"],
          ["token.create", "not_a_bot"]
        ])
        const { inviteId } = yield* links.create(caller, office, { people: 30 })
        yield* links.end(caller, office, inviteId)
        yield* Effect.exit(links.end(caller, office, inviteId))
        const about = yield* fresh
        assert.deepStrictEqual(about.map(said), [
          ["invite.create", "done"],
          ["invite.end", "done"],
          ["invite.end", "not_found"]
        ])
        assert.deepStrictEqual(about[0]?.targets, { invite: inviteId, count: "30" })
        assert.strictEqual(about[0]?.origin, "192.0.2.0/24")
      })
    )

    it.effect("holds no name and no secret", () =>
      Effect.gen(function* () {
        const [admin, log] = [yield* AccountsAdmin, yield* AuditLog]
        yield* register("secretive")
        const password = yield* admin.resetPassword(commandLine, { handle: "secretive" })
        const { code } = yield* admin.resetLink(commandLine, { handle: "secretive" })
        const text = JSON.stringify(yield* log.page({}, undefined, 100))
        for (const hidden of ["secretive", password, code]) assert.notInclude(text, hidden)
      })
    )

    it.effect("of a link lets the person set a password once, within an hour, and tells them", () =>
      Effect.gen(function* () {
        const [admin, signIns] = [yield* AccountsAdmin, yield* SignIns]
        const [activities, devices] = [yield* Activities, yield* Devices]
        const { userId } = yield* register("eve")
        const next = Redacted.make("an entirely new phrase")
        const late = yield* admin.resetLink(by, { userId })
        yield* TestClock.adjust("61 minutes")
        assert.strictEqual(yield* outcome(signIns.resetPassword(late.code, next, office)), "NotFound")
        const replaced = yield* admin.resetLink(by, { userId })
        const { code } = yield* admin.resetLink(by, { userId })
        assert.strictEqual(yield* outcome(signIns.resetPassword(replaced.code, next, office)), "NotFound")
        const short = signIns.resetPassword(code, Redacted.make("short"), office)
        assert.strictEqual((yield* Effect.flip(short))._tag, "PasswordRefused")
        const both = [signIns.resetPassword(code, next, office), signIns.resetPassword(code, next, office)]
        const ends = yield* Effect.forEach(both, Effect.exit, { concurrency: "unbounded" })
        assert.strictEqual(ends.filter(({ _tag }) => _tag === "Success").length, 1)
        assert.deepStrictEqual(yield* devices.list(userId, 0), [])
        yield* signIn("eve", { password: Redacted.value(next) })
        const kinds = (yield* activities.page(userId, undefined, 10)).map(({ kind }) => kind)
        assert.include(kinds, "resetLinkMade")
        assert.include(kinds, "passwordChanged")
      })
    )

    it.effect("can't take the last administrator, also when two take each other at once", () =>
      Effect.gen(function* () {
        const [admin, users] = [yield* AccountsAdmin, yield* Users]
        const [one, two] = [ofPerson(yield* register("uno")), ofPerson(yield* register("duo"))]
        for (const each of [one, two]) yield* admin.setAdmin(by, each, true)
        yield* admin.setAdmin(by, { handle: "root" }, false)
        const ends = yield* Effect.all(
          [Effect.exit(admin.setAdmin(by, one, false)), Effect.exit(admin.setAdmin(by, two, false))],
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(ends.map(({ _tag }) => _tag).sort(), ["Failure", "Success"])
        assert.strictEqual(yield* users.hasAdmin, true)
      })
    )
  })
})

describe("the exported audit log", () => {
  layer(accountsInMemory())((it) => {
    it.effect("has no cell that a program for tables takes for a formula", () =>
      Effect.gen(function* () {
        const cells: ReadonlyArray<readonly [string, string]> = [
          ["=1+1", "'=1+1"],
          ["+1", "'+1"],
          ["-1", "'-1"],
          ["@a", "'@a"],
          ["\tx", "'\tx"],
          ["\rx", `"'\rx"`],
          ["\nx", `"'\nx"`],
          ['a "b", c', '"a ""b"", c"'],
          ["plain", "plain"]
        ]
        for (const [text, cell] of cells) assert.strictEqual(csvCell(text), cell)
        const log = yield* AuditLog
        const note = { actor: "=cmd", origin: "", act: "user.enable", targets: { user: "x" } } as const
        const entry = yield* log.append(note, "done")
        assert.strictEqual(
          auditCsvLine(entry),
          `1,${new Date(entry.at).toISOString()},'=cmd,user.enable,user:x,done,,,${csvCell(entry.mac)}\n`
        )
        assert.strictEqual(auditCsvHead.split(",").length, 9)
      })
    )
  })
})
