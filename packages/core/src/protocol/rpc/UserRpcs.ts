/** Calls about people: oneself, and finding others. */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { Person } from "../../domain/Conversation.ts"
import { AuthMiddleware } from "./AuthMiddleware.ts"
import { DisplayName, TypedHandle } from "./AuthRpcs.ts"
import { RateLimited, Unauthenticated, Unavailable } from "./RpcErrors.ts"

const errors = Schema.Union(Unauthenticated, RateLimited, Unavailable)
/** Most people in one answer of `user.find`. */
export const findMax = 50

export class UserRpcs extends RpcGroup.make(
  Rpc.make("user.me", { success: Schema.Struct({ ...Person.fields, admin: Schema.Boolean }), error: errors }),
  Rpc.make("user.updateProfile", { payload: { displayName: DisplayName }, success: Person, error: errors }),
  /**
   * People whose handle or display name begins with `query`, ordered by handle. Where the directory is `exact`, only the one
   * whose handle it is: a full handle always finds.
   */
  Rpc.make("user.find", {
    payload: { query: TypedHandle, limit: Schema.optional(Schema.Int.pipe(Schema.between(1, findMax))) },
    success: Schema.Array(Person),
    error: errors
  })
).middleware(AuthMiddleware) {}
