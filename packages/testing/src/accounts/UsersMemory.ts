/** Accounts in memory. */

import { searchKey } from "@hibiki/core/domain/Handle"
import type { UserId } from "@hibiki/core/domain/Ids"
import { personalLog } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { compareCodePoints } from "@hibiki/core/domain/RowRules"
import type { SecretHash } from "@hibiki/core/ports/Secrets"
import {
  type Account,
  type Ending,
  HandleInUse,
  InviteInvalid,
  LastAdmin,
  type NewAccount,
  PersonAbsent,
  TooManyBlocked,
  Users
} from "@hibiki/core/ports/Users"
import { Clock, Effect, Layer } from "effect"
import { blocks, makeLog, setBlock } from "../ChatState.ts"
import {
  AccountsState,
  devicesOf,
  endDevices,
  isProven,
  type MemoryAccount,
  note,
  putDevice,
  tellUser
} from "./AccountsState.ts"

export const UsersMemory = Layer.effect(
  Users,
  Effect.map(AccountsState, (state) => {
    const { accounts } = state
    const found = (userId: UserId) => accounts.get(userId)
    return Users.of({
      create: (account) => Effect.suspend(() => create(state, account)),
      ...reads(state),
      setPassword: (userId, passwordHash, ending, now, proof) =>
        Effect.map(Clock.currentTimeMillis, (storeNow) => {
          const account = found(userId)
          if (account === undefined || !isProven(state, userId, proof)) return undefined
          return setPassword(state, account, passwordHash, ending, now, storeNow)
        }),
      rehash: (userId, from, to) =>
        Effect.sync(() => {
          const account = found(userId)
          if (account?.passwordHash === from) accounts.set(userId, { ...account, passwordHash: to })
        }),
      setAdmin: (userId, admin) =>
        Effect.flatMap(Clock.currentTimeMillis, (storeNow) => {
          if (!admin && isLastAdmin(state, userId)) return new LastAdmin()
          if (found(userId)?.admin === !admin)
            note(state, userId, storeNow, { kind: admin ? "madeAdmin" : "adminTaken" })
          return Effect.succeed(change(state, userId, { admin }))
        }),
      disable: (userId, now) =>
        Effect.flatMap(Clock.currentTimeMillis, (storeNow) => {
          if (isLastAdmin(state, userId)) return new LastAdmin()
          if (found(userId)?.disabled === false) note(state, userId, storeNow, { kind: "disabled" })
          if (!change(state, userId, { disabled: true })) return Effect.succeed(undefined)
          state.resets.delete(userId)
          return Effect.succeed({
            ...endDevices(state, userId, devicesOf(state, userId), now, storeNow),
            invites: endInvites(state, userId, now)
          })
        }),
      makeReset: (userId, hash, expiresAt) =>
        Effect.map(Clock.currentTimeMillis, (storeNow) => {
          const account = found(userId)
          if (account === undefined || account.disabled || account.passwordHash === undefined) return false
          state.resets.set(userId, { hash, expiresAt })
          note(state, userId, storeNow, { kind: "resetLinkMade" })
          return true
        }),
      byReset: (hash, now) => Effect.sync(() => byReset(state, hash, now)),
      useReset: (hash, passwordHash, now) =>
        Effect.map(Clock.currentTimeMillis, (storeNow) => {
          const account = byReset(state, hash, now)
          return account && setPassword(state, account, passwordHash, "all", now, storeNow)
        }),
      enable: (userId) =>
        Effect.map(Clock.currentTimeMillis, (storeNow) => {
          if (found(userId)?.disabled === true) note(state, userId, storeNow, { kind: "enabled" })
          return change(state, userId, { disabled: false })
        }),
      setDisplayName: (userId, displayName, now) =>
        Effect.sync(() => {
          if (found(userId)?.displayName === displayName) return []
          return change(state, userId, { displayName })
            ? tellUser(state, userId, now, [{ kind: "profileChanged", displayName }])
            : undefined
        }),
      setInvisible: (userId, invisible, now) =>
        Effect.sync(() => {
          if (found(userId)?.invisible === invisible) return []
          return change(state, userId, { invisible })
            ? tellUser(state, userId, now, [{ kind: "settingsChanged", invisible }])
            : undefined
        }),
      setBlocked: (userId, blocked, on, now) => Effect.suspend(() => setBlocked(state, userId, blocked, on, now))
    })
  })
)

type State = AccountsState["Type"]

const setPassword = (
  state: State,
  account: MemoryAccount,
  passwordHash: string,
  ending: Ending,
  now: number,
  storeNow: number
) => {
  const { userId } = account
  state.accounts.set(userId, { ...account, passwordHash, passwordVersion: account.passwordVersion + 1 })
  state.resets.delete(userId)
  note(state, userId, storeNow, { kind: "passwordChanged" })
  for (const device of devicesOf(state, userId))
    putDevice(state, { ...device, sessionVersion: device.sessionVersion + 1 })
  return endDevices(state, userId, endingOf(state, userId, ending), now, storeNow)
}

const isLastAdmin = ({ accounts }: State, userId: UserId): boolean => {
  const admins = [...accounts.values()].filter(({ admin, disabled }) => admin && !disabled)
  return admins.length === 1 && admins[0]?.userId === userId
}

