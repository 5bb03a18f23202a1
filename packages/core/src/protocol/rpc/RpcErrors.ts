/** Errors that any call may answer with. They say what happened and what to do, and nothing of the inside. */
import { Schema } from "effect"

/**
 * The call does not fit its contract. `field` is a path such as `payload.title`; the call must be changed before it is
 * sent again.
 */
export class BadRequest extends Schema.TaggedError<BadRequest>()("BadRequest", {
  /** One of BadRequestCode, or of a newer server's: whoever reads it must not fail at that. */
  code: Schema.String,
  field: Schema.String,
  /** For whoever writes the call, where code and field say too little. */
  message: Schema.optional(Schema.String),
  /** Of `foreign_origin` and `tls_required`: the address at which this server is opened, where it was told one. */
  openAt: Schema.optional(Schema.String)
}) {}
/** Not signed in, or not any more: sign in or refresh, then try again. */
export class Unauthenticated extends Schema.TaggedError<Unauthenticated>()("Unauthenticated", {}) {}
/** Absent, or not for the asker: both look the same. */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {}) {}
/** Over a limit: the same call may be made again after the delay. */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", { retryAfterMs: Schema.Int }) {}
/** A service behind is away or full: the same call, with the same id, may be made again after the delay. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", { retryAfterMs: Schema.Int }) {}
/**
 * Decided, and finally refused. `code`: one of RefusalCode, or of a newer server's: whoever reads it must not fail at
 * that.
 */
export class Refused extends Schema.TaggedError<Refused>()("Refused", { code: Schema.String }) {}
