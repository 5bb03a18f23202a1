/** The files below `deploy` that are made from the tables of alerts and boards, by their paths there. */
import { alerts } from "./alerts.ts"
import { boardFile, boards } from "./boards.ts"
import { alertsFile, rulesFile, rulesTestFile, scrapeFile } from "./prometheusFiles.ts"

export const deployFiles: Readonly<Record<string, string>> = {
  "prometheus/alerts.yml": alertsFile(alerts),
  "prometheus/rules.yml": rulesFile(),
  "prometheus/alerts.test.yml": rulesTestFile(alerts),
  "prometheus/prometheus.yml": scrapeFile,
  ...Object.fromEntries(boards.map((board) => [`grafana/${board.name}.json`, boardFile(board)]))
}
