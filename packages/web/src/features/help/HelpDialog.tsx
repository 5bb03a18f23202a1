/** The keys of the page, group by group. */
import { For } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Dialog } from "../../ui/Dialog.tsx"
import { chords, isMac, type KeyAct } from "./keys.ts"
import { type KeysWords, keysWordsEn } from "./keysWords.en.ts"
import { keysWordsJa } from "./keysWords.ja.ts"
import "./HelpDialog.css"

/** In both languages: they load with the dialog, and not with the words of the first paint. */
const texts = { en: keysWordsEn, ja: keysWordsJa } as const

export const HelpDialog = (props: { readonly onClose: () => void }) => {
  const app = useApp()
  const words = () => texts[app.i18n.language()]
  return (
    <Dialog open title={words().title} onClose={() => props.onClose()}>
      <For each={keyGroups(words(), isMac)}>
        {(group) => (
          <section class="help-group">
            <h3>{group.title}</h3>
            <dl>
              <For each={group.lines}>
                {(line) => (
                  <div class="help-line">
                    <dt>{line.text}</dt>
                    <dd>
                      <For each={line.keys}>{(key) => <kbd>{key}</kbd>}</For>
                    </dd>
                  </div>
                )}
              </For>
            </dl>
          </section>
        )}
      </For>
    </Dialog>
  )
}

/** The page's keys as the help shows them. */
interface KeyLine {
  /** Names of keys, pressed together. */
  readonly keys: ReadonlyArray<string>
  readonly text: string
}

interface KeyGroup {
  readonly title: string
  readonly lines: ReadonlyArray<KeyLine>
}

/** `mac`: with the signs of a Mac's keyboard. */
export const keyGroups = (words: KeysWords, mac: boolean): ReadonlyArray<KeyGroup> => {
  const of = (act: KeyAct, text: string): KeyLine => ({ keys: keyNames(chordOf(act), mac), text })
  const plain = (keys: ReadonlyArray<string>, text: string): KeyLine => ({ keys, text })
  const marking = (key: string, text: string): KeyLine => ({ keys: keyNames(`mod+${key}`, mac), text })
  return [
    {
      title: words.groups.everywhere,
      lines: [
        of("switcher", words.switcher),
        of("search", words.search),
        of("help", words.help),
        of("panes", words.panes),
        plain(["Esc"], words.escape)
      ]
    },
    {
      title: words.groups.list,
      lines: [
        of("previous", words.previous),
        of("next", words.next),
        of("previousUnread", words.previousUnread),
        of("nextUnread", words.nextUnread),
        of("newConversation", words.newConversation)
      ]
    },
    {
      title: words.groups.timeline,
      lines: [
        plain(["↑", "↓"], words.rows),
        plain(["Page Up", "Page Down"], words.pages),
        plain(["Home", "End"], words.ends),
        plain(["Enter"], words.acts)
      ]
    },
    {
      title: words.groups.composer,
      lines: [
        plain(["↑"], words.editLast),
        plain(["@"], words.mention),
        plain(["Shift", "Enter"], words.newLine),
        marking("b", words.bold),
        marking("i", words.italic),
        marking("e", words.code),
        { keys: keyNames("mod+shift+x", mac), text: words.strike }
      ]
    }
  ]
}

/** Returns the names of the keys of a chord. */
export const keyNames = (chord: string, mac: boolean): ReadonlyArray<string> => {
  const signs = mac ? { mod: "⌘", alt: "⌥" } : { mod: "Ctrl", alt: "Alt" }
  const shown = new Map(Object.entries({ ...signs, shift: "Shift", arrowup: "↑", arrowdown: "↓" }))
  return chord.split("+").map((key) => shown.get(key) ?? key.toUpperCase())
}

export const chordOf = (act: KeyAct): string => [...chords].find(([, does]) => does === act)?.[0] ?? ""
