/** Calls about the caller's own profile, and for finding other people. */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { Me } from "../../domain/Conversation.ts"
import { UserId } from "../../domain/Ids.ts"
import { Person } from "../../domain/Person.ts"
import { AuthMiddleware } from "./AuthMiddleware.ts"
import { DisplayName, TypedHandle } from "./AuthRpcs.ts"
import { NotFound, RateLimited, Refused, Unauthenticated, Unavailable } from "./RpcErrors.ts"

const errors = Schema.Union(Unauthenticated, RateLimited, Unavailable)
/** Most people in one answer of `user.find`. */
export const findMax = 50
/** Most people in one `user.byIds` request. */
export const byIdsMax = 200

export class UserRpcs extends RpcGroup.make(
  Rpc.make("user.me", { success: Me, error: errors }),
  Rpc.make("user.updateProfile", { payload: { displayName: DisplayName }, success: Person, error: errors }),
  /** An invisible user looks offline to others, and shares neither typing nor read positions with them. */
  Rpc.make("user.updateSettings", {
    payload: { invisible: Schema.Boolean },
    success: Schema.Struct({}),
    error: errors
  }),
  /**
   * Blocks or unblocks a person; a repeated call changes nothing. NotFound: nobody has this id. Refused: the caller's
   * own id (`unsupported`), or Limits.blockedMax people are blocked already (`too_many`).
   */
  Rpc.make("user.block", {
    payload: { userId: UserId, on: Schema.Boolean },
    success: Schema.Struct({}),
    error: Schema.Union(errors, NotFound, Refused)
  }),
  /**
   * People whose handle or display name begins with `query`, ordered by handle. If the directory is `exact`, only the
   * person with exactly this handle: a full handle always finds its owner.
   */
  Rpc.make("user.find", {
    payload: { query: TypedHandle, limit: Schema.optional(Schema.Int.pipe(Schema.between(1, findMax))) },
    success: Schema.Array(Person),
    error: errors
  }),
  /** People with these ids, including disabled ones, since their messages stay; ids that nobody has are left out. */
  Rpc.make("user.byIds", {
    payload: { userIds: Schema.Array(UserId).pipe(Schema.maxItems(byIdsMax)) },
    success: Schema.Array(Person),
    error: errors
  })
).middleware(AuthMiddleware) {}
