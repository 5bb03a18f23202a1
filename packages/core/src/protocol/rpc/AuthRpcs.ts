/**
 * Calls for signing in and for renewing a sign-in. Tokens are opaque; a client keeps them secret and sends the access
 * token as `authorization: Bearer`.
 */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { DeviceId, Millis, UserId } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import { orNewer } from "../../domain/orNewer.ts"
import { nameText } from "../../domain/SafeText.ts"
import { codePoints } from "../../domain/TextRules.ts"
import { AddressMiddleware, AdminMiddleware, AuthMiddleware, OriginMiddleware } from "./AuthMiddleware.ts"
import { NotFound, RateLimited, Unauthenticated, Unavailable } from "./RpcErrors.ts"

/** Longest password, in code points; also the bound of the text to hash. */
export const passwordMax = 128

/** A handle as typed: any spelling that normalises to one (Handle.ts decides). */
export const TypedHandle = Schema.String.pipe(Schema.maxLength(Limits.nameMax))
export const DisplayName = nameText(Limits.nameMax)
/** Never trimmed, never shown: redacted from the decoder on. */
export const Password = Schema.Redacted(
  Schema.String.pipe(
    Schema.filter((text) => codePoints(text, passwordMax) <= passwordMax || `at most ${passwordMax} characters`, {
      // Where a password is chosen, a separate named error refuses one that is too short.
      jsonSchema: { maxLength: passwordMax }
    })
  )
)
const Token = Schema.String.pipe(Schema.maxLength(128))

/** The name of the new sign-in in the user's list of devices. */
export const NewDevice = Schema.Struct({ name: nameText(Limits.nameMax), kind: Schema.Literal("terminal", "browser") })
export type NewDevice = typeof NewDevice.Type

/** One signed-in device. Times to live count from the answer, so that no client needs a correct clock. */
export const SignedIn = Schema.Struct({
  userId: UserId,
  deviceId: DeviceId,
  handle: Schema.String,
  displayName: Schema.String,
  admin: Schema.Boolean,
  accessToken: Schema.String,
  accessTtlMs: Schema.Int,
  /** Works once. The answer brings its successor; the same token again within 10 s brings the same successor. */
  refreshToken: Schema.String,
  refreshTtlMs: Schema.Int
})
export type SignedIn = typeof SignedIn.Type

/** Unknown handle, wrong password or disabled account: all look the same. */
export class SignInFailed extends Schema.TaggedError<SignInFailed>()("SignInFailed", {}) {}
export class HandleTaken extends Schema.TaggedError<HandleTaken>()("HandleTaken", {}) {}
export class HandleRefused extends Schema.TaggedError<HandleRefused>()("HandleRefused", {
  reason: orNewer(Schema.Literal("length", "characters", "mixed_scripts", "look_alike", "reserved"))
}) {}
export class PasswordRefused extends Schema.TaggedError<PasswordRefused>()("PasswordRefused", {
  reason: orNewer(Schema.Literal("too_short", "too_long", "characters", "common", "is_handle"))
}) {}
/** Registration is closed, or the invite is missing, unknown, used or expired. */
export class RegistrationRefused extends Schema.TaggedError<RegistrationRefused>()("RegistrationRefused", {
  reason: orNewer(Schema.Literal("closed", "invite_required", "invite_invalid"))
}) {}

const Done = Schema.Struct({})

export const ListedInvite = Schema.Struct({
  inviteId: Schema.String,
  people: Schema.Int,
  /** Fewer than `people`. */
  used: Schema.Int,
  expiresAt: Millis
})
export type ListedInvite = typeof ListedInvite.Type

/** Most invites in one answer of `invite.list`, and the default number. */
export const invitesListed = 100
/** `after`: the last invite of the previous page, which may have ended since. */
export const InvitePage = Schema.Struct({
  after: Schema.optional(Schema.Struct({ expiresAt: Millis, inviteId: Token })),
  limit: Schema.optional(Schema.Int.pipe(Schema.between(1, invitesListed)))
})
export type InvitePage = typeof InvitePage.Type

