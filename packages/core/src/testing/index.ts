/** What a test of a chat needs, in one place. The contract suites of the ports stand beside, under `testing/contracts/`. */
export { ChatMemory } from "./ChatMemory.ts"
export { ConversationsMemory } from "./ConversationsMemory.ts"
export { withDeliveriesFaults } from "./DeliveriesFaults.ts"
export { withEventStoreFaults } from "./EventStoreFaults.ts"
export { EventStoreMemory } from "./EventStoreMemory.ts"
export { everyNth, Fault, onlyNth, whenever } from "./Fault.ts"
export { withIngressFaults } from "./IngressFaults.ts"
