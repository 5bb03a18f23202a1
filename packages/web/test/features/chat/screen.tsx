/** Renders a part of the conversation screen over an app without a server. */
import { Route, Router } from "@solidjs/router"
import { render } from "@solidjs/testing-library"
import type { JSX } from "solid-js"
import {
  type ConversationModel,
  ConversationProvider,
  createConversationModel
} from "../../../src/features/chat/conversationModel.ts"
import { AppProvider } from "../../../src/model/App.ts"
import { KitProvider } from "../../../src/ui/KitContext.ts"
import { conversationId, type Fixture, type FixtureOptions, makeFixture } from "../../fixtureApp.tsx"

export interface Shown {
  readonly fixture: Fixture
  readonly model: ConversationModel
  readonly root: HTMLElement
}

export const show = (options: FixtureOptions, part: (model: ConversationModel) => JSX.Element): Shown => {
  const fixture = makeFixture(options)
  const held: { model?: ConversationModel } = {}
  const { container } = render(() => (
    <AppProvider value={fixture.app}>
      <KitProvider value={() => fixture.app.i18n.t().kit}>
        <Router>
          <Route
            path="*"
            component={() => {
              const model = createConversationModel(conversationId)
              held.model = model
              return <ConversationProvider value={model}>{part(model)}</ConversationProvider>
            }}
          />
        </Router>
      </KitProvider>
    </AppProvider>
  ))
  if (held.model === undefined) throw new Error("nothing was rendered")
  return { fixture, model: held.model, root: container }
}

/** After promises that are settled already. */
export const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
