/** All settings: for this browser, for the account, and, for administrators, for new accounts. */
import { A } from "@solidjs/router"
import { createSignal, type JSX, onMount, Show } from "solid-js"
import { isAdmin } from "../../lib/session.ts"
import { useApp } from "../../model/App.ts"
import type { PushAnswer } from "../../model/notifications.ts"
import { Button } from "../../ui/Button.tsx"
import { Choice, ToggleSwitch } from "../../ui/Choice.tsx"
import { FormProblem } from "../../ui/Field.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { Page } from "../../ui/Page.tsx"
import { BlockedPeople } from "../blocking/BlockedPeople.tsx"
import { blockingWords } from "../blocking/blockingWords.ts"
import { HelpDialog } from "../help/HelpDialog.tsx"
import { createOwnState } from "../presence/createOwnState.ts"
import { InviteSettings } from "./InviteSettings.tsx"
import { PasswordSettings } from "./PasswordSettings.tsx"
import { ProfileSettings } from "./ProfileSettings.tsx"
import { useSettingsWords } from "./useSettingsWords.ts"
import "./SettingsPage.css"

export const SettingsPage = () => {
  const app = useApp()
  const words = useSettingsWords()
  const [notifies, setNotifies] = createSignal(app.pushNotifications.on())
  onMount(() => {
    if (app.pushNotifications.isPossible)
      void app.pushNotifications.isOffered().then((offered) => setNotifies((shown) => offered ?? shown))
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
      <Show when={app.notifications.isPossible || notifies()}>
        <Section title={words().sections.notifications}>
          <Show when={app.notifications.isPossible}>
            <PageNotificationsSwitch />
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
      <Show when={isAdmin(app.session())}>
        <Section title={words().sections.invites}>
          <InviteSettings />
        </Section>
        <Section title={words().sections.operate}>
          <OperateLink />
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
      <ToggleSwitch
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

const OperateLink = () => {
  const words = useSettingsWords()
  return (
    <A class="settings-link" href="/operate">
      <Icon name="shield" />
      <span class="settings-link-text">
        <span class="settings-link-name">{words().operate}</span>
        <span class="page-note">{words().operateHint}</span>
      </span>
      <Icon name="forward" small />
    </A>
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

/** Whether this device notifies the user while a page is open and has no attention. */
const PageNotificationsSwitch = () => {
  const { notifications, pushNotifications } = useApp()
  const words = useSettingsWords()
  return (
    <NotifySwitch
      label={words().pageNotifications}
      hint={pushNotifications.on() ? words().pageNotificationsOff : words().pageNotificationsHint}
      checked={!pushNotifications.on() && notifications.on()}
      disabled={pushNotifications.on()}
      change={notifications.change}
    />
  )
}

/** Whether this device notifies the user while no page of the application is in use. */
const NotifySettings = () => {
  const { pushNotifications } = useApp()
  const words = useSettingsWords()
  return (
    <NotifySwitch
      label={words().pushNotifications}
      hint={words().pushNotificationsHint}
      checked={pushNotifications.on()}
      change={pushNotifications.change}
    />
  )
}

// A switch that the browser or the server may refuse. It stays where the user moved it until the answer, and then shows
// the result.

interface NotifySwitchProps {
  readonly label: string
  readonly hint: string
  readonly checked: boolean
  readonly disabled?: boolean
  readonly change: (on: boolean) => Promise<PushAnswer>
}

const NotifySwitch = (props: NotifySwitchProps) => {
  const words = useSettingsWords()
  const [problem, setProblem] = createSignal<string>()
  const [asked, setAsked] = createSignal<boolean>()

  const change = async (on: boolean) => {
    setProblem(undefined)
    setAsked(on)
    const answer = await props.change(on).catch(() => "failed" as const)
    setAsked(undefined)
    if (answer !== "done") setProblem(words().notificationsFailed[answer])
  }
  return (
    <>
      <ToggleSwitch
        label={props.label}
        hint={props.hint}
        checked={asked() ?? props.checked}
        disabled={props.disabled === true}
        onChange={(on) => {
          change(on).catch(() => undefined)
        }}
      />
      <FormProblem text={problem()} />
    </>
  )
}
