/**
 * The questions of the first start in a profile: register or sign in. Explains in friendly words what the server
 * refuses, and repeats only that question.
 */
import { hostname } from "node:os"
import type { Known } from "@hibiki/core/domain/orNewer"
import {
  HandleRefused,
  type NewDevice,
  PasswordRefused,
  RegistrationRefused,
  type SignedIn
} from "@hibiki/core/protocol/rpc/AuthRpcs"
import { inertLine } from "@hibiki/node/inertText"
import type { Problem } from "@hibiki/node/Problem"
import { Clock, Effect, Redacted } from "effect"
import type { Ask } from "../tty/Ask.ts"
import { Calls } from "./Calls.ts"
import { callProblem, callText } from "./callProblem.ts"
import { type BadCall, transport } from "./Session.ts"

export interface Admitted {
  readonly signedIn: SignedIn
  /** When the answer came, from which its times to live count. */
  readonly at: number
}

export const welcomeDialogue = (ask: Ask, profile: string): Effect.Effect<Admitted, Problem, Calls> =>
  Effect.gen(function* () {
    for (;;) {
      const answer = (yield* ask.question("Register (r) or sign in (s)? Or paste an invite link: ")).trim()
      const invite = inviteOf(answer)
      if (/^r(egister)?$/i.test(answer)) return yield* register(ask, profile, undefined)
      if (/^s(ign ?in)?$/i.test(answer)) return yield* signIn(ask, profile)
      if (invite !== undefined) return yield* register(ask, profile, invite)
      yield* ask.say('Please type "r" or "s".')
    }
  })

/** The code in an invite link such as https://host/register#invite=CODE. */
export const inviteOf = (text: string): string | undefined => /[#?&]invite=([\w-]{8,128})/.exec(text)?.[1]

/** At the invite question a bare code is fine, too. */
const codeOf = (text: string): string | undefined => inviteOf(text) ?? (text === "" ? undefined : text)

const register = (ask: Ask, profile: string, given: string | undefined): Effect.Effect<Admitted, Problem, Calls> =>
  Effect.gen(function* () {
    const calls = yield* Calls
    let handle = yield* ask.question(handlePrompt)
    let password = yield* newPassword(ask)
    let invite = given ?? codeOf((yield* ask.question("Invite code or link (Enter for none): ")).trim())
    for (;;) {
      const answer = yield* Effect.either(
        transport(() =>
          calls("auth.register", {
            handle,
            password: Redacted.make(password),
            ...(invite === undefined ? {} : { invite }),
            device: newDevice(profile)
          })
        ).pipe(Effect.mapError((error) => (error._tag === "BadCall" ? refusalOf(error) : error)))
      )
      if (answer._tag === "Right") return yield* admitted(answer.right)
      const error = answer.left
      switch (error._tag) {
        case "HandleTaken":
          yield* ask.say(`The handle ${inertLine(handle)} is taken.`)
          handle = yield* ask.question(handlePrompt)
          break
        case "HandleRefused":
          yield* ask.say(reasonText(handleRefusals, error.reason))
          handle = yield* ask.question(handlePrompt)
          break
        case "PasswordRefused":
          yield* ask.say(reasonText(passwordRefusals, error.reason))
          password = yield* newPassword(ask)
          break
        case "RegistrationRefused":
          yield* ask.say(reasonText(registrationRefusals, error.reason))
          invite = codeOf((yield* ask.question("Invite code or link: ")).trim())
          break
        case "RateLimited":
        case "Unavailable":
          yield* ask.say(callText(error))
          yield* ask.question("Enter tries again: ")
          break
        default:
          return yield* callProblem(error)
      }
    }
  })

const signIn = (ask: Ask, profile: string): Effect.Effect<Admitted, Problem, Calls> =>
  Effect.gen(function* () {
    const calls = yield* Calls
    for (;;) {
      const handle = yield* ask.question("Handle: ")
      const password = yield* ask.question("Password: ", { hidden: true })
      const answer = yield* Effect.either(
        transport(() => calls("auth.signIn", { handle, password: Redacted.make(password), device: newDevice(profile) }))
      )
      if (answer._tag === "Right") return yield* admitted(answer.right)
      const error = answer.left
      // A handle or password that is too long to be sent belongs to nobody.
      if (error._tag === "SignInFailed" || error._tag === "BadCall")
        yield* ask.say("Handle and password do not match, or the account is disabled.")
      else if (error._tag === "RateLimited" || error._tag === "Unavailable") yield* ask.say(callText(error))
      else return yield* callProblem(error)
    }
  })

const handlePrompt = "Handle (2 to 32 letters or digits, and . _ -): "

const newPassword = (ask: Ask): Effect.Effect<string, Problem> =>
  Effect.gen(function* () {
    for (;;) {
      const password = yield* ask.question("Password (10 to 128 characters): ", { hidden: true })
      if (!ask.hides || password === (yield* ask.question("The same again: ", { hidden: true }))) return password
      yield* ask.say("The two differ.")
    }
  })

const admitted = (signedIn: SignedIn): Effect.Effect<Admitted> =>
  Effect.map(Clock.currentTimeMillis, (at) => ({ signedIn, at }))

/** As the user's list of devices shows it. */
const newDevice = (profile: string): NewDevice => ({
  name: [...`terminal ${hostname()} ${profile}`].slice(0, 64).join(""),
  kind: "terminal"
})

/** The server's words for the same: all that a contract refuses of these is their length. */
const refusalOf = (call: BadCall): HandleRefused | PasswordRefused | RegistrationRefused | BadCall => {
  switch (call.field) {
    case "handle":
      return new HandleRefused({ reason: "length" })
    case "password":
      return new PasswordRefused({ reason: "too_long" })
    case "invite":
      return new RegistrationRefused({ reason: "invite_invalid" })
    default:
      return call
  }
}

/** A newer server has reasons without words here. */
const reasonText = (words: Readonly<Record<string, string>>, reason: string): string =>
  (Object.hasOwn(words, reason) ? words[reason] : undefined) ?? `It was refused (${inertLine(reason)}).`

const handleRefusals: Readonly<Record<Known<HandleRefused["reason"]>, string>> = {
  length: "A handle has 2 to 32 characters.",
  characters: "A handle is made of letters and digits, with . _ - between them.",
  mixed_scripts: "A handle keeps to one script, so that it can't be mistaken for another's.",
  look_alike: "That handle has letters that look like others, so it could be mistaken for another's.",
  reserved: "This handle is reserved."
}

const passwordRefusals: Readonly<Record<Known<PasswordRefused["reason"]>, string>> = {
  too_short: "A password has at least 10 characters.",
  too_long: "A password has at most 128 characters.",
  characters: "A password holds no control characters.",
  common: "Too many people use this password.",
  is_handle: "The password must not be made of the handle."
}

const registrationRefusals: Readonly<Record<Known<RegistrationRefused["reason"]>, string>> = {
  closed: "Registration is closed here, except by the administrator's link.",
  invite_required: "An invite code is needed here: ask somebody who has an account.",
  invite_invalid: "This invite code is unknown, used or expired."
}
