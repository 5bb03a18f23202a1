/**
 * One setting: an Effect Config that carries its own name, default and meaning, so that the help can't drift from the
 * code.
 */
import { isIP } from "node:net"
import { shown } from "@hibiki/node/Problem"
import { Config, ConfigError, Either, Option, Redacted } from "effect"

export interface SettingDocs {
  /** Without the prefix: `PORT` is `HIBIKI_PORT`. OpenTelemetry's settings have their standard names, with `OTEL_`. */
  readonly name: string
  /** The default as one would write it, or the behaviour without a value. */
  readonly fallback: string
  readonly meaning: string
  readonly secret: boolean
}

export type Setting<A> = Config.Config<A> & { readonly docs: SettingDocs }

export const settingPrefix = "HIBIKI"

/** Returns the name of a setting's variable. */
export const variableOf = ({ name }: SettingDocs): string =>
  name.startsWith("OTEL_") ? name : `${settingPrefix}_${name}`

export const text = (name: string, fallback: string, meaning: string): Setting<string> =>
  setting(name, fallback, meaning, (value) => Either.right(value), fallback)

export const optionalText = (name: string, unset: string, meaning: string): Setting<string | undefined> =>
  setting<string | undefined>(name, unset, meaning, (value) => Either.right(value), undefined)

/** A value that no log and no help may show. */
export const optionalSecret = (name: string, unset: string, meaning: string): Setting<Redacted.Redacted | undefined> =>
  setting<Redacted.Redacted | undefined>(
    name,
    unset,
    meaning,
    (value) => Either.right(Redacted.make(value)),
    undefined,
    true
  )

export const integer = (
  name: string,
  fallback: number,
  range: { readonly min: number; readonly max: number },
  meaning: string
): Setting<number> =>
  setting(
    name,
    String(fallback),
    meaning,
    (value) => {
      const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN
      return number >= range.min && number <= range.max
        ? Either.right(number)
        : Either.left(`a whole number from ${range.min} to ${range.max}`)
    },
    fallback
  )

/** A part of a whole: a decimal number from 0 to 1. */
export const ratio = (name: string, fallback: number, meaning: string): Setting<number> =>
  setting(
    name,
    String(fallback),
    meaning,
    (value) => {
      const number = /^(?:\d{1,3}(?:\.\d{0,15})?|\.\d{1,15})$/.test(value) ? Number(value) : Number.NaN
      return number >= 0 && number <= 1 ? Either.right(number) : Either.left("a number from 0 to 1")
    },
    fallback
  )

export const boolean = (name: string, fallback: boolean, meaning: string): Setting<boolean> =>
  setting(
    name,
    String(fallback),
    meaning,
    (value) =>
      value === "true" ? Either.right(true) : value === "false" ? Either.right(false) : Either.left("true or false"),
    fallback
  )

export const choice = <const A extends string>(
  name: string,
  fallback: NoInfer<A>,
  choices: ReadonlyArray<A>,
  meaning: string
): Setting<A> =>
  setting<A>(
    name,
    fallback,
    meaning,
    (value) =>
      Either.fromNullable(
        choices.find((each) => each === value),
        () => choices.join(" or ")
      ),
    fallback
  )

/** Texts separated by commas. */
export const list = (name: string, meaning: string): Setting<ReadonlyArray<string>> =>
  setting<ReadonlyArray<string>>(name, "(none)", meaning, (value) => Either.right(listed(value)), [])

/** Addresses of IPv4 or IPv6, or ranges of them, separated by commas. */
export const networks = (name: string, meaning: string): Setting<ReadonlyArray<string>> =>
  setting<ReadonlyArray<string>>(
    name,
    "(none)",
    meaning,
    (value) => {
      const all = listed(value)
      return all.every(isNetwork)
        ? Either.right(all)
        : Either.left("addresses or ranges such as 10.0.0.5 or 10.0.0.0/8")
    },
    []
  )

const isNetwork = (text: string): boolean => {
  const [address = "", prefix, ...rest] = text.split("/")
  const family = isIP(address)
  const isRange = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32))
  return family !== 0 && !address.includes("%") && isRange && rest.length === 0
}

const listed = (value: string): ReadonlyArray<string> =>
  value
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "")

/** An http or https address without path, query or user, as browsers write an origin. */
export const optionalOrigin = (name: string, unset: string, meaning: string): Setting<URL | undefined> =>
  setting<URL | undefined>(
    name,
    unset,
    meaning,
    (value) => Either.fromOption(originOf(value), () => "an address such as https://chat.example.org"),
    undefined
  )

/** An http or https address that may have a path, without query or user. */
export const optionalAddress = (name: string, unset: string, meaning: string): Setting<URL | undefined> =>
  setting<URL | undefined>(
    name,
    unset,
    meaning,
    (value) => Either.fromOption(addressOf(value), () => "an address such as http://collector:4318"),
    undefined
  )

const addressOf = (value: string): Option.Option<URL> =>
  URL.canParse(value)
    ? Option.filter(
        Option.some(new URL(value)),
        (url) => /^https?:$/.test(url.protocol) && `${url.search}${url.hash}${url.username}${url.password}` === ""
      )
    : Option.none()

const originOf = (value: string): Option.Option<URL> =>
  Option.filter(addressOf(value), ({ pathname }) => pathname === "/")

const setting = <A>(
  name: string,
  fallback: string,
  meaning: string,
  parse: (value: string) => Either.Either<A, string>,
  whenUnset: A,
  secret = false
): Setting<A> =>
  Object.assign(
    Config.string(name).pipe(
      Config.mapOrFail((value) =>
        Either.mapLeft(parse(value), (wanted) =>
          ConfigError.InvalidData([], secret ? `must be ${wanted}` : `must be ${wanted}, and is "${shown(value, 40)}"`)
        )
      ),
      Config.withDefault(whenUnset)
    ),
    { docs: { name, fallback, meaning, secret } }
  )
