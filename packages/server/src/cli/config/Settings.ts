/** All settings of Hibiki with their defaults: read once, at the start of a command, and handed on as plain values. */
import { Config } from "effect"
import * as Setting from "./Setting.ts"

const server = {
  data: Setting.text("DATA", ".hibiki/data", "Folder of the embedded store. One process at a time."),
  host: Setting.text(
    "HOST",
    "127.0.0.1",
    "Address to listen on. Others than loopback need HIBIKI_PUBLIC_URL with https, or HIBIKI_INSECURE_HTTP."
  ),
  port: Setting.integer("PORT", 8080, { min: 0, max: 65_535 }, "Port to listen on; 0 takes a free one."),
  publicUrl: Setting.optionalOrigin(
    "PUBLIC_URL",
    "(the address listened on)",
    "Where people reach this server, such as https://chat.example.org."
  ),
  insecureHttp: Setting.boolean(
    "INSECURE_HTTP",
    false,
    "Allow plain http beyond this machine: passwords and messages are then readable on the network."
  ),
  origins: Setting.list("ORIGINS", "Further origins whose pages may use this server, separated by commas."),
  trustedProxies: Setting.networks(
    "TRUSTED_PROXIES",
    "Addresses or ranges of proxies whose X-Forwarded-For is believed, separated by commas."
  ),
  metrics: Setting.choice(
    "METRICS",
    "local",
    ["local", "all", "off"],
    "Who may read /metrics: local (programs on this machine), all (anyone who reaches the port), or off."
  ),
  logLevel: Setting.choice(
    "LOG_LEVEL",
    "info",
    ["debug", "info", "warning", "error"],
    "Least level of what is logged: debug, info, warning or error."
  ),
  logFormat: Setting.choice("LOG_FORMAT", "text", ["text", "json"], "text, or json: one object a line."),
  startWait: Setting.integer(
    "START_WAIT",
    60,
    { min: 0, max: 86_400 },
    "Seconds that a starting process of a cluster waits for services that do not answer; 0: none."
  )
}

const accounts = {
  logAddresses: Setting.choice(
    "LOG_ADDRESSES",
    "network",
    ["none", "network", "full"],
    "Addresses in the log lines of sign-ins: none, network (/24 of IPv4, /48 of IPv6) or full."
  ),
  registration: Setting.choice(
    "REGISTRATION",
    "invite",
    ["open", "invite", "closed"],
    "Who may register: open (anyone who reaches the server), invite, or closed."
  ),
  directory: Setting.choice(
    "DIRECTORY",
    "open",
    ["open", "exact"],
    "Finding people: open (by the beginning of a handle) or exact (by the whole handle only)."
  )
}

