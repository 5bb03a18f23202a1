/** Reasons to reject a request before trying it. docs/reference/wire-protocol.md says what to do about each. */
import { Schema } from "effect"

export const BadRequestCode = Schema.Literal(
  /** The request itself. */
  "not_http",
  "missing_host",
  "repeated_header",
  "headers_too_large",
  "expectation",
  "timeout",
  "incomplete",
  "too_large",
  "method",
  "unsupported_media_type",
  "upgrade",
  /** The sender and the way of sending. */
  "tls_required",
  "foreign_origin",
  "session",
  "token_in_body",
  /** Its JSON. */
  "not_utf8",
  "not_json",
  "too_deep",
  "too_many",
  "repeated_key",
  "bad_number",
  "nul",
  "surrogate",
  /** The call in it. */
  "unknown_tag",
  "stream_call",
  "missing_field",
  "unknown_field",
  "bad_type",
  "invalid",
  /** The envelope around it, of `/rpc` and `/rpc/ws`. */
  "not_a_request",
  "bad_id",
  "not_text",
  "repeated_id",
  "not_a_stream"
)
export type BadRequestCode = typeof BadRequestCode.Type
