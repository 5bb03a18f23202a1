/**
 * Arguments and options that must match a schema. A command refuses anything else in a sentence, before it sends any
 * request.
 */
import { Args, HelpDoc, Options, ValidationError } from "@effect/cli"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { shown } from "@hibiki/node/Problem"
import { Effect, Schema } from "effect"
import { MessageNumber, Name } from "../admin/AdminRequest.ts"

export const checkedArgument = <A>(
  argument: Args.Args<string>,
  schema: Schema.Schema<A, string>,
  refusal: (given: string) => string
): Args.Args<A> =>
  Args.mapEffect(argument, (given) =>
    Effect.mapError(Schema.decode(schema)(given), () => HelpDoc.p(refusal(`\`${shown(given)}\``)))
  )

export const checkedOption = <A>(
  option: Options.Options<string>,
  schema: Schema.Schema<A, string>,
  refusal: (given: string) => string
): Options.Options<A> =>
  Options.mapEffect(option, (given) =>
    Effect.mapError(Schema.decode(schema)(given), () => ValidationError.invalidValue(HelpDoc.p(refusal(shown(given)))))
  )

export const conversationId = checkedArgument(
  Args.text({ name: "conversation" }).pipe(Args.withDescription("Id of the conversation, as in its address.")),
  ConversationId,
  (given) => `${given} is no conversation: it is the part after /c/ in its address.`
)

export const messageNumber = checkedArgument(
  Args.text({ name: "message" }).pipe(Args.withDescription("Number of the message, 1 or more.")),
  Schema.compose(Schema.NumberFromString, MessageNumber),
  (given) => `${given} is no number of a message: it is 1 or more.`
)

export const handleOf = (description: string) =>
  checkedArgument(
    Args.text({ name: "handle" }).pipe(Args.withDescription(description)),
    Name,
    (given) => `${given} is no handle: one has 2 to 32 letters or digits.`
  )

export const nameOption = (name: string, description: string, otherwise: string) =>
  Options.withDefault(
    checkedOption(
      Options.text(name).pipe(Options.withDescription(description)),
      Name,
      (given) => `--${name} must have 1 to 64 letters, and is "${given}".`
    ),
    otherwise
  )
