/** What both programs of the design taken literally know. */
import { readFileSync } from "node:fs"
import type { Scene } from "../../Scene.ts"

const [scenePath = "", database = "", amqp = "", redis = ""] = process.argv.slice(2)

export const [databaseUrl, amqpUrl, redisUrl] = [database, amqp, redis]
export const submissions = "submissions"
export const deliveries = "deliveries"

export const readScene = (): Scene => JSON.parse(readFileSync(scenePath, "utf8"))
