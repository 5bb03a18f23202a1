/** Invites in memory. */
import { Effect, Layer } from "effect"
import { Invites } from "../../auth/Invites.ts"
import { AccountsState } from "./AccountsState.ts"

export const InvitesMemory = Layer.effect(
  Invites,
  Effect.map(AccountsState, ({ accounts, invites }) =>
    Invites.of({
      create: (invite, now) =>
        Effect.sync(() => {
          if (invite.createdBy !== undefined && accounts.get(invite.createdBy)?.disabled !== false) return false
          for (const [hash, { expiresAt, kind }] of invites) {
            if (expiresAt <= now || (kind === "admin" && invite.kind === "admin")) invites.delete(hash)
          }
          invites.set(invite.hash, invite)
          return true
        }),
      find: (hash, now) =>
        Effect.sync(() => {
          const invite = invites.get(hash)
          return invite !== undefined && invite.expiresAt > now ? invite.kind : undefined
        })
    })
  )
)
