/** All settings of Hibiki with their defaults: read once, at the start of a command, and passed on as plain values. */
import { Config } from "effect"
import * as Setting from "./Setting.ts"

const server = {
  data: Setting.text("DATA", ".hibiki/data", "Folder of the embedded store. One process at a time."),
  host: Setting.text(
    "HOST",
    "127.0.0.1",
    "Address to listen on. An address other than loopback needs HIBIKI_PUBLIC_URL with https, or HIBIKI_INSECURE_HTTP."
  ),
  port: Setting.integer("PORT", 8080, { min: 0, max: 65_535 }, "Port to listen on; 0 takes a free one."),
  publicUrl: Setting.optionalOrigin(
    "PUBLIC_URL",
    "(the address listened on)",
    "Public address of this server, such as https://chat.example.org."
  ),
  insecureHttp: Setting.boolean(
    "INSECURE_HTTP",
    false,
    "Allow plain http beyond this machine. The network can then read passwords and messages."
  ),
  origins: Setting.list("ORIGINS", "Further origins whose pages may use this server, separated by commas."),
  trustedProxies: Setting.networks(
    "TRUSTED_PROXIES",
    "Trusted proxies, whose X-Forwarded-For this server believes: addresses or ranges, separated by commas."
  ),
  metrics: Setting.choice(
    "METRICS",
    "local",
    ["local", "all", "off"],
    "Access to /metrics: local (programs on this machine), all (anyone who reaches the port), or off."
  ),
  logLevel: Setting.choice(
    "LOG_LEVEL",
    "info",
    ["debug", "info", "warning", "error"],
    "Minimum log level: debug, info, warning or error."
  ),
  logFormat: Setting.choice("LOG_FORMAT", "text", ["text", "json"], "Log format: text, or json (one object per line)."),
  presenceHistory: Setting.choice(
    "PRESENCE_HISTORY",
    "counts",
    ["off", "counts"],
    "History of presence: counts (how many people were online, by five minutes, for 13 months, without names) or off."
  ),
  startWait: Setting.integer(
    "START_WAIT",
    60,
    { min: 0, max: 86_400 },
    "Seconds that a starting process of a cluster waits for unreachable services. 0: no wait."
  )
}

const accounts = {
  logAddresses: Setting.choice(
    "LOG_ADDRESSES",
    "network",
    ["none", "network", "full"],
    "Client addresses in the log lines of sign-ins: none, network (/24 of IPv4, /48 of IPv6) or full."
  ),
  registration: Setting.choice(
    "REGISTRATION",
    "invite",
    ["open", "invite", "closed"],
    "Registration: open (anyone who reaches the server), invite, or closed."
  ),
  directory: Setting.choice(
    "DIRECTORY",
    "open",
    ["open", "exact"],
    "Search for people: open (by the beginning of a handle) or exact (by the whole handle only)."
  )
}

