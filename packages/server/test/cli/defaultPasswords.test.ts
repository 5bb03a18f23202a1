/** What everybody knows is refused on a network, and is fine on this machine. */
import { assert, describe, it } from "@effect/vitest"
import { oneLine } from "@hibiki/node/Problem"
import { Redacted } from "effect"
import { defaultPassword } from "../../src/cli/cluster/defaultPasswords.ts"

const problem = (amqp: string, redis: string) =>
  defaultPassword({ amqpUrl: Redacted.make(amqp), redisUrl: Redacted.make(redis) })
const [broker, redis] = ["amqp://chat:secret@rabbit/hibiki", "redis://:secret@redis"]

describe("default passwords", () => {
  it("are refused of a broker that is not on this machine, however they are written or left out", () => {
    for (const url of [
      "amqp://guest:guest@rabbit:5672/hibiki",
      "amqps://guest:guest@10.0.0.5",
      "amqp://chat:guest@rabbit",
      "amqp://guest:gu%65st@rabbit",
      "amqp://rabbit/hibiki",
      "amqp://guest:guest@[2001:db8::5]:5672",
      "amqp://guest:guest@127.0.0.1.example.org"
    ])
      assert.match(problem(url, redis) ?? "", /^RabbitMQ .* default password/, url)
  })

  it("are refused of a Redis that asks for none", () => {
    for (const url of ["redis://redis:6379", "rediss://redis", "redis://user@redis", "redis://user:@10.1.2.3/1"])
      assert.match(problem(broker, url) ?? "", /^Redis .* without a password/, url)
  })

  it("are fine on loopback, and passwords of one's own anywhere", () => {
    for (const host of ["127.0.0.1", "localhost", "[::1]", "127.8.8.8"])
      assert.isUndefined(problem(`amqp://guest:guest@${host}:5672/v`, `redis://${host}:6379`), host)
    assert.isUndefined(problem(broker, redis))
    assert.isUndefined(problem(broker, "redis://redis?password=secret"))
    assert.isUndefined(problem("amqp://guest:other@rabbit", redis))
    assert.isUndefined(problem("nonsense", "nonsense"), "what is no address is told by who tries it")
  })

  it("are told in one line that holds no address", () => {
    for (const sentence of [
      problem("amqp://rabbit.internal", redis) ?? "",
      problem(broker, "redis://redis.internal") ?? ""
    ]) {
      assert.strictEqual(oneLine(sentence), sentence)
      assert.notInclude(sentence, "internal")
    }
  })
})
