/** What the quick switcher can do besides opening a conversation. */
import { useNavigate } from "@solidjs/router"
import { type Accessor, createMemo } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { IconName } from "../../ui/iconPaths.ts"
import type { KeyAct } from "../../ui/keys.ts"
import { openOverlay } from "../../ui/overlay.ts"
import type { FindWords } from "./findWords.en.ts"

export type CommandKey = keyof FindWords["switcher"]["commands"]

export interface SwitcherCommand {
  readonly key: CommandKey
  readonly icon: IconName
  /** Whose keys do the same. */
  readonly act?: KeyAct
  readonly run: () => void
}

/** Those that make a difference now. Call within a component. */
export const createSwitcherCommands = (inConversation: Accessor<boolean>): Accessor<ReadonlyArray<SwitcherCommand>> => {
  const { preferences } = useApp()
  const navigate = useNavigate()
  const all: ReadonlyArray<SwitcherCommand> = [
    { key: "searchHere", icon: "search", act: "search", run: () => openOverlay("searchHere") },
    { key: "searchAll", icon: "search", run: () => openOverlay("searchAll") },
    { key: "fresh", icon: "plus", act: "fresh", run: () => navigate("/new") },
    { key: "settings", icon: "settings", run: () => navigate("/settings") },
    { key: "devices", icon: "browser", run: () => navigate("/settings/devices") },
    { key: "board", icon: "board", run: () => navigate("/board") },
    { key: "help", icon: "keyboard", act: "help", run: () => openOverlay("help") },
    { key: "light", icon: "sun", run: () => preferences.setTheme("light") },
    { key: "dark", icon: "moon", run: () => preferences.setTheme("dark") },
    { key: "system", icon: "settings", run: () => preferences.setTheme("system") }
  ]
  return createMemo(() =>
    all.filter(({ key }) => (inConversation() || key !== "searchHere") && key !== preferences.theme())
  )
}
