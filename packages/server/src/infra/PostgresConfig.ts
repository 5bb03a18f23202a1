/** Where Postgres is, and how many connections a process may hold. */
import { Config, Context, Layer } from "effect"

const config = Config.all({
  url: Config.redacted("URL"),
  /** Per pool; a process may have one for appends and one for reads, so that neither waits for the other. */
  connections: Config.integer("CONNECTIONS").pipe(Config.withDefault(10))
}).pipe(Config.nested("POSTGRES"), Config.nested("HIBIKI"))

/** HIBIKI_POSTGRES_URL, HIBIKI_POSTGRES_CONNECTIONS. */
export class PostgresConfig extends Context.Tag("@hibiki/server/infra/PostgresConfig")<PostgresConfig, Config.Config.Success<typeof config>>() {
  static readonly layer = Layer.effect(this, config)
}
