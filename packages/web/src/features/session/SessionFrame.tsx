/**
 * The frame of the forms for signed-out users: the mark, arcs that spread across the page, and the choice of language.
 */
import { For, type JSX } from "solid-js"
import type { Language } from "../../i18n/I18n.ts"
import { productName, usePageTitle } from "../../lib/pageTitle.ts"
import { useApp } from "../../model/App.ts"
import { Field } from "../../ui/Field.tsx"
import { Mark } from "../../ui/Icon.tsx"
import type { SessionForm } from "./createSessionForm.ts"
import { useSessionWords } from "./useSessionWords.ts"
import "./session.css"

const languages: ReadonlyArray<{ readonly code: Language; readonly name: string }> = [
  { code: "ja", name: "日本語" },
  { code: "en", name: "English" }
]

export const SessionFrame = (props: { readonly title: string; readonly children: JSX.Element }) => {
  const app = useApp()
  const words = useSessionWords()
  usePageTitle(() => props.title)
  return (
    <div class="session">
      <Arcs />
      <header class="session-head">
        <p class="session-name">
          <Mark class="session-mark" />
          {productName}
        </p>
        <div class="session-languages">
          <For each={languages}>
            {({ code, name }) => (
              <button
                type="button"
                lang={code}
                aria-pressed={app.i18n.language() === code}
                onClick={() => app.i18n.setLanguage(code)}
              >
                {name}
              </button>
            )}
          </For>
        </div>
      </header>
      <main class="session-main">
        <div class="session-card">
          <h1>{props.title}</h1>
          {props.children}
        </div>
        <p class="session-tagline">{words().tagline}</p>
      </main>
    </div>
  )
}

const radii = [90, 170, 260, 360, 470, 590, 720, 860]

const Arcs = () => (
  <svg class="session-arcs" viewBox="0 0 1000 1000" preserveAspectRatio="xMinYMax slice" aria-hidden="true">
    <circle class="session-arcs-dot" cx="80" cy="930" r="13" />
    <For each={radii}>{(radius) => <circle class="session-arc" cx="80" cy="930" r={radius} />}</For>
  </svg>
)

/** The username field of the sign-in and registration forms. */
interface HandleFieldProps {
  readonly form: SessionForm
  readonly value: string
  readonly onInput: (value: string) => void
  readonly hint?: string
}

export const HandleField = (props: HandleFieldProps) => {
  const words = useSessionWords()
  return (
    <Field
      ref={props.form.keep("handle")}
      label={words().handle}
      hint={props.hint}
      name="username"
      value={props.value}
      onInput={props.onInput}
      autocomplete="username"
      autocapitalize="off"
      spellcheck={false}
      enterkeyhint="next"
      maxlength={64}
      required
      error={props.form.problemOf("handle")}
    />
  )
}
