/**
 * Says in a code and a field what a payload's schema found wrong: the schema's own words quote the input and the
 * inside.
 */
import type { ParseResult } from "effect"
import { type BadInput, badInput } from "./Answer.ts"
import { fieldOf } from "./StrictJson.ts"

/** The first thing that is wrong. */
export const payloadIssue = (issue: ParseResult.ParseIssue, field: string): BadInput => {
  switch (issue._tag) {
    case "Missing":
      return badInput("missing_field", field)
    case "Unexpected":
      return badInput("unknown_field", field)
    case "Type":
    case "Forbidden":
      return badInput("bad_type", field)
    case "Pointer":
      return payloadIssue(
        issue.issue,
        [issue.path].flat().reduce<string>((parent, key) => fieldOf(parent, key), field)
      )
    case "Composite": {
      const [first] = [issue.issues].flat()
      return first === undefined ? badInput("invalid", field) : payloadIssue(first, field)
    }
    case "Refinement":
      return issue.kind === "Predicate" ? badInput("invalid", field) : payloadIssue(issue.issue, field)
    case "Transformation":
      return payloadIssue(issue.issue, field)
  }
}
