/** Where new conversations begin: with one person, with several, or in a channel that is there already. */
import { createSignal, Match, Switch } from "solid-js"
import { Page } from "../../ui/Page.tsx"
import { Tabs } from "../../ui/Tabs.tsx"
import { createRoomForm } from "./createRoomForm.ts"
import { FindChannels } from "./FindChannels.tsx"
import { FindPerson } from "./FindPerson.tsx"
import { NewRoom } from "./NewRoom.tsx"
import "./NewPage.css"
import { useFreshWords } from "./useFreshWords.ts"

type TabKey = "person" | "room" | "channels"

export const NewPage = () => {
  const words = useFreshWords()
  const [tab, setTab] = createSignal<TabKey>("person")
  const room = createRoomForm()
  const tabs = () => (["person", "room", "channels"] as const).map((key) => ({ key, label: words().tabs[key] }))
  return (
    <Page title={words().title}>
      <Tabs label={words().title} tabs={tabs()} chosen={tab()} onChoose={setTab}>
        <Switch>
          <Match when={tab() === "person"}>
            <FindPerson />
          </Match>
          <Match when={tab() === "room"}>
            <NewRoom form={room} />
          </Match>
          <Match when={tab() === "channels"}>
            <FindChannels />
          </Match>
        </Switch>
      </Tabs>
    </Page>
  )
}
