// `npm run secrets`: makes the passwords and keys that docker-compose.yml reads, once. What is there is never changed:
// a password that the database's volume was made with can't be changed from outside.
import { randomBytes } from "node:crypto"
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** 192 bits in letters that need no escape in a URL or a configuration file. */
const password = () => randomBytes(24).toString("hex")

/** Files by name, all of one making: a URL has the password that the service is given. */
const filesOf = ({ amqp, database, key, redis }) => ({
  secret_key: key,
  database_password: database,
  database_url: `postgres://hibiki:${database}@postgres/hibiki`,
  amqp_url: `amqp://hibiki:${amqp}@rabbitmq`,
  "rabbitmq.conf": `default_user = hibiki\ndefault_pass = ${amqp}`,
  redis_password: redis,
  redis_url: `redis://:${redis}@redis`,
  // Everything in it can be made anew: nothing is written to a disk, and nothing is thrown out to make room.
  "redis.conf": `requirepass ${redis}\nsave ""\nappendonly no\nmaxmemory 768mb\nmaxmemory-policy noeviction`
})

/** Gives what was done, in sentences. */
export const makeSecrets = (top) => {
  const folder = join(top, "secrets")
  const said = []
  if (existsSync(folder)) said.push(`${folder} is there and stays as it is.`)
  else {
    // Containers read the files as users of their own; nobody else gets through the folder.
    mkdirSync(folder, { mode: 0o700 })
    const files = filesOf({ amqp: password(), database: password(), key: password(), redis: password() })
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), `${content}\n`, { flag: "wx" })
      // Whatever the umask is.
      chmodSync(join(folder, name), 0o644)
    }
    said.push(
      `Made ${folder}: keep a copy, as the volumes of the database and of RabbitMQ are made with these passwords.`
    )
  }
  const env = join(top, ".env")
  const before = existsSync(env) ? readFileSync(env, "utf8") : ""
  if (!/^SECRETS=/m.test(before)) {
    appendFileSync(env, `${before === "" || before.endsWith("\n") ? "" : "\n"}SECRETS=./secrets\n`)
    said.push(`Wrote into ${env} where they are.`)
  }
  return said
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    for (const sentence of makeSecrets(join(dirname(fileURLToPath(import.meta.url)), ".."))) console.log(sentence)
  } catch (error) {
    console.error(`The secrets could not be made: ${error.message}`)
    process.exitCode = 1
  }
}
