/** Invites in memory. */

import { type InvitePlace, Invites } from "@hibiki/core/ports/Invites"
import { Effect, Layer } from "effect"
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
          invites.set(invite.hash, { ...invite, used: 0 })
          return true
        }),
      find: (hash, now) =>
        Effect.sync(() => {
          const invite = invites.get(hash)
          return invite !== undefined && invite.expiresAt > now ? invite.kind : undefined
        }),
      list: (now, limit, after) =>
        Effect.sync(() =>
          [...invites.values()]
            .filter(({ expiresAt, kind }) => kind === "member" && expiresAt > now)
            .sort(lastToEndFirst)
            .filter((invite) => after === undefined || lastToEndFirst(after, invite) < 0)
            .slice(0, limit)
            .map(({ expiresAt, hash, people = 1, used }) => ({ hash, people, used, expiresAt }))
        ),
      end: (hash) => Effect.sync(() => invites.get(hash)?.kind === "member" && invites.delete(hash))
    })
  )
)

const lastToEndFirst = (a: InvitePlace, b: InvitePlace): number =>
  b.expiresAt - a.expiresAt || (a.hash === b.hash ? 0 : a.hash < b.hash ? -1 : 1)