const count = { min: 1, max: 1_000_000 }
const limits = {
  signInPerMinute: Setting.integer(
    "LIMIT_SIGN_IN_PER_MINUTE",
    5,
    count,
    "Wrong passwords per minute for one account from one address."
  ),
  signInPerMinuteAddress: Setting.integer(
    "LIMIT_SIGN_IN_PER_MINUTE_ADDRESS",
    20,
    count,
    "Wrong passwords per minute from one address."
  ),
  signInPerHourName: Setting.integer(
    "LIMIT_SIGN_IN_PER_HOUR_NAME",
    60,
    count,
    "Wrong passwords per hour for one account from all networks together that it does not know; 100 at once."
  ),
  signInPerHour: Setting.integer(
    "LIMIT_SIGN_IN_PER_HOUR",
    60,
    count,
    "Right passwords per hour of one account: sign-ins, and what asks for the password again."
  ),
  registerPerHour: Setting.integer("LIMIT_REGISTER_PER_HOUR", 30, count, "Registrations per hour from one address."),
  refreshPerMinuteAddress: Setting.integer(
    "LIMIT_REFRESH_PER_MINUTE_ADDRESS",
    300,
    count,
    "Renewed sign-ins per minute from one address."
  ),
  ticketPerMinute: Setting.integer("LIMIT_TICKET_PER_MINUTE", 30, count, "Socket tickets per minute of one user."),
  findPerMinute: Setting.integer(
    "LIMIT_FIND_PER_MINUTE",
    120,
    count,
    "Searches for people and channels per minute of one user."
  ),
  readsPerSecond: Setting.integer(
    "LIMIT_READS_PER_SECOND",
    50,
    count,
    "Reads of conversations per second of one user: lines, members, receipts and pages of history (the whole list is ten), and who one is and one's devices. As many ranges of events by sockets."
  ),
  readsBurst: Setting.integer("LIMIT_READS_BURST", 300, count, "Reads of one user at once."),
  readKilobytesPerSecond: Setting.integer(
    "LIMIT_READ_KILOBYTES_PER_SECOND",
    1_024,
    count,
    "Kilobytes per second that reads and searches of one user look at or answer; as many of events that sockets are sent from logs."
  ),
  readKilobytesBurst: Setting.integer(
    "LIMIT_READ_KILOBYTES_BURST",
    32_768,
    count,
    "Kilobytes of reads of one user at once."
  ),
  searchPerSecond: Setting.integer(
    "LIMIT_SEARCH_PER_SECOND",
    2,
    count,
    "Searches in messages per second of one user; five at once."
  ),
  profilePerMinute: Setting.integer(
    "LIMIT_PROFILE_PER_MINUTE",
    10,
    count,
    "Changes of its name per minute by one user."
  ),
  invitePerHour: Setting.integer("LIMIT_INVITE_PER_HOUR", 20, count, "Invite codes per hour by one administrator."),
  createPerHour: Setting.integer(
    "LIMIT_CREATE_PER_HOUR",
    60,
    count,
    "New groups and channels per hour of one user, and as many new direct conversations."
  ),
  sendPerSecond: Setting.integer(
    "LIMIT_SEND_PER_SECOND",
    10,
    count,
    "Commands per second of one user: messages, edits, reactions and the like, and changes of conversations, where ten added people are one more."
  ),
  sendBurst: Setting.integer("LIMIT_SEND_BURST", 30, count, "Commands of one user at once."),
  sendPerSecondConversation: Setting.integer(
    "LIMIT_SEND_PER_SECOND_CONVERSATION",
    5,
    count,
    "Messages, edits, reactions and the like per second of one user in the same conversation."
  ),
  sendBurstConversation: Setting.integer(
    "LIMIT_SEND_BURST_CONVERSATION",
    30,
    count,
    "Those of one user in the same conversation at once."
  ),
  framesPerSecond: Setting.integer("LIMIT_FRAMES_PER_SECOND", 50, count, "Frames per second on one socket."),
  framesBurst: Setting.integer("LIMIT_FRAMES_BURST", 200, count, "Frames at once on one socket."),
  socketsPerDevice: Setting.integer("LIMIT_SOCKETS_PER_DEVICE", 10, count, "Sockets of one device."),
  socketsPerUser: Setting.integer(
    "LIMIT_SOCKETS_PER_USER",
    100,
    count,
    "Sockets of one user at one gateway, of all its devices together."
  ),
  socketsPerAddress: Setting.integer("LIMIT_SOCKETS_PER_ADDRESS", 1_000, count, "Sockets from one address."),
  conversations: Setting.integer(
    "LIMIT_CONVERSATIONS",
    200_000,
    count,
    "Conversations whose members may be connected to one gateway; with so many it turns new people away, for another to take."
  ),
  connections: Setting.integer(
    "LIMIT_CONNECTIONS",
    20_000,
    count,
    "Open connections in all. Sockets are turned away a twentieth below it, so that probes are answered."
  ),
  requests: Setting.integer("LIMIT_REQUESTS", 256, count, "Calls that are answered at the same time.")
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
    "Of a cluster: 32 characters or more, the same for all its processes."
  ),
  partitions: Setting.integer(
    "PARTITIONS",
    16,
    { min: 1, max: 256 },
    "Partitions of the way to the workers, as `hibiki setup` made them."
  )
}

const push = {
  publicKey: Setting.optionalText(
    "PUSH_PUBLIC_KEY",
    "(none: no push is sent, and HIBIKI_LOG_LEVEL=debug logs each)",
    "Public key of Web Push, made by `hibiki push keys`. The same for all processes; with another one a device is not woken until its page was opened again."
  ),
  privateKey: Setting.optionalSecret("PUSH_PRIVATE_KEY", "(none)", "The private key that belongs to it."),
  contact: Setting.optionalText(
    "PUSH_CONTACT",
    "(none)",
    "Whom push services may write to, such as mailto:admin@example.org."
  ),
  hosts: Setting.text(
    "PUSH_HOSTS",
    "fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com",
    "Push services that devices may name, separated by commas; *. stands for any name below."
  )
}

const client = {
  server: Setting.optionalOrigin(
    "SERVER",
    "(http://127.0.0.1 at HIBIKI_PORT)",
    "The server that `hibiki chat` talks to."
  ),
  state: Setting.optionalText(
    "STATE",
    "(XDG_STATE_HOME/hibiki, or ~/.local/state/hibiki)",
    "Folder in which `hibiki chat` keeps its sign-ins and what is not sent yet."
  )
}

/** Every group with its title, in the order shown. */
export const settingGroups = {
  server: { title: "Server", settings: server },
  accounts: { title: "Accounts", settings: accounts },
  limits: { title: "Limits", settings: limits },
  services: {
    title: "Services of a cluster: all three URLs, or none, and then everything runs in one process",
    settings: services
  },
  push: { title: "Pushes by Web Push: the first three, or none", settings: push },
  client: { title: "Terminal client", settings: client }
} as const

export const settingsConfig = Config.all({
  server: Config.all(server),
  accounts: Config.all(accounts),
  limits: Config.all(limits),
  services: Config.all(services),
  push: Config.all(push),
  client: Config.all(client)
}).pipe(Config.nested(Setting.settingPrefix))

export type SettingsValues = Config.Config.Success<typeof settingsConfig>

/** Every declared setting, in the order shown. */
export const allSettings: ReadonlyArray<Setting.SettingDocs> = Object.values(settingGroups).flatMap(({ settings }) =>
  Object.values(settings).map((each) => each.docs)
)
