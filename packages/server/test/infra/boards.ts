/** The boards in deploy/grafana: overview, the way of a message, and the processes. */
import { rules } from "./prometheusFiles.ts"

interface Panel {
  readonly title: string
  /** A unit of Grafana. */
  readonly unit: "short" | "s" | "bytes" | "reqps" | "percentunit"
  /** PromQL by legend. */
  readonly queries: Readonly<Record<string, string>>
}

interface Board {
  readonly name: string
  readonly title: string
  readonly panels: ReadonlyArray<Panel>
}

const quantilesOf = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    rules
      .filter(([record]) => record.startsWith(`hibiki:${name}_seconds:`))
      .map(([record]) => [record.split(":p")[1], record])
      .map(([quantile, record]) => [`p${quantile}`, `${record}`])
  )

const panel = (title: string, unit: Panel["unit"], queries: Panel["queries"]): Panel => ({ title, unit, queries })
const rate = (series: string, by: string): string => `sum by (${by}) (rate(${series}[5m]))`

export const boards: ReadonlyArray<Board> = [
  {
    name: "overview",
    title: "Hibiki: overview",
    panels: [
      panel("Commands per second", "reqps", { commands: "hibiki:commands:rate1m" }),
      panel("Sockets", "short", { "{{instance}}": "sum by (instance) (hibiki_gateway_sockets)" }),
      panel("Send to accepted", "s", quantilesOf("send_accepted")),
      panel("Processes", "short", { "{{role}} {{version}}": "count by (role, version) (hibiki_build_info)" }),
      panel("Refused requests per second", "reqps", { "{{reason}}": rate("hibiki_http_refused_total", "reason") }),
      panel("Requests per second", "reqps", {
        "{{route}} {{status}}": rate("hibiki_http_requests_total", "route, status")
      }),
      panel("Pushes per second", "reqps", { "{{outcome}}": rate("hibiki_push_settled_total", "outcome") }),
      panel("Sign-ins per second", "reqps", { "{{result}}": rate("hibiki_sign_ins_total", "result") })
    ]
  },
  {
    name: "message-path",
    title: "Hibiki: the way of a message",
    panels: [
      panel("Send to accepted", "s", quantilesOf("send_accepted")),
      panel("Commands waiting in lanes", "short", {
        "{{instance}}": "sum by (instance) (hibiki_ingress_lane_commands)"
      }),
      panel("Commands waiting at workers", "short", {
        "{{instance}}": "sum by (instance) (hibiki_worker_waiting_commands)"
      }),
      panel("Partitions", "short", {
        "{{instance}}": "sum by (instance) (hibiki_partitions_held)",
        "broken {{side}}": "sum by (side) (hibiki_ingress_broken_partitions)"
      }),
      panel("Wait in lanes", "s", quantilesOf("lane")),
      panel("To RabbitMQ", "s", quantilesOf("ingress_publish")),
      panel("Wait at workers", "s", quantilesOf("worker_intake")),
      panel("Append", "s", quantilesOf("append")),
      panel("Commands per batch", "short", {
        mean: "sum(rate(hibiki_append_commands_sum[5m])) / sum(rate(hibiki_append_commands_count[5m]))"
      }),
      panel("Routes", "s", quantilesOf("routes_raise")),
      panel("Envelopes to RabbitMQ", "s", quantilesOf("envelopes_publish")),
      panel("Stored to gateway", "s", quantilesOf("envelope_lag")),
      panel("Fan-out", "s", quantilesOf("fanout")),
      panel("Catch-up of new sockets", "s", quantilesOf("catch_up")),
      panel("Lost envelopes per second", "reqps", {
        gaps: "sum(rate(hibiki_gateway_holes_total[5m]))",
        "given up": "sum(rate(hibiki_deliveries_given_up_total[5m]))"
      })
    ]
  },
  {
    name: "processes",
    title: "Hibiki: processes",
    panels: [
      panel("CPU", "percentunit", { "{{instance}}": 'rate(process_cpu_seconds_total{job="hibiki"}[5m])' }),
      panel("Memory", "bytes", {
        "{{instance}}": 'process_resident_memory_bytes{job="hibiki"}',
        "{{instance}} heap": "nodejs_heap_size_used_bytes"
      }),
      panel("Lag of the event loop", "s", {
        "{{instance}} p99": "nodejs_eventloop_lag_p99_seconds",
        "{{instance}} max": "nodejs_eventloop_lag_max_seconds"
      }),
      panel("Garbage collection, share of time", "percentunit", {
        "{{instance}}": rate("nodejs_gc_duration_seconds_sum", "instance")
      }),
      panel("Open files", "short", { "{{instance}}": 'process_open_fds{job="hibiki"}' }),
      panel("Actors", "short", { "{{instance}}": "hibiki_actors", "{{instance}} mailbox": "hibiki_actor_mailbox_max" }),
      panel("Actor failures per second", "reqps", { "{{instance}}": rate("hibiki_actor_failures_total", "instance") }),
      panel("Connections to Postgres", "short", {
        "{{instance}} {{pool}}": "hibiki_postgres_pool_connections",
        "{{instance}} {{pool}} waiting": "hibiki_postgres_pool_waiting"
      }),
      panel("Redis", "s", { "{{instance}} round trip": "hibiki_redis_round_trip_seconds" }),
      panel("Connections to RabbitMQ lost per second", "reqps", {
        "{{link}}": rate("hibiki_amqp_connections_lost_total", "link")
      })
    ]
  }
]

const width = 12
const height = 8

export const boardFile = ({ name, panels, title }: Board): string => {
  const datasource = { type: "prometheus", uid: "$" + "{datasource}" }
  const board = {
    uid: `hibiki-${name}`,
    title,
    schemaVersion: 39,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    templating: { list: [{ name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus" }] },
    panels: panels.map(({ queries, title, unit }, at) => ({
      id: at + 1,
      type: "timeseries",
      title,
      datasource,
      gridPos: { x: (at % 2) * width, y: Math.floor(at / 2) * height, w: width, h: height },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: Object.entries(queries).map(([legendFormat, expr], query) => ({
        refId: String.fromCharCode(65 + query),
        datasource,
        expr,
        legendFormat
      }))
    }))
  }
  return `${JSON.stringify(board, null, 2)}\n`
}