const count = { min: 1, max: 1_000_000 }
const limits = {
  signInPerMinute: Setting.integer(
    "LIMIT_SIGN_IN_PER_MINUTE",
    5,
    count,
    "Maximum wrong passwords per minute per account and address."
  ),
  signInPerMinuteAddress: Setting.integer(
    "LIMIT_SIGN_IN_PER_MINUTE_ADDRESS",
    20,
    count,
    "Maximum wrong passwords per minute per address."
  ),
  signInPerHourName: Setting.integer(
    "LIMIT_SIGN_IN_PER_HOUR_NAME",
    60,
    count,
    "Maximum wrong passwords per hour per account, from all networks together that the account does not know. Burst: 100."
  ),
  signInPerHour: Setting.integer(
    "LIMIT_SIGN_IN_PER_HOUR",
    60,
    count,
    "Maximum correct passwords per hour per account: sign-ins, and calls that require the password."
  ),
  registerPerHour: Setting.integer("LIMIT_REGISTER_PER_HOUR", 30, count, "Maximum registrations per hour per address."),
  refreshPerMinuteAddress: Setting.integer(
    "LIMIT_REFRESH_PER_MINUTE_ADDRESS",
    300,
    count,
    "Maximum renewed sign-ins per minute per address."
  ),
  ticketPerMinute: Setting.integer("LIMIT_TICKET_PER_MINUTE", 30, count, "Maximum socket tickets per minute per user."),
  findPerMinute: Setting.integer(
    "LIMIT_FIND_PER_MINUTE",
    120,
    count,
    "Maximum searches for people and channels per minute per user."
  ),
  readsPerSecond: Setting.integer(
    "LIMIT_READS_PER_SECOND",
    50,
    count,
    "Maximum read requests per second per user, and the same number of event ranges by sockets. The whole conversation list counts as ten."
  ),
  readsBurst: Setting.integer("LIMIT_READS_BURST", 300, count, "Burst of read requests per user."),
  readKilobytesPerSecond: Setting.integer(
    "LIMIT_READ_KILOBYTES_PER_SECOND",
    1_024,
    count,
    "Maximum kilobytes per second per user that reads and searches read or return, and the same number for events from logs on sockets."
  ),
  readKilobytesBurst: Setting.integer("LIMIT_READ_KILOBYTES_BURST", 32_768, count, "Burst of read kilobytes per user."),
  searchPerSecond: Setting.integer(
    "LIMIT_SEARCH_PER_SECOND",
    2,
    count,
    "Maximum message searches per second per user. Burst: five."
  ),
  profilePerMinute: Setting.integer(
    "LIMIT_PROFILE_PER_MINUTE",
    10,
    count,
    "Maximum changes of the display name per minute per user."
  ),
  invitePerHour: Setting.integer(
    "LIMIT_INVITE_PER_HOUR",
    20,
    count,
    "Maximum invite codes per hour per administrator."
  ),
  createPerHour: Setting.integer(
    "LIMIT_CREATE_PER_HOUR",
    60,
    count,
    "Maximum new groups and channels per hour per user, and the same number of new direct conversations."
  ),
  sendPerSecond: Setting.integer(
    "LIMIT_SEND_PER_SECOND",
    10,
    count,
    "Maximum commands per second per user: messages, edits, reactions and changes of conversations. Every ten added people count as one more."
  ),
  sendBurst: Setting.integer("LIMIT_SEND_BURST", 30, count, "Burst of commands per user."),
  sendPerSecondConversation: Setting.integer(
    "LIMIT_SEND_PER_SECOND_CONVERSATION",
    5,
    count,
    "Maximum messages, edits and reactions per second per user and conversation."
  ),
  sendBurstConversation: Setting.integer(
    "LIMIT_SEND_BURST_CONVERSATION",
    30,
    count,
    "Burst of messages, edits and reactions per user and conversation."
  ),
  framesPerSecond: Setting.integer("LIMIT_FRAMES_PER_SECOND", 50, count, "Maximum frames per second per socket."),
  tracesPerSecond: Setting.integer(
    "LIMIT_TRACES_PER_SECOND",
    50,
    { min: 0, max: 1_000 },
    "Maximum messages per second whose way through each process is recorded, for the operator's console. 0: none."
  ),
  framesBurst: Setting.integer("LIMIT_FRAMES_BURST", 200, count, "Burst of frames per socket."),
  socketsPerDevice: Setting.integer("LIMIT_SOCKETS_PER_DEVICE", 10, count, "Maximum sockets per device."),
  socketsPerUser: Setting.integer(
    "LIMIT_SOCKETS_PER_USER",
    100,
    count,
    "Maximum sockets per user per gateway, of all devices together."
  ),
  socketsPerAddress: Setting.integer("LIMIT_SOCKETS_PER_ADDRESS", 1_000, count, "Maximum sockets per address."),
  conversations: Setting.integer(
    "LIMIT_CONVERSATIONS",
    200_000,
    count,
    "Maximum conversations per gateway with a connected member. At the maximum a gateway refuses new users, and another one takes them."
  ),
  connections: Setting.integer(
    "LIMIT_CONNECTIONS",
    20_000,
    count,
    "Maximum open connections per process. It refuses sockets at 95 %, so that health probes still get answers."
  ),
  requests: Setting.integer("LIMIT_REQUESTS", 256, count, "Maximum concurrent calls per process.")
}

