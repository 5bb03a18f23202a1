/** The settings as `--help` shows them: made of the declarations themselves. */
import { HelpDoc } from "@effect/cli"
import { type SettingDocs, variableOf } from "./Setting.ts"
import { settingGroups } from "./Settings.ts"

const linesOf = (docs: SettingDocs): string =>
  `  ${variableOf(docs)}  [${docs.fallback}]${docs.secret ? " (secret)" : ""}\n      ${docs.meaning}`

const groupText = ([title, group]: readonly [string, Readonly<Record<string, { readonly docs: SettingDocs }>>]): string =>
  [title, ...Object.values(group).map((setting) => linesOf(setting.docs))].join("\n")

/** One paragraph with line ends of its own: the library's lists would set a blank line after each of them. */
export const settingsDoc: HelpDoc.HelpDoc = HelpDoc.sequence(
  HelpDoc.h1("SETTINGS"),
  HelpDoc.p(
    [
      "Environment variables, each with its default in brackets. Any HIBIKI_X can be read from a file: HIBIKI_X_FILE=path.",
      ...settingGroups.map(groupText)
    ].join("\n\n")
  )
)
