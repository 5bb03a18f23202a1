/** The part of pg that Hibiki uses. pg has no types of its own. */
declare module "pg" {
  export interface ClientConfig {
    readonly connectionString: string
    readonly application_name: string
    readonly connectionTimeoutMillis: number
    readonly query_timeout: number
    readonly statement_timeout: number
    readonly lock_timeout: number
    readonly idle_in_transaction_session_timeout: number
    readonly options: string
  }
  export class Client {
    constructor(
      config?: ClientConfig | Pick<ClientConfig, "connectionString" | "connectionTimeoutMillis" | "query_timeout">
    )
    connect(): Promise<void>
    on(event: "error", listener: (error: Error) => void): void
    /** Without a function among the arguments: a promise of a result. */
    query(...args: ReadonlyArray<unknown>): unknown
    end(done: () => void): void
    /** For a client that a pool handed out: returns it, or ends it with a cause. */
    release: (cause?: Error) => void
  }
  export type Connected = (
    error: Error | undefined,
    client: Client | undefined,
    release: (cause?: Error) => void
  ) => void
  export class Pool {
    constructor(
      config: ClientConfig & {
        readonly Client: typeof Client
        readonly max: number
        /** Sends queries without waiting for the answers of those before. */
        readonly pipeline?: boolean
        readonly idleTimeoutMillis: number
        readonly maxLifetimeSeconds: number
        /**
         * Called with a new connection before anybody gets it. If it rejects, the pool ends the connection, and the
         * waiting query fails with it.
         */
        readonly onConnect: (client: Client) => Promise<void>
      }
    )
    readonly waitingCount: number
    readonly totalCount: number
    on(event: "error", listener: (error: Error) => void): void
    connect(done: Connected): void
    end(): Promise<void>
  }
}
