/** The page's addresses and who may see them. Screens that are not needed at once are chunks of their own. */
import { Navigate, Route, Router, useLocation } from "@solidjs/router"
import { Show } from "solid-js"
import { ConversationScreen } from "../features/chat/ConversationScreen.tsx"
import { AddressNotice } from "../features/connection/AddressNotice.tsx"
import { NothingOpen } from "../features/conversations/NothingOpen.tsx"
import { later } from "../lib/later.ts"
import type { WrongAddress } from "../lib/wrongAddress.ts"
import { AppProvider } from "../model/App.ts"
import { conversationIn } from "../model/conversationIn.ts"
import type { Page } from "../model/createApp.ts"
import { NoticesView } from "../ui/NoticesView.tsx"
import { Frame } from "./Frame.tsx"
import { refuseFiles } from "./refuseFiles.ts"

const SignInPage = later(() => import("../features/session/SignInPage.tsx").then((module) => module.SignInPage))
const RegisterPage = later(() => import("../features/session/RegisterPage.tsx").then((module) => module.RegisterPage))
const NewPage = later(() => import("../features/conversations/NewPage.tsx").then((module) => module.NewPage))
const SettingsPage = later(() => import("../features/settings/SettingsPage.tsx").then((module) => module.SettingsPage))
const DevicesPage = later(() => import("../features/devices/DevicesPage.tsx").then((module) => module.DevicesPage))
const BoardPage = later(() => import("../features/board/BoardPage.tsx").then((module) => module.BoardPage))

/** With its details or without: one screen, so that nothing of it is made anew. */
const ConversationRoute = () => {
  const location = useLocation()
  return (
    <Show when={conversationIn(location.pathname)} fallback={<ToList />}>
      {(id) => <ConversationScreen conversationId={id()} details={location.pathname.endsWith("/details")} />}
    </Show>
  )
}

const ToList = () => <Navigate href="/" />

export const Root = (props: { readonly page: Page; readonly wrongAddress?: WrongAddress | undefined }) => {
  refuseFiles(props.page.app)
  return (
    <AppProvider value={props.page.app}>
      <Router root={Frame}>
        <Route path="/" component={NothingOpen} />
        <Route path={["/c/:id", "/c/:id/details"]} component={ConversationRoute} />
        <Route path="/new" component={NewPage} />
        <Route path="/settings" component={SettingsPage} />
        <Route path="/settings/devices" component={DevicesPage} />
        <Route path={["/board", "/board/:id"]} component={BoardPage} />
        <Route path="/sign-in" component={SignInPage} />
        <Route path="/register" component={RegisterPage} />
        <Route path="*" component={ToList} />
      </Router>
      <AddressNotice wrong={props.wrongAddress} />
      <NoticesView toasts={props.page.toasts} announcer={props.page.announcer} />
    </AppProvider>
  )
}
