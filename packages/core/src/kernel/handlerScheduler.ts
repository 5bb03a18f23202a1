/**
 * The scheduler of handlers' Effects: Effect's default one, with one queue for all of them. By default each fiber has a
 * queue of its own, found in a weak map, which doubles what a short-lived fiber costs that suspends once.
 */
import { Scheduler } from "effect"

export const handlerScheduler: Scheduler.Scheduler = Scheduler.make((task, priority) =>
  // Without the fiber as third argument, tasks go to the queue shared by all who name none.
  Scheduler.defaultScheduler.scheduleTask(task, priority)
)
