/**
 * The worker of the design taken literally: a number from Redis, one committed INSERT and one message back for each
 * message, a hundred under way at a time.
 */
import { connect } from "amqplib"
import { Redis } from "ioredis"
import { plainPool } from "../plainPool.ts"
import { amqpUrl, databaseUrl, deliveries, readScene, redisUrl, submissions } from "./common.ts"

const underWay = 100

const { conversations, postsBefore } = readScene()
const pool = plainPool(databaseUrl)
const redis = new Redis(redisUrl)
await pool.query(`create table messages (
  id uuid primary key, conversation uuid not null, seq bigint not null, sender uuid, at timestamptz not null default now(), body text not null
)`)
await pool.query("create index on messages (conversation, seq)")
const ids = conversations.map(({ id }) => id)
await pool.query(
  `insert into messages (id, conversation, seq, body)
   select gen_random_uuid(), c, n, repeat('x', 100) from unnest($1::uuid[]) c, generate_series(1, $2::int) n`,
  [ids, postsBefore]
)
const numbers = redis.pipeline()
for (const id of ids) numbers.set(`seq:${id}`, postsBefore)
await numbers.exec()

const model = await connect(amqpUrl, { noDelay: true })
const channel = await model.createChannel()
await channel.assertQueue(submissions, { durable: true })
await channel.assertQueue(deliveries, { durable: false })
await channel.prefetch(underWay)

const store = async (content: Buffer): Promise<void> => {
  const { by, conversationId, id, text } = JSON.parse(content.toString())
  const seq = await redis.incr(`seq:${conversationId}`)
  await pool.query("insert into messages (id, conversation, seq, sender, body) values ($1, $2, $3, $4, $5)", [
    id,
    conversationId,
    seq,
    by,
    text
  ])
  const event = { seq, id, conversationId, by, at: Date.now(), kind: "posted", text }
  channel.sendToQueue(deliveries, Buffer.from(JSON.stringify(event)))
}

await channel.consume(submissions, (message) => {
  if (message === null) return
  store(message.content).then(
    () => channel.ack(message),
    (error: unknown) => console.error(`a message was not stored: ${String(error)}`)
  )
})
console.log("listening 0")
