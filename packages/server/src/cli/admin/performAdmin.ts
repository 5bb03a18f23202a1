/** Performs an administrator's request, on the accounts and the store of this process. */
import { type AccountProblem, AccountsAdmin, commandLine } from "@hibiki/core/accounts/AccountsAdmin"
import { MadeAccounts } from "@hibiki/core/accounts/MadeAccounts"
import { giveOwner, type OwnerProblem } from "@hibiki/core/conversations/giveOwner"
import type { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import type { HasherBusy } from "@hibiki/core/ports/PasswordHasher"
import { PushStore } from "@hibiki/core/ports/PushStore"
import type { Account } from "@hibiki/core/ports/Users"
import { whyLines } from "@hibiki/core/push/whyLines"
import { inertFields } from "@hibiki/node/inertText"
import { failed, type Problem, shown } from "@hibiki/node/Problem"
import { Effect } from "effect"
import type { AdminRequest } from "./AdminRequest.ts"

/** `backup` writes a backup to a path and returns its bytes, if this program makes backups. */
export const performAdmin = <R>(
  request: AdminRequest,
  backup: (path: string) => Effect.Effect<number, BackupFailure, R>
) =>
  Effect.gen(function* () {
    const admin = yield* AccountsAdmin
    const made = yield* MadeAccounts
    switch (request.op) {
      case "user.list":
        return yield* listUsers
      case "user.resetPassword": {
        const password = yield* admin.resetPassword(commandLine, request)
        return [
          `New password of ${request.handle}: ${password}`,
          "It is shown only now. All devices of the account are signed out."
        ]
      }
      case "user.promote":
        yield* admin.setAdmin(commandLine, request, true)
        return [`${request.handle} is an administrator now.`]
      case "user.disable": {
        const { devices, invites } = yield* admin.disable(commandLine, request)
        return [`${request.handle} is disabled; devices signed out: ${devices.length}, invites ended: ${invites}.`]
      }
      case "user.enable":
        yield* admin.enable(commandLine, request)
        return [`${request.handle} may sign in again.`]
      case "token.create": {
        const { accessToken } = yield* made.createBotToken(commandLine, request.handle, request.deviceName)
        return [accessToken]
      }
      case "conversation.owner":
        yield* giveOwner(commandLine, request.conversationId, yield* admin.userIdOf(request.handle))
        return [`${request.handle} is an owner now.`]
      case "seed": {
        const count = yield* made.seed(commandLine, request.prefix, request.users, request.password)
        return [
          `${count} accounts made: ${request.prefix}1 to ${request.prefix}${request.users}. Password: ${request.password}`
        ]
      }
      case "push.why": {
        const facts = yield* (yield* PushStore).facts(request.conversationId, yield* admin.userIdOf(request.handle))
        return whyLines(facts, request.handle, request.seq)
      }
      case "backup": {
        const bytes = yield* backup(request.path)
        return [
          `Written: ${request.path} (${(bytes / 1_048_576).toFixed(1)} MB). It holds everything, keys included: keep it safe.`,
          "To restore: stop the server, unpack it into an empty folder, and start with HIBIKI_DATA set to that folder."
        ]
      }
    }
  }).pipe(Effect.tap(noted(request)), Effect.mapError(adminProblem))

/** Logs the change, without the printed lines: those may contain a password or a token. */
const noted = (request: AdminRequest): Effect.Effect<void> => {
  if (request.op === "user.list" || request.op === "push.why") return Effect.void
  const { op } = request
  return Effect.annotateLogs(Effect.logInfo("An administrator's command was done"), {
    op,
    ...("handle" in request ? { handle: request.handle } : {}),
    ...("deviceName" in request ? { deviceName: request.deviceName } : {}),
    ...("conversationId" in request ? { conversationId: request.conversationId } : {})
  })
}

const listUsers = Effect.gen(function* () {
  const admin = yield* AccountsAdmin
  const lines: Array<string> = []
  let after = ""
  for (;;) {
    const page = yield* admin.list(after, pageSize)
    lines.push(...page.map(userLine))
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return lines.length === 0 ? ["No accounts yet."] : lines
    after = last.handle
  }
})

const pageSize = 500

const userLine = ({ admin, createdAt, disabled, displayName, handle }: Account): string =>
  inertFields([
    handle,
    displayName,
    new Date(createdAt).toISOString().slice(0, 10),
    ...(admin ? ["admin"] : []),
    ...(disabled ? ["disabled"] : [])
  ])

const reasons: Readonly<Record<AccountProblem["reason"], string>> = {
  no_such_user: "There is no account of this handle: `hibiki user list` shows all.",
  handle_refused: "This can't be a handle: 2 to 32 letters or digits of one script, with . _ - between them.",
  not_a_bot: "This handle belongs to a person: tokens are for bots, so choose another handle.",
  is_a_bot: "This is a bot, which has no password: `hibiki token create` makes it a token.",
  disabled: "This account is disabled: `hibiki user enable` changes that.",
  no_such_device: "No device of this account has this id.",
  last_admin: "Nobody else administers this server: make somebody else an administrator first."
}

const ownerReasons: Readonly<Record<OwnerProblem["reason"], string>> = {
  disabled: reasons.disabled,
  not_a_member: "There is no such conversation, or this account is not in it.",
  has_owner: "It has an owner who is not disabled, and who may make others owners.",
  no_owner: "It never has owners, as it is a direct conversation.",
  try_again: "The conversation was changed by others meanwhile: try again."
}

type BackupFailure = Problem | { readonly _tag: "BackupFailed"; readonly reason: string }

const adminProblem = (
  error: AccountProblem | OwnerProblem | StoreUnavailable | HasherBusy | BackupFailure
): Problem => {
  switch (error._tag) {
    case "AccountProblem":
      return failed(reasons[error.reason])
    case "OwnerProblem":
      return failed(ownerReasons[error.reason])
    case "StoreUnavailable":
      return failed(`The database did not answer (${error.operation}): try again.`)
    case "HasherBusy":
      return failed("Too many passwords are being checked: try again.")
    case "BackupFailed":
      return failed(`No backup was made: ${shown(error.reason, 120)}`)
    case "Problem":
      return error
  }
}
