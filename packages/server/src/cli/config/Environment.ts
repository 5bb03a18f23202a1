/** The one place that reads the environment: variables, and files that variables name, become a ConfigProvider. */
import { readFileSync } from "node:fs"
import { misconfigured, oneLine, type Problem, shown } from "@hibiki/node/Problem"
import { type ConfigError, ConfigProvider, Context, Effect, Layer } from "effect"
import { variableOf } from "./Setting.ts"
import { allSettings, settingsConfig } from "./Settings.ts"

export type Variables = Readonly<Record<string, string | undefined>>

/** The process's variables, unchanged. Tests provide their own. */
export class Environment extends Context.Tag("@hibiki/server/cli/config/Environment")<Environment, Variables>() {
  static readonly layer = Layer.sync(this, () => process.env)
}

/**
 * Returns the values of all settings. Each `HIBIKI_X` may instead be given as `HIBIKI_X_FILE`, a file that contains the
 * value (one line end at its end is dropped). Container platforms provide secrets that way. An empty variable counts as
 * not set. The problem names the variable.
 */
export const providerOf = (variables: Variables): Effect.Effect<ConfigProvider.ConfigProvider, Problem> =>
  Effect.gen(function* () {
    const values = new Map<string, string>()
    for (const docs of allSettings) {
      const name = variableOf(docs)
      const [value, file] = [variables[name], variables[`${name}_FILE`]]
      if (value && file) return yield* misconfigured(`${name} and ${name}_FILE are both set: keep one of them.`)
      const given = file ? yield* contentOf(`${name}_FILE`, file) : value
      if (given) values.set(name, given)
    }
    return ConfigProvider.fromMap(values, { pathDelim: "_" })
  })

export const loadSettings = (variables: Variables) =>
  Effect.flatMap(providerOf(variables), (provider) =>
    Effect.withConfigProvider(Effect.mapError(settingsConfig, sentenceOf), provider)
  )

/** Returns the variables that look like settings and are none: most likely typing errors. */
export const unknownVariables = (variables: Variables): ReadonlyArray<string> => {
  const known = new Set(allSettings.flatMap((docs) => [variableOf(docs), `${variableOf(docs)}_FILE`]))
  return Object.keys(variables)
    .filter((name) => name.startsWith("HIBIKI_") && !known.has(name))
    .sort()
}

const contentOf = (variable: string, path: string): Effect.Effect<string, Problem> =>
  Effect.try({
    try: () => readFileSync(path, "utf8").replace(/\r?\n$/, ""),
    catch: () => misconfigured(`${variable} names a file that can't be read: ${shown(path)}`)
  })

/** Reports the first mistake only: one line on stderr is the rule, and the next start reports the next one. */
const sentenceOf = (error: ConfigError.ConfigError): Problem => {
  if (error._op === "And" || error._op === "Or") return sentenceOf(error.left)
  return misconfigured(oneLine(`${error.path.join("_")} ${error.message}.`))
}