const services = {
  databaseUrl: Setting.optionalSecret(
    "DATABASE_URL",
    "(embedded)",
    "Postgres, such as postgres://user:password@host/database."
  ),
  amqpUrl: Setting.optionalSecret("AMQP_URL", "(embedded)", "RabbitMQ, such as amqp://user:password@host/vhost."),
  redisUrl: Setting.optionalSecret("REDIS_URL", "(embedded)", "Redis, such as redis://user:password@host."),
  secretKey: Setting.optionalSecret(
    "SECRET_KEY",
    "(embedded: its own, made in HIBIKI_DATA)",
    "Secret key of a cluster: at least 32 characters, the same for all processes."
  ),
  partitions: Setting.integer(
    "PARTITIONS",
    16,
    { min: 1, max: 256 },
    "Number of ingress partitions, equal to the number that `hibiki setup` created."
  )
}

const push = {
  publicKey: Setting.optionalText(
    "PUSH_PUBLIC_KEY",
    "(none: no push is sent, and HIBIKI_LOG_LEVEL=debug logs each)",
    "Public key of Web Push from `hibiki push keys`, the same for all processes. After a change a device gets no notification until its page is opened again."
  ),
  privateKey: Setting.optionalSecret("PUSH_PRIVATE_KEY", "(none)", "Private key of Web Push from `hibiki push keys`."),
  contact: Setting.optionalText(
    "PUSH_CONTACT",
    "(none)",
    "Contact for push services, such as mailto:admin@example.org."
  ),
  hosts: Setting.text(
    "PUSH_HOSTS",
    "fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com",
    "Allowed push services, separated by commas. *. matches any name below."
  )
}

const telemetry = {
  endpoint: Setting.optionalAddress(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "(none: no spans are recorded)",
    "Collector of OpenTelemetry, such as http://collector:4318, which gets spans as JSON over HTTP at /v1/traces below."
  ),
  headers: Setting.optionalSecret(
    "OTEL_EXPORTER_OTLP_HEADERS",
    "(none)",
    "Headers of each request to the collector, such as authorization=Bearer%20x, separated by commas."
  ),
  serviceName: Setting.text("OTEL_SERVICE_NAME", "hibiki", "Name of this service in its spans."),
  ratio: Setting.ratio(
    "OTEL_TRACES_SAMPLER_ARG",
    1,
    "Part of the calls and batches that have a span, from 0 (none) to 1 (all)."
  )
}

const client = {
  server: Setting.optionalOrigin("SERVER", "(http://127.0.0.1 at HIBIKI_PORT)", "Server of `hibiki chat`."),
  state: Setting.optionalText(
    "STATE",
    "(XDG_STATE_HOME/hibiki, or ~/.local/state/hibiki)",
    "Folder in which `hibiki chat` stores its sign-ins and unsent messages."
  )
}

/** Every group with its title, in the order shown. */
export const settingGroups = {
  server: { title: "Server", settings: server },
  accounts: { title: "Accounts", settings: accounts },
  limits: { title: "Limits", settings: limits },
  services: {
    title: "Services of a cluster: set all three URLs, or none to run everything in one process",
    settings: services
  },
  push: { title: "Web Push: set the first three, or none", settings: push },
  telemetry: { title: "OpenTelemetry", settings: telemetry },
  client: { title: "Terminal client", settings: client }
} as const

const ownSettings = Config.all({
  server: Config.all(server),
  accounts: Config.all(accounts),
  limits: Config.all(limits),
  services: Config.all(services),
  push: Config.all(push),
  client: Config.all(client)
}).pipe(Config.nested(Setting.settingPrefix))

export const settingsConfig = Config.zipWith(ownSettings, Config.all(telemetry), (own, read) => ({
  ...own,
  telemetry: read
}))

export type SettingsValues = Config.Config.Success<typeof settingsConfig>

/** Every declared setting, in the order shown. */
export const allSettings: ReadonlyArray<Setting.SettingDocs> = Object.values(settingGroups).flatMap(({ settings }) =>
  Object.values(settings).map((each) => each.docs)
)
