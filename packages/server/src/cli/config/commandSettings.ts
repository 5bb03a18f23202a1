/**
 * The settings that each command reads. Its help lists these, and its types prevent it from reading others. Reading one
 * checks all.
 */
import type { SettingsValues } from "./Settings.ts"

/** For each group, all settings or the named ones. */
export type SettingScope = { readonly [G in keyof SettingsValues]?: "all" | ReadonlyArray<keyof SettingsValues[G]> }

const role = {
  server: [
    "host",
    "port",
    "publicUrl",
    "insecureHttp",
    "origins",
    "trustedProxies",
    "metrics",
    "logLevel",
    "logFormat",
    "presenceHistory",
    "startWait"
  ],
  accounts: "all",
  limits: "all",
  services: "all",
  push: "all",
  telemetry: "all"
} as const
const store = { server: ["data"], services: "all" } as const

/**
 * By the words of a command as one types them. Subcommands read the settings of their command, unless they have an
 * entry of their own.
 */
export const commandSettings = {
  start: { server: "all", accounts: "all", limits: "all", services: "all", push: "all", telemetry: "all" },
  api: role,
  gateway: role,
  worker: role,
  push: role,
  "push why": store,
  "push keys": {},
  chat: { server: ["port"], client: "all" },
  doctor: {
    server: "all",
    accounts: "all",
    limits: "all",
    services: "all",
    push: "all",
    telemetry: "all",
    client: "all"
  },
  user: store,
  token: store,
  conversation: store,
  backup: store,
  seed: store,
  setup: { server: ["publicUrl"], services: "all" },
  "dead-letters": { services: "all" },
  restored: store,
  export: store,
  import: store
} as const satisfies Readonly<Record<string, SettingScope>>

type Scopes = typeof commandSettings

/** The settings that one of them gets. */
export type SettingsOf<C extends keyof Scopes> = {
  readonly [G in keyof Scopes[C] & keyof SettingsValues]: Scopes[C][G] extends ReadonlyArray<infer K>
    ? Pick<SettingsValues[G], K & keyof SettingsValues[G]>
    : SettingsValues[G]
}

/** Returns undefined if there is no such command. `words`: the words after the program's name. */
export const scopeOf = ([first = "", second = ""]: ReadonlyArray<string>): SettingScope | undefined => {
  const scopes = new Map<string, SettingScope>(Object.entries(commandSettings))
  return scopes.get(`${first} ${second}`) ?? scopes.get(first)
}
