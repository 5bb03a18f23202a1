/** Below a list of pages: a failure and another try, or the button that loads more. */
import { Match, Switch } from "solid-js"
import { Button } from "../../ui/Button.tsx"
import { FormProblem } from "../../ui/Field.tsx"
import { listedMax, type Pages } from "./createPages.ts"
import { useAdminWords } from "./useAdminWords.ts"

export const ListFoot = (props: {
  readonly of: Pick<Pages<unknown>, "rows" | "more" | "busy" | "problem" | "loadMore" | "reload">
}) => {
  const words = useAdminWords()
  const count = () => props.of.rows()?.length ?? 0
  return (
    <>
      <FormProblem text={props.of.problem()} />
      <Switch>
        <Match when={props.of.problem() !== undefined}>
          <p>
            <Button busy={props.of.busy()} onClick={() => props.of.reload()}>
              {words().reload}
            </Button>
          </p>
        </Match>
        <Match when={props.of.more() && count() >= listedMax}>
          <p class="operate-note">{words().most(listedMax)}</p>
        </Match>
        <Match when={props.of.more()}>
          <p>
            <Button busy={props.of.busy()} onClick={() => props.of.loadMore()}>
              {words().more}
            </Button>
          </p>
        </Match>
      </Switch>
    </>
  )
}
