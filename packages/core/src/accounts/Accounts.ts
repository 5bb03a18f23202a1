/** Registration and sign-in. */
import { Clock, Effect, Either } from "effect"
import { type Handle, parseHandle, spelled } from "../domain/Handle.ts"
import { UserId } from "../domain/Ids.ts"
import { makeUuidV7 } from "../domain/Uuid.ts"
import { Invites } from "../ports/Invites.ts"
import { type SecretHash, Secrets } from "../ports/Secrets.ts"
import { Users } from "../ports/Users.ts"
import {
  HandleRefused,
  HandleTaken,
  type NewDevice,
  RegistrationRefused,
  SignInFailed
} from "../protocol/rpc/AuthRpcs.ts"
import { addressKey, networkOf } from "./AccountNetworks.ts"
import { AccountPolicy, type AccountSettings } from "./AccountPolicy.ts"
import { makeSpend } from "./makeSpend.ts"
import { type Claim, Passwords, SignInLog } from "./Passwords.ts"
import { Tokens } from "./Tokens.ts"

export interface Registration extends Claim {
  readonly displayName?: string | undefined
  readonly invite?: string | undefined
  readonly device: NewDevice
}

export class Accounts extends Effect.Service<Accounts>()("@hibiki/core/accounts/Accounts", {
  effect: Effect.gen(function* () {
    const users = yield* Users
    const invites = yield* Invites
    const secrets = yield* Secrets
    const [passwords, spend] = [yield* Passwords, yield* makeSpend]
    const [tokens, log] = [yield* Tokens, yield* SignInLog]
    const policy = yield* AccountPolicy

    const checkInvite = checkInviteOf(invites, policy.registration)

    const create = Effect.fnUntraced(function* (handle: Handle, registration: Registration) {
      const now = yield* Clock.currentTimeMillis
      const invite = registration.invite === undefined ? undefined : secrets.hash(registration.invite)
      yield* checkInvite(invite, now)
      if ((yield* users.byHandle(handle)) !== undefined) return yield* new HandleTaken()
      const asker = { network: networkOf(registration.address), isKnown: false }
      const passwordHash = yield* passwords.choose(registration.password, handle, asker)
      const account = yield* users
        .create({
          userId: UserId.make(yield* makeUuidV7),
          handle,
          displayName: registration.displayName ?? handle,
          passwordHash,
          admin: false,
          invite,
          now
        })
        .pipe(
          Effect.catchTags({
            HandleInUse: () => new HandleTaken(),
            InviteInvalid: () => new RegistrationRefused({ reason: "invite_invalid" })
          })
        )
      const signedIn = yield* tokens.start(
        { ...account, passwordVersion: undefined },
        registration.device,
        registration.address
      )
      // Disabled at the same moment.
      if (signedIn === undefined) return yield* new RegistrationRefused({ reason: "closed" })
      yield* log.signedIn("Registered", signedIn, registration.address)
      return signedIn
    })

    const repeat = repeatOf(users, passwords, tokens, log)

    const register = Effect.fn("Accounts.register")(function* (registration: Registration) {
      const parsed = parseHandle(registration.handle)
      if (Either.isLeft(parsed)) return yield* new HandleRefused({ reason: parsed.left })
      yield* spend(policy.limits.registerAddress, addressKey(registration.address))
      return yield* create(parsed.right, registration).pipe(
        Effect.catchTags({
          HandleTaken: (taken) => repeat(parsed.right, registration, taken),
          RegistrationRefused: (refused) =>
            refused.reason === "invite_invalid" ? repeat(parsed.right, registration, refused) : Effect.fail(refused)
        })
      )
    })

    const signIn = Effect.fn("Accounts.signIn")(function* (claim: Claim, device: NewDevice) {
      // A name that nobody can have costs a look-up all the same.
      const { account } = yield* passwords.prove(users.byHandle(spelled(claim.handle) ?? nobodysHandle), claim)
      const signedIn = (yield* tokens.start(account, device, claim.address)) ?? (yield* new SignInFailed())
      yield* log.signedIn("Signed in", signedIn, claim.address)
      return signedIn
    })

    const refresh = Effect.fn("Accounts.refresh")(function* (refreshToken: string, address: string) {
      yield* spend(policy.limits.refreshAddress, addressKey(address))
      return yield* tokens.refresh(refreshToken, address)
    })

    return { register, signIn, refresh } as const
  })
}) {}

/** Whether this invite, or none, allows a registration now. A hint that saves the hashing; the creation decides. */
const checkInviteOf = (invites: Invites["Type"], registration: AccountSettings["registration"]) =>
  Effect.fnUntraced(function* (invite: SecretHash | undefined, now: number) {
    const kind = invite === undefined ? undefined : yield* invites.find(invite, now)
    if (invite !== undefined && kind === undefined) return yield* new RegistrationRefused({ reason: "invite_invalid" })
    if (registration === "closed" && kind !== "admin") return yield* new RegistrationRefused({ reason: "closed" })
    if (registration === "invite" && kind === undefined)
      return yield* new RegistrationRefused({ reason: "invite_required" })
  })

/** How long a registration may be repeated. */
const repeatWithinMs = 10 * 60_000

/**
 * Handles a refused registration. It may be a repeat by a person whose first answer was lost: then they themselves have
 * taken the handle and used the invite. A new account's password signs them in, under the limits of sign-ins. All other
 * requests cost the same work, so that the time does not reveal new accounts.
 */
const repeatOf = (users: Users["Type"], passwords: Passwords, tokens: Tokens, log: SignInLog) =>
  Effect.fnUntraced(function* <E>(handle: Handle, registration: Registration, refused: E) {
    const now = yield* Clock.currentTimeMillis
    const ifNew = Effect.map(users.byHandle(handle), (account) =>
      account !== undefined && now - account.createdAt < repeatWithinMs ? account : undefined
    )
    const { account } = yield* passwords
      .prove(ifNew, registration)
      .pipe(Effect.catchTag("SignInFailed", () => Effect.fail(refused)))
    const { address, device } = registration
    const signedIn = (yield* tokens.start(account, device, address)) ?? (yield* Effect.fail(refused))
    yield* log.signedIn("Signed in", signedIn, address)
    return signedIn
  })

/** `parseHandle` refuses it, so no account has it. */
const nobodysHandle = "hibiki" as Handle
