/** The page's addresses and who may see them. Screens that are not needed at once are chunks of their own. */
import { Navigate, Route, Router, type RouteSectionProps, useLocation } from "@solidjs/router"
import { lazy, Match, Suspense, Switch } from "solid-js"
import { NothingOpen } from "../features/conversations/NothingOpen.tsx"
import { Shell } from "../features/conversations/Shell.tsx"
import { AnnouncerView } from "../ui/AnnouncerView.tsx"
import { ToastsView } from "../ui/ToastsView.tsx"
import { AppProvider, useApp } from "./App.ts"
import { ConversationStub } from "./ConversationStub.tsx"
import type { Page } from "./createApp.ts"

const SignInPage = lazy(() => import("../features/session/SignInPage.tsx").then((module) => ({ default: module.SignInPage })))
const RegisterPage = lazy(() => import("../features/session/RegisterPage.tsx").then((module) => ({ default: module.RegisterPage })))
const BoardPage = lazy(() => import("../features/board/BoardPage.tsx").then((module) => ({ default: module.BoardPage })))

const strangers = new Set(["/sign-in", "/register"])

/** Strangers see the way in, others what is inside; an invite leads to registration first. */
const Frame = (props: RouteSectionProps) => {
  const app = useApp()
  const location = useLocation()
  const isIn = () => app.session()._tag === "signedIn"
  const isStrangers = () => strangers.has(location.pathname)
  return (
    <Switch>
      <Match when={!isIn() && !isStrangers()}>
        <Navigate href={app.invite() === undefined ? "/sign-in" : "/register"} />
      </Match>
      <Match when={isIn() && isStrangers()}>
        <Navigate href="/" />
      </Match>
      <Match when={!isIn()}>
        <Suspense>{props.children}</Suspense>
      </Match>
      <Match when={isIn()}>
        <Shell>{props.children}</Shell>
      </Match>
    </Switch>
  )
}

export const Root = (props: { readonly page: Page }) => (
  <AppProvider value={props.page.app}>
    <Router root={Frame}>
      <Route path="/" component={NothingOpen} />
      <Route path="/c/:id" component={ConversationStub} />
      <Route path={["/board", "/board/:id"]} component={BoardPage} />
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/register" component={RegisterPage} />
      <Route path="*" component={() => <Navigate href="/" />} />
    </Router>
    <ToastsView toasts={props.page.toasts} />
    <AnnouncerView announcer={props.page.announcer} />
  </AppProvider>
)