const byReset = ({ accounts, resets }: State, hash: SecretHash, now: number): MemoryAccount | undefined => {
  for (const [userId, reset] of resets) if (reset.hash === hash && reset.expiresAt > now) return accounts.get(userId)
  return undefined
}

/** The reads of accounts. */
const reads = (state: State) => {
  const { accounts } = state
  const found = (userId: UserId) => accounts.get(userId)
  const sorted = () => [...accounts.values()].sort((a, b) => compareCodePoints(a.handle, b.handle))
  return {
    byHandle: (handle) => Effect.sync(() => [...accounts.values()].find((account) => account.handle === handle)),
    byId: (userId) => Effect.sync(() => found(userId)),
    byIds: (userIds) =>
      Effect.sync(() => [...new Set(userIds)].flatMap((userId) => found(userId) ?? []).map(accountOf)),
    wishesOf: (userIds) =>
      Effect.sync(() =>
        [...new Set(userIds)]
          .map((userId) => ({
            ...{ userId, invisible: found(userId)?.invisible === true },
            blocked: [...(state.chat.blocks.get(userId) ?? [])].sort()
          }))
          .filter(({ blocked, invisible }) => invisible || blocked.length > 0)
      ),
    search: (prefix, limit) =>
      Effect.sync(() =>
        sorted()
          .filter(
            ({ disabled, displayName, handle }) =>
              !disabled && (handle.startsWith(prefix) || searchKey(displayName).startsWith(prefix))
          )
          .slice(0, limit)
          .map(accountOf)
      ),
    list: (afterHandle, limit) =>
      Effect.sync(() =>
        sorted()
          .filter(({ handle }) => compareCodePoints(handle, afterHandle) > 0)
          .slice(0, limit)
          .map(accountOf)
      ),
    hasAdmin: Effect.sync(() => [...accounts.values()].some(({ admin, disabled }) => admin && !disabled))
  } satisfies Partial<Users["Type"]>
}

const create = (state: State, account: NewAccount): Effect.Effect<Account, HandleInUse | InviteInvalid> => {
  const { displayName, handle, invite, now, userId } = account
  const kept = invite === undefined ? undefined : state.invites.get(invite)
  if (invite !== undefined && (kept === undefined || kept.expiresAt <= now)) return Effect.fail(new InviteInvalid())
  if ([...state.accounts.values()].some((other) => other.handle === handle)) return Effect.fail(new HandleInUse())
  if (kept !== undefined && kept.used + 1 < (kept.people ?? 1))
    state.invites.set(kept.hash, { ...kept, used: kept.used + 1 })
  else if (invite !== undefined) state.invites.delete(invite)
  const admin = account.admin || kept?.kind === "admin"
  state.accounts.set(userId, {
    userId,
    handle,
    displayName,
    admin,
    disabled: false,
    createdAt: now,
    invisible: false,
    passwordHash: account.passwordHash,
    passwordVersion: 1
  })
  state.chat.users.set(userId, { userId, handle, displayName, admin, invisible: false })
  state.chat.logs.set(
    personalLog(userId),
    makeLog({ id: personalLog(userId), kind: "personal", title: "", history: "all" })
  )
  return Effect.succeed({ userId, handle, displayName, admin, disabled: false, createdAt: now, invisible: false })
}

const setBlocked = (
  state: State,
  userId: UserId,
  blocked: UserId,
  on: boolean,
  now: number
): ReturnType<Users["Type"]["setBlocked"]> => {
  if (!state.accounts.has(userId)) return Effect.succeed(undefined)
  if (on && !state.accounts.has(blocked)) return new PersonAbsent()
  if (blocks(state.chat, userId, blocked) === on) return Effect.succeed([])
  if (on && (state.chat.blocks.get(userId)?.size ?? 0) >= Limits.blockedMax) return new TooManyBlocked()
  setBlock(state.chat, userId, blocked, on)
  return Effect.succeed(tellUser(state, userId, now, [{ kind: "blocked", userId: blocked, on }]))
}

/** Ends the user's invites; returns how many were still valid. */
const endInvites = ({ invites }: State, userId: UserId, now: number): number => {
  const made = [...invites.values()].filter(({ createdBy }) => createdBy === userId)
  for (const { hash } of made) invites.delete(hash)
  return made.filter(({ expiresAt }) => expiresAt > now).length
}

const endingOf = (state: State, userId: UserId, ending: Ending) =>
  ending === "none"
    ? []
    : devicesOf(state, userId).filter(({ deviceId }) => ending === "all" || deviceId !== ending.allBut)

const change = (
  state: State,
  userId: UserId,
  changes: Partial<Pick<MemoryAccount, "admin" | "disabled" | "displayName" | "invisible">>
): boolean => {
  const account = state.accounts.get(userId)
  if (account === undefined) return false
  const next = { ...account, ...changes }
  const { admin, displayName, handle, invisible } = next
  state.accounts.set(userId, next)
  state.chat.users.set(userId, { userId, handle, displayName, admin, invisible })
  return true
}

const accountOf = ({ passwordHash: _hash, passwordVersion: _version, ...account }: MemoryAccount): Account => account
