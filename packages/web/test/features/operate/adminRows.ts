/** Rows of an administrator's calls, as a server sends them. */
import type { AdminPerson } from "@hibiki/core/domain/Admin"
import { now, person } from "../../ui/stage.tsx"

export const adminPerson = (n: number, displayName: string, more: Partial<AdminPerson> = {}): AdminPerson => ({
  ...person(n, displayName),
  createdAt: now - 86_400_000,
  admin: false,
  disabled: false,
  bot: false,
  devices: 1,
  ...more
})

export const ok = (value: unknown) => ({ ok: true, value })
export const refused = (error: object) => ({ ok: false, error })
