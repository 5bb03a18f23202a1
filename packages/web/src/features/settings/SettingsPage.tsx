/** Everything that a person can set: for this browser, for oneself, and, for administrators, who may come in. */
import { A } from "@solidjs/router"
import { createSignal, type JSX, onMount, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Choice, Switch } from "../../ui/Choice.tsx"
import { HelpDialog } from "../../ui/HelpDialog.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { Page } from "../../ui/Page.tsx"
import { BlockedPeople } from "../blocking/BlockedPeople.tsx"
import { blockingWords } from "../blocking/blockingWords.ts"
import { createOwnState } from "../presence/createOwnState.ts"
import { AlertsSettings } from "./AlertsSettings.tsx"
import { InviteSettings } from "./InviteSettings.tsx"
import { NotifySettings } from "./NotifySettings.tsx"
import { PasswordSettings } from "./PasswordSettings.tsx"
import { ProfileSettings } from "./ProfileSettings.tsx"
import { useSettingsWords } from "./useSettingsWords.ts"
import "./SettingsPage.css"

export const SettingsPage = () => {
  const app = useApp()
  const words = useSettingsWords()
  const admin = () => {
    const session = app.session()
    return session._tag === "signedIn" && session.me.admin
  }
  const [notifies, setNotifies] = createSignal(app.waking.on())
  onMount(() => {
    if (app.waking.isPossible) void app.waking.isOffered().then((offered) => setNotifies((shown) => offered ?? shown))
  })
  return (
    <Page title={words().title}>
      <Section title={words().sections.profile}>
        <ProfileSettings />
      </Section>
      <Section title={words().sections.appearance}>
        <Appearance />
      </Section>
      <Section title={words().sections.writing}>
        <Writing />
      </Section>
      <Show when={app.alerts.isPossible || notifies()}>
        <Section title={words().sections.notifications}>
          <Show when={app.alerts.isPossible}>
            <AlertsSettings />
          </Show>
          <Show when={notifies()}>
            <NotifySettings />
          </Show>
        </Section>
      </Show>
      <Section title={words().sections.privacy}>
        <Privacy />
      </Section>
      <Section title={blockingWords[app.i18n.language()].list}>
        <BlockedPeople />
      </Section>
      <Section title={words().sections.password}>
        <PasswordSettings />
      </Section>
      <Show when={admin()}>
        <Section title={words().sections.invites}>
          <InviteSettings />
        </Section>
      </Show>
      <Section title={words().sections.about}>
        <About />
      </Section>
    </Page>
  )
}

const Section = (props: { readonly title: string; readonly children: JSX.Element }) => (
  <section class="page-section" aria-label={props.title}>
    <h2>{props.title}</h2>
    <div class="page-card">{props.children}</div>
  </section>
)

const Appearance = () => {
  const app = useApp()
  const words = useSettingsWords()
  return (
    <>
      <Choice
        label={words().language}
        name="language"
        chosen={app.i18n.language()}
        onChoose={app.i18n.setLanguage}
        options={[
          { key: "ja", label: words().languages.ja, lang: "ja" },
          { key: "en", label: words().languages.en, lang: "en" }
        ]}
      />
      <Choice
        label={words().theme}
        name="theme"
        chosen={app.preferences.theme()}
        onChoose={app.preferences.setTheme}
        options={(["system", "light", "dark"] as const).map((key) => ({ key, label: words().themes[key] }))}
      />
      <Choice
        label={words().density}
        name="density"
        chosen={app.preferences.density()}
        onChoose={app.preferences.setDensity}
        options={(["comfortable", "compact"] as const).map((key) => ({ key, label: words().densities[key] }))}
      />
    </>
  )
}

const Writing = () => {
  const app = useApp()
  const words = useSettingsWords()
  return (
    <Choice
      label={words().sendKey}
      name="sendKey"
      hint={words().sendKeyHint}
      chosen={app.preferences.sendKey()}
      onChoose={app.preferences.setSendKey}
      options={(["enter", "modEnter"] as const).map((key) => ({ key, label: words().sendKeys[key] }))}
    />
  )
}

const Privacy = () => {
  const app = useApp()
  const words = useSettingsWords()
  const own = createOwnState()
  const change = async (invisible: boolean) => {
    if (!(await own.setInvisible(invisible))) app.toasts.show({ text: words().failed.unreachable })
  }
  return (
    <>
      <Switch
        label={words().invisible}
        hint={words().invisibleHint}
        checked={own.invisible()}
        onChange={(invisible) => {
          change(invisible).catch(() => undefined)
        }}
      />
      <A class="settings-link" href="/settings/devices">
        <Icon name="browser" />
        <span class="settings-link-text">
          <span class="settings-link-name">{words().devices}</span>
          <span class="page-note">{words().devicesHint}</span>
        </span>
        <Icon name="forward" small />
      </A>
    </>
  )
}

const About = () => {
  const words = useSettingsWords()
  const [help, setHelp] = createSignal(false)
  return (
    <>
      <p>{words().aboutText}</p>
      <div>
        <Button onClick={() => setHelp(true)}>
          <Icon name="keyboard" />
          {words().shortcuts}
        </Button>
      </div>
      <Show when={help()}>
        <HelpDialog onClose={() => setHelp(false)} />
      </Show>
    </>
  )
}
