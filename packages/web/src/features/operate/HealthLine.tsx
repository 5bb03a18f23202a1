/** The line of health: all is well, or what is wrong and what to do, the worst first. */
import { createEffect, createMemo, createSignal, For, on, Show } from "solid-js"
import { Icon } from "../../ui/Icon.tsx"
import { useConsole } from "./Console.ts"
import { afterNodes, type Finding, findingsOf, nothingHappened, severityOf } from "./health.ts"
import type { Advice, OperateWords } from "./operateWords.en.ts"
import { useOperateWords } from "./useOperateWords.ts"

export const HealthLine = () => {
  const words = useOperateWords()
  const findings = createFindings()
  const worst = () => {
    const [first] = findings() ?? []
    return first === undefined ? "well" : severityOf(first.rule)
  }
  return (
    <section class="operate-health" aria-label={words().health.label} data-health={findings() && worst()}>
      <Show when={findings()} fallback={<p class="operate-health-line">{words().health.unknown}</p>}>
        {(found) => (
          <div role="status">
            <Show
              when={found().length > 0}
              fallback={
                <p class="operate-health-line">
                  <Icon name="check" />
                  {words().health.well}
                </p>
              }
            >
              <ul class="operate-findings">
                <For each={found()}>
                  {(finding) => (
                    <li data-severity={severityOf(finding.rule)}>
                      <Icon name="warning" />
                      <div>
                        <p class="operate-finding">{adviceOf(finding, words()).text}</p>
                        <p class="operate-advice">{adviceOf(finding, words()).advice}</p>
                      </div>
                    </li>
                  )}
                </For>
              </ul>
            </Show>
          </div>
        )}
      </Show>
    </section>
  )
}

/** The words of a rule take its own finding. */
const adviceOf = (finding: Finding, { health }: OperateWords): Advice => {
  const { findings } = health
  switch (finding.rule) {
    case "alone":
      return findings.alone()
    case "silent":
      return findings.silent(finding)
    case "redis":
      return findings.redis(finding)
    case "deadLetters":
      return findings.deadLetters()
    case "overflows":
      return findings.overflows()
    case "errors":
      return findings.errors(finding)
    case "waiting":
      return findings.waiting(finding)
    case "mailbox":
      return findings.mailbox(finding)
    case "clock":
      return findings.clock(finding)
  }
}

/** Undefined until the processes and the seconds are known. */
const createFindings = () => {
  const console = useConsole()
  const [happened, setHappened] = createSignal(nothingHappened)
  createEffect(
    on(console.nodes, (nodes) => {
      if (nodes !== undefined) setHappened((known) => afterNodes(known, nodes.rows, nodes.at))
    })
  )
  return createMemo(
    () => {
      const [nodes, now] = [console.nodes(), console.now()]
      if (nodes === undefined || now === undefined) return undefined
      const { alone, at, rows, silent } = nodes
      return findingsOf({ alone, silent, nodes: rows, seconds: now.rows, happened: happened(), at })
    },
    undefined,
    { equals: isSame }
  )
}

/** What did not change is not announced again. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
