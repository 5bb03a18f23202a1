/** Invite links of administrators: made for one person or several, listed, and ended. */
import { Clock, Duration, Effect } from "effect"
import { AuditLog } from "../ports/AuditLog.ts"
import { Invites } from "../ports/Invites.ts"
import { type SecretHash, Secrets } from "../ports/Secrets.ts"
import type { Identity } from "../protocol/rpc/AuthMiddleware.ts"
import { type InvitePage, invitesListed } from "../protocol/rpc/AuthRpcs.ts"
import { NotFound, Unauthenticated } from "../protocol/rpc/RpcErrors.ts"
import { shownAddress } from "./AccountNetworks.ts"
import { AccountPolicy } from "./AccountPolicy.ts"
import { makeSpend } from "./makeSpend.ts"

export interface InviteWish {
  /** Absent: the server's own default. */
  readonly ttl?: Duration.Duration
  /** Absent: one. */
  readonly people?: number
}

const refused = ({ _tag }: { readonly _tag: string }): string => (_tag === "NotFound" ? "not_found" : "disabled")

export class InviteLinks extends Effect.Service<InviteLinks>()("@hibiki/core/accounts/InviteLinks", {
  effect: Effect.gen(function* () {
    const [invites, secrets, policy, spend] = [yield* Invites, yield* Secrets, yield* AccountPolicy, yield* makeSpend]
    const audit = yield* AuditLog
    const by = ({ userId }: Identity, address: string) => ({
      actor: userId,
      origin: shownAddress(policy.logAddresses, address) ?? ""
    })

    /** Makes a code for this many registrations; only this answer contains it. It ends when its maker is disabled. */
    const create = Effect.fn("InviteLinks.create")(function* (
      caller: Identity,
      address: string,
      { people = 1, ttl = policy.inviteTtl }: InviteWish = {}
    ) {
      yield* spend(policy.limits.inviteUser, caller.userId)
      const [code, now, ttlMs] = [yield* secrets.make, yield* Clock.currentTimeMillis, Duration.toMillis(ttl)]
      const hash = secrets.hash(code)
      const making = Effect.filterOrFail(
        invites.create({ hash, kind: "member", createdBy: caller.userId, expiresAt: now + ttlMs, people }, now),
        (isMade) => isMade,
        () => new Unauthenticated()
      )
      const targets = { invite: hash, count: String(people) }
      yield* audit.act({ ...by(caller, address), act: "invite.create", targets }, making, refused)
      yield* Effect.annotateLogs(Effect.logInfo("An administrator made an invite"), {
        userId: caller.userId,
        people,
        ttlMs
      })
      return { code, ttlMs, inviteId: hash as string }
    })

    /** Lists the usable ones below `after`, and whether there are more. */
    const list = Effect.fn("InviteLinks.list")(function* (
      caller: Identity,
      { after, limit = invitesListed }: InvitePage = {}
    ) {
      yield* spend(policy.limits.readUser, caller.userId)
      const place = after && { expiresAt: after.expiresAt, hash: after.inviteId as SecretHash }
      const living = yield* invites.list(yield* Clock.currentTimeMillis, limit + 1, place)
      const listed = living.slice(0, limit).map(({ hash, ...invite }) => ({ inviteId: hash as string, ...invite }))
      return { invites: listed, more: living.length > limit }
    })

    const end = Effect.fn("InviteLinks.end")(function* (caller: Identity, address: string, inviteId: string) {
      yield* spend(policy.limits.readUser, caller.userId)
      const ending = Effect.filterOrFail(
        invites.end(inviteId as SecretHash),
        (isEnded) => isEnded,
        () => new NotFound()
      )
      yield* audit.act({ ...by(caller, address), act: "invite.end", targets: { invite: inviteId } }, ending, refused)
      yield* Effect.annotateLogs(Effect.logInfo("An administrator ended an invite"), { userId: caller.userId })
    })

    return { create, list, end } as const
  })
}) {}
