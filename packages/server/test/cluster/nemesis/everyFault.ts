/** All faults, in the order in which they are tried. */
import type { Fault } from "./Fault.ts"
import { brokerFaults } from "./faults/brokerFaults.ts"
import { clockFaults } from "./faults/clockFaults.ts"
import { frozenFaults } from "./faults/frozenFaults.ts"
import { gatewayFaults } from "./faults/gatewayFaults.ts"
import { linkFaults } from "./faults/linkFaults.ts"
import { pushFaults } from "./faults/pushFaults.ts"
import { rollingFaults } from "./faults/rollingFaults.ts"
import { serviceFaults } from "./faults/serviceFaults.ts"
import { startFaults } from "./faults/startFaults.ts"
import { workerFaults } from "./faults/workerFaults.ts"

export const everyFault: ReadonlyArray<Fault> = [
  ...gatewayFaults,
  ...workerFaults,
  ...pushFaults,
  ...serviceFaults,
  ...brokerFaults,
  ...frozenFaults,
  ...clockFaults,
  ...linkFaults,
  ...startFaults,
  ...rollingFaults
]

export const faultNamed = (name: string): Fault => {
  const fault = everyFault.find((one) => one.name === name)
  if (fault === undefined)
    throw new Error(`there is no fault ${name}; there are ${everyFault.map((one) => one.name).join(", ")}`)
  return fault
}