/** The part of this server's policy that is visible without signing in. */
export const Policy = Schema.Struct({
  registration: orNewer(Schema.Literal("open", "invite", "closed")),
  directory: orNewer(Schema.Literal("open", "exact"))
})
export type Policy = typeof Policy.Type

export class AuthRpcs extends RpcGroup.make(
  /** Whether registration is open here, and how people are found. */
  Rpc.make("auth.policy", { success: Policy, error: Schema.Union(RateLimited, Unavailable) }),
  Rpc.make("auth.register", {
    payload: {
      handle: TypedHandle,
      /** Defaults to the handle. */
      displayName: Schema.optional(DisplayName),
      password: Password,
      /** An invite code, or the secret of the one-time admin link. */
      invite: Schema.optional(Token),
      device: NewDevice
    },
    success: SignedIn,
    error: Schema.Union(HandleTaken, HandleRefused, PasswordRefused, RegistrationRefused, RateLimited, Unavailable)
  }),
  /** Makes a new device. */
  Rpc.make("auth.signIn", {
    payload: { handle: TypedHandle, password: Password, device: NewDevice },
    success: SignedIn,
    error: Schema.Union(SignInFailed, RateLimited, Unavailable)
  }),
  /**
   * Sets a new password by the code of a link that an administrator made. All devices end: sign in with it afterwards.
   * NotFound: the code is unknown, used or expired.
   */
  Rpc.make("auth.resetPassword", {
    payload: { code: Token, password: Password },
    success: Schema.Struct({ handle: Schema.String }),
    error: Schema.Union(NotFound, PasswordRefused, RateLimited, Unavailable)
  }),
  /** Unauthenticated: the device is signed out for good. A token that is used twice ends its device at once. */
  Rpc.make("auth.refresh", {
    payload: { refreshToken: Token },
    success: SignedIn,
    error: Schema.Union(Unauthenticated, RateLimited, Unavailable)
  })
)
  .add(
    /** Ends this device. */
    Rpc.make("auth.signOut", { success: Done, error: Schema.Union(Unauthenticated, Unavailable) }).middleware(
      AuthMiddleware
    ),
    Rpc.make("auth.changePassword", {
      payload: { current: Password, next: Password, revokeOthers: Schema.Boolean },
      success: Done,
      error: Schema.Union(Unauthenticated, SignInFailed, PasswordRefused, RateLimited, Unavailable)
    }).middleware(AuthMiddleware),
    /**
     * A secret that opens one socket within its time to live, with the same Origin header; sent in `hello`, never in a
     * URL.
     */
    Rpc.make("ticket.issue", {
      success: Schema.Struct({ ticket: Schema.String, ttlMs: Schema.Int }),
      error: Schema.Union(Unauthenticated, RateLimited, Unavailable)
    })
      .middleware(AuthMiddleware)
      .middleware(OriginMiddleware),
    /** A code for one registration, or for up to `people`. The server shows it once. */
    Rpc.make("invite.create", {
      payload: {
        ttlHours: Schema.optional(Schema.Int.pipe(Schema.between(1, Limits.inviteHoursMax))),
        people: Schema.optional(Schema.Int.pipe(Schema.between(1, Limits.invitePeopleMax)))
      },
      success: Schema.Struct({ code: Schema.String, ttlMs: Schema.Int, inviteId: Schema.String }),
      error: Schema.Union(Unauthenticated, NotFound, RateLimited, Unavailable)
    }).middleware(AdminMiddleware),
    /**
     * Invites of all administrators that can still be used, without their codes, the latest to end first. `more`: there
     * are more below.
     */
    Rpc.make("invite.list", {
      payload: InvitePage.fields,
      success: Schema.Struct({ invites: Schema.Array(ListedInvite), more: Schema.Boolean }),
      error: Schema.Union(Unauthenticated, NotFound, RateLimited, Unavailable)
    }).middleware(AdminMiddleware),
    /** NotFound: it has ended already. */
    Rpc.make("invite.end", {
      payload: { inviteId: Token },
      success: Done,
      error: Schema.Union(Unauthenticated, NotFound, RateLimited, Unavailable)
    }).middleware(AdminMiddleware)
  )
  .middleware(AddressMiddleware) {}
