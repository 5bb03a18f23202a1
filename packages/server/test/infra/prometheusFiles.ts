/** The files in deploy/prometheus, made from the alerts: rules, their tests, and an example of what to scrape. */
import type { Alert, AlertRule } from "./alerts.ts"

const made = "# Made by `npm run docs`.\n"

/** A string of JSON is one of YAML, too. */
const text = (value: string): string => JSON.stringify(value)

/** Lines of an annotation are no Markdown: they keep the words of links. */
const plain = (markdown: string): string => markdown.replaceAll("`", "").replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")

interface Ruled extends Alert {
  readonly rule: AlertRule
}

export const ruled = (alerts: ReadonlyArray<Alert>): ReadonlyArray<Ruled> =>
  alerts.flatMap((alert) => (alert.rule === undefined ? [] : [{ ...alert, rule: alert.rule }]))

export const alertsFile = (alerts: ReadonlyArray<Alert>): string =>
  [
    `${made}groups:\n  - name: hibiki-alerts\n    rules:\n`,
    ...ruled(alerts).map(({ means, rule, sign, action }) =>
      [
        `      - alert: ${rule.name}`,
        `        expr: ${text(rule.expr)}`,
        ...(rule.for === undefined ? [] : [`        for: ${rule.for}`]),
        "        annotations:",
        `          summary: ${text(plain(sign))}`,
        `          description: ${text(plain(`${means} ${action}`))}`,
        ""
      ].join("\n")
    )
  ].join("")

/** The quotients that boards show over and over. */
const quantiles = [
  ["send_accepted", "hibiki_send_accepted_seconds"],
  ["lane", "hibiki_ingress_lane_seconds"],
  ["ingress_publish", "hibiki_ingress_publish_seconds"],
  ["worker_intake", "hibiki_worker_intake_seconds"],
  ["append", "hibiki_append_seconds"],
  ["routes_raise", "hibiki_routes_raise_seconds"],
  ["envelopes_publish", "hibiki_envelopes_publish_seconds"],
  ["envelope_lag", "hibiki_envelope_lag_seconds"],
  ["fanout", "hibiki_fanout_seconds"],
  ["catch_up", "hibiki_catch_up_seconds"]
] as const

export const rules: ReadonlyArray<readonly [record: string, expr: string]> = [
  ["hibiki:commands:rate1m", "sum(rate(hibiki_worker_commands_total[1m]))"],
  ...quantiles.flatMap(([name, metric]) =>
    [0.5, 0.95, 0.99].map(
      (quantile) =>
        [
          `hibiki:${name}_seconds:p${quantile * 100}`,
          `histogram_quantile(${quantile}, sum by (le) (rate(${metric}_bucket[5m])))`
        ] as const
    )
  )
]

export const rulesFile = (): string =>
  [
    `${made}groups:\n  - name: hibiki\n    interval: 15s\n    rules:\n`,
    ...rules.map(([record, expr]) => `      - record: ${record}\n        expr: ${text(expr)}\n`)
  ].join("")

/** Each alert must ring for its series, and stay silent while they stand still. */
export const rulesTestFile = (alerts: ReadonlyArray<Alert>): string => {
  const test = ({ rule }: Ruled, rings: boolean): string =>
    [
      `  - name: ${text(`${rule.name} ${rings ? "rings" : "stays silent"}`)}`,
      "    interval: 1m",
      "    input_series:",
      ...Object.entries(rule.raisedBy).flatMap(([series, values]) => [
        `      - series: ${text(withInstance(series))}`,
        `        values: ${text(rings ? values : `${Number.parseFloat(values)}x200`)}`
      ]),
      "    promql_expr_test:",
      `      - expr: ${text(`count(ALERTS{alertname="${rule.name}",alertstate="firing"}) or vector(0)`)}`,
      `        eval_time: ${rings ? ringsWithin(rule) : "3h"}`,
      `        exp_samples: [{ labels: "{}", value: ${rings ? 1 : 0} }]`,
      ""
    ].join("\n")
  return [
    `${made}rule_files: [alerts.yml]\nevaluation_interval: 1m\ntests:\n`,
    ...ruled(alerts).flatMap((alert) => [test(alert, true), test(alert, false)])
  ].join("")
}

const ringsWithin = ({ expr }: AlertRule): string => (expr.includes("[1h]") ? "2h30m" : "15m")

const withInstance = (series: string): string =>
  series.includes("instance=")
    ? series
    : series.includes("{")
      ? series.replace("{", '{instance="a",')
      : `${series}{instance="a"}`

/** For the containers of docker-compose.yml, on the network `hibiki_metrics`. */
export const scrapeFile = `${made}# An example: the processes of docker-compose.yml, seen from their network hibiki_metrics.
global:
  scrape_interval: 15s
  evaluation_interval: 15s
rule_files: [rules.yml, alerts.yml]
scrape_configs:
  - job_name: hibiki
    dns_sd_configs:
      - names: [api, gateway, worker, push]
        type: A
        port: 8080
        refresh_interval: 15s
    relabel_configs:
      - source_labels: [__meta_dns_name]
        target_label: role
`
