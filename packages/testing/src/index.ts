/**
 * The parts for tests of a chat, in one place. The contract suites of the ports are beside it, under
 * `testing/contracts/`.
 */

export { ChatMemory } from "./ChatMemory.ts"
export { ConversationsMemory } from "./ConversationsMemory.ts"
export { checkHistory } from "./checker/checkHistory.ts"
export type { History } from "./checker/History.ts"
export { shortestStory } from "./checker/shortestStory.ts"
export type { Violation } from "./checker/Violation.ts"
export { withDeliveriesFaults } from "./DeliveriesFaults.ts"
export { withEventStoreFaults } from "./EventStoreFaults.ts"
export { EventStoreMemory } from "./EventStoreMemory.ts"
export { everyNth, Fault, onlyNth, whenever } from "./Fault.ts"
export { withIngressFaults } from "./IngressFaults.ts"
export { withRoutesFaults } from "./RoutesFaults.ts"
export { RoutesFlush, routesMemory } from "./RoutesMemory.ts"
