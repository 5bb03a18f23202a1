/** The keys of the page, group by group. */
import { For } from "solid-js"
import { isMac } from "../lib/isMac.ts"
import { useApp } from "../model/App.ts"
import { Dialog } from "./Dialog.tsx"
import { keyGroups } from "./keyGroups.ts"
import { keysWordsEn } from "./keysWords.en.ts"
import { keysWordsJa } from "./keysWords.ja.ts"
import "./HelpDialog.css"

/** In both languages: they come with the dialog, and not with the words that everybody waits for. */
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
