/**
 * Which settings each command reads: its help lists these, and its types let it read no others. All are checked
 * whenever one is read.
 */
import type { SettingsValues } from "./Settings.ts"

/** Of each group all, or those that are named. */
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
    "startWait"
  ],
  accounts: "all",
  limits: "all",
  services: "all",
  push: "all"
} as const
const store = { server: ["data"], services: "all" } as const

/**
 * By the words of a command as one types them; a command's own commands read what it does, unless they stand here, too.
 */
export const commandSettings = {
  start: { server: "all", accounts: "all", limits: "all", services: "all", push: "all" },
  api: role,
  gateway: role,
  worker: role,
  push: role,
  "push why": store,
  "push keys": {},
  chat: { server: ["port"], client: "all" },
  doctor: { server: "all", accounts: "all", limits: "all", services: "all", push: "all", client: "all" },
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

/** What one of them is given. */
export type SettingsOf<C extends keyof Scopes> = {
  readonly [G in keyof Scopes[C] & keyof SettingsValues]: Scopes[C][G] extends ReadonlyArray<infer K>
    ? Pick<SettingsValues[G], K & keyof SettingsValues[G]>
    : SettingsValues[G]
}

/** Undefined: no such command. `words`: what stands behind the program's name. */
export const scopeOf = ([first = "", second = ""]: ReadonlyArray<string>): SettingScope | undefined => {
  const scopes = new Map<string, SettingScope>(Object.entries(commandSettings))
  return scopes.get(`${first} ${second}`) ?? scopes.get(first)
}
