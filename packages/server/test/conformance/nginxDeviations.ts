/**
 * What is answered otherwise where nginx stands in front, by `group / case`: HTTP itself is then nginx's, and only what
 * it lets through is the processes'.
 */
const connections: Readonly<Record<string, string>> = {
  "an upgrade of another path": "an ordinary request: nginx upgrades only where sockets are",
  "a chunk's own words without end": "nginx reads over them",
  "line feeds alone": "nginx takes them for line ends",
  "a path upwards: /../../etc/passwd": "400",
  "a path upwards: /%2e%2e/%2e%2e/etc/passwd": "400",
  "a path upwards: /assets/../../package.json": "400",
  "a path upwards: /assets/..%2f..%2fpackage.json": "400",
  "a path upwards: /%00": "400",
  "a path upwards: http://x/../etc/passwd": "400",
  "a tunnel": "400 in place of hanging up",
  "an expectation": "nginx ignores what it does not know",
  "half closed: in the headers": "nginx hangs up",
  "half closed: in the body": "nginx hangs up",
  "half closed: after the whole": "/health is not for the outside",
  "no host": "the code is not_http",
  "too many headers": "the page is nginx's own, which counts their bytes",
  "two hosts": "the code is not_http",
  "two tokens": "the code is not_http"
}
const slow: Readonly<Record<string, string>> = {
  "nothing at all": "nginx hangs up without 408",
  "headers that never end": "nginx hangs up without 408",
  "a body that never comes": "nginx hangs up without 408"
}

const under = (group: string, cases: Readonly<Record<string, string>>) =>
  Object.entries(cases).map(([name, why]) => [`bad inputs: ${group} / ${name}`, why] as const)

export const nginxDeviations: ReadonlyMap<string, string> = new Map([
  ...under("connections", connections),
  ...under("slow", slow)
])
