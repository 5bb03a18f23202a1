/**
 * Errors that any call may answer with. They say what happened and what to do, and reveal nothing of the server's
 * internals.
 */
import { Schema } from "effect"

/**
 * The call does not fit its contract. `field` is a path such as `payload.title`; the call must be changed before it is
 * sent again.
 */
export class BadRequest extends Schema.TaggedError<BadRequest>()("BadRequest", {
  /** One of BadRequestCode, or a code that only a newer server has: a reader must accept it. */
  code: Schema.String,
  field: Schema.String,
  /** For the author of the call, when code and field say too little. */
  message: Schema.optional(Schema.String),
  /** For `foreign_origin` and `tls_required`: the address at which this server is reachable, if it is configured. */
  openAt: Schema.optional(Schema.String)
}) {}
/** Not signed in, or no longer: sign in or refresh, then try again. */
export class Unauthenticated extends Schema.TaggedError<Unauthenticated>()("Unauthenticated", {}) {}
/** Absent, or not visible to the caller: both look the same. */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {}) {}
/** Over a limit: repeat the same call after the delay. */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", { retryAfterMs: Schema.Int }) {}
/** A service behind the server is unreachable or full: repeat the same call, with the same id, after the delay. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", { retryAfterMs: Schema.Int }) {}
/**
 * Finally refused. `code`: one of RefusalCode or of those that `AdminRpcs` lists, or one that only a
 * newer server has: a reader must accept it.
 * `retryAfterMs`: the same is possible then, under another id.
 */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  code: Schema.String,
  retryAfterMs: Schema.optional(Schema.Int)
}) {}
