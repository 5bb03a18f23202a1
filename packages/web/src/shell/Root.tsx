/** The page's routes and the users that may see them. Screens that are not needed at once are chunks of their own. */
import { Navigate, Route, Router, useLocation } from "@solidjs/router"
import { onCleanup, Show } from "solid-js"
import { ConversationScreen } from "../features/chat/ConversationScreen.tsx"
import { isEditable } from "../features/help/keys.ts"
import { lazy } from "../lib/lazy.ts"
import type { WrongAddress } from "../lib/plainCall.ts"
import { isAdmin } from "../lib/session.ts"
import { type App, AppProvider, useApp } from "../model/App.ts"
import { conversationIn } from "../model/addresses.ts"
import type { Page } from "../model/createApp.ts"
import { KitProvider } from "../ui/KitContext.ts"
import { NoticesView } from "../ui/NoticesView.tsx"
import { Frame } from "./Frame.tsx"
import { NothingOpen } from "./Shell.tsx"
import "./Shell.css"

const SignInPage = lazy(() => import("../features/session/SignInPage.tsx").then((module) => module.SignInPage))
const RegisterPage = lazy(() => import("../features/session/RegisterPage.tsx").then((module) => module.RegisterPage))
const ResetPage = lazy(() => import("../features/session/ResetPage.tsx").then((module) => module.ResetPage))
const NewPage = lazy(() => import("../features/conversations/NewPage.tsx").then((module) => module.NewPage))
const SettingsPage = lazy(() => import("../features/settings/SettingsPage.tsx").then((module) => module.SettingsPage))
const DevicesPage = lazy(() => import("../features/devices/DevicesPage.tsx").then((module) => module.DevicesPage))
const BoardPage = lazy(() => import("../features/board/BoardPage.tsx").then((module) => module.BoardPage))
const OperatePage = lazy(() => import("../features/operate/OperatePage.tsx").then((module) => module.OperatePage))

/** With its details or without: one screen, so that nothing of it is created anew. */
const ConversationRoute = () => {
  const location = useLocation()
  return (
    <Show when={conversationIn(location.pathname)} fallback={<ToList />}>
      {(id) => <ConversationScreen conversationId={id()} details={location.pathname.endsWith("/details")} />}
    </Show>
  )
}

/** To others than administrators it is an address like any that leads nowhere. */
const OperateRoute = () => {
  const app = useApp()
  return (
    <Show when={isAdmin(app.session())} fallback={<ToList />}>
      <OperatePage />
    </Show>
  )
}

const ToList = () => <Navigate href="/" />

export const Root = (props: { readonly page: Page; readonly wrongAddress?: WrongAddress | undefined }) => {
  refuseFiles(props.page.app)
  return (
    <AppProvider value={props.page.app}>
      <KitProvider value={() => props.page.app.i18n.t().kit}>
        <Router root={Frame}>
          <Route path="/" component={NothingOpen} />
          <Route path={["/c/:id", "/c/:id/details"]} component={ConversationRoute} />
          <Route path="/new" component={NewPage} />
          <Route path="/settings" component={SettingsPage} />
          <Route path="/settings/devices" component={DevicesPage} />
          <Route path={["/board", "/board/:id"]} component={BoardPage} />
          <Route path={["/operate", "/operate/:screen"]} component={OperateRoute} />
          <Route path="/sign-in" component={SignInPage} />
          <Route path="/register" component={RegisterPage} />
          <Route path="/reset" component={ResetPage} />
          <Route path="*" component={ToList} />
        </Router>
        <AddressNotice wrong={props.wrongAddress} />
        <NoticesView toasts={props.page.toasts} announcer={props.page.announcer} />
      </KitProvider>
    </AppProvider>
  )
}

/** Above everything: the server can't be used at the page's address, and the address to use instead. */
const AddressNotice = (props: { readonly wrong: WrongAddress | undefined }) => {
  const app = useApp()
  const words = () => app.i18n.t().app.wrongAddress
  return (
    <div class="address-notice" role="alert">
      <Show when={props.wrong}>
        {(wrong) => (
          <p>
            {words().text(location.origin)}{" "}
            <Show when={wrong().openAt} fallback={words().unknown}>
              {(openAt) => <a href={openAt()}>{words().open(openAt())}</a>}
            </Show>
          </p>
        )}
      </Show>
    </div>
  )
}

// Files can't be sent yet: shows a toast when the user drops or pastes one, and prevents the browser from opening a
// dropped file in place of the page.

/** Call in a reactive scope. */
const refuseFiles = ({ i18n, toasts }: Pick<App, "i18n" | "toasts">): void => {
  const isFile = (data: DataTransfer | null) => data?.types.includes("Files") === true
  const tell = () => toasts.show({ text: i18n.t().app.noFiles })
  const onDragOver = (event: DragEvent) => {
    // Fields handle dropped text by themselves.
    if (isFile(event.dataTransfer) || !isEditable(event.target)) event.preventDefault()
  }
  const onDrop = (event: DragEvent) => {
    onDragOver(event)
    if (isFile(event.dataTransfer)) tell()
  }
  const onPaste = ({ clipboardData }: ClipboardEvent) => {
    // Programs copy tables as text and as a picture: the text is pasted.
    if (isFile(clipboardData) && clipboardData?.getData("text/plain") === "") tell()
  }
  window.addEventListener("dragover", onDragOver)
  window.addEventListener("drop", onDrop)
  window.addEventListener("paste", onPaste)
  onCleanup(() => {
    window.removeEventListener("dragover", onDragOver)
    window.removeEventListener("drop", onDrop)
    window.removeEventListener("paste", onPaste)
  })
}
