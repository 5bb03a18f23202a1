/**
 * The settings as `--help` shows them, generated from the declarations themselves. A command's help shows the settings
 * that it reads.
 */
import { HelpDoc } from "@effect/cli"
import type { SettingScope } from "./commandSettings.ts"
import { type SettingDocs, variableOf } from "./Setting.ts"
import { settingGroups } from "./Settings.ts"

const linesOf = (docs: SettingDocs): string =>
  `  ${variableOf(docs)}  [${docs.fallback}]${docs.secret ? " (secret)" : ""}\n      ${docs.meaning}`

interface Group {
  readonly title: string
  readonly settings: ReadonlyArray<SettingDocs>
}

/** `scope`: undefined for all. */
const groupsOf = (scope: SettingScope | undefined): ReadonlyArray<Group> =>
  Object.entries(settingGroups).flatMap(([key, { settings, title }]) => {
    const names =
      scope === undefined ? "all" : new Map<string, "all" | ReadonlyArray<string>>(Object.entries(scope)).get(key)
    const read = Object.entries(settings).filter(([name]) => names === "all" || names?.includes(name) === true)
    return read.length === 0 ? [] : [{ title, settings: read.map(([, { docs }]) => docs) }]
  })

const groupText = ({ settings, title }: Group): string => [title, ...settings.map(linesOf)].join("\n")

/**
 * Empty if the command reads none. One paragraph with line ends of its own: the library's lists would put a blank line
 * after each setting.
 */
export const settingsDoc = (scope?: SettingScope): HelpDoc.HelpDoc => {
  const groups = groupsOf(scope)
  if (groups.length === 0) return HelpDoc.empty
  const all = scope === undefined ? [] : ["`hibiki --help` lists the settings of all commands."]
  return HelpDoc.sequence(
    HelpDoc.h1("SETTINGS"),
    HelpDoc.p(
      [
        "Environment variables, each with its default in brackets. Any HIBIKI_X can be read from a file: HIBIKI_X_FILE=path.",
        ...groups.map(groupText),
        ...all
      ].join("\n\n")
    )
  )
}
