// Physical names of the topics that a topology keeps for itself.

/** What goes from task to task by another key, or to every task. */
export function streamTopic(topology: string, stream: string): string {
  return `${topology}.${stream}.between-tasks`
}

/** Where each task stands: positions, clocks, counters. The last record of each is the truth. */
export function commitsTopic(topology: string): string {
  return `${topology}.commits`
}

/** The changelog of every store and timer, on logs without tables; the table's name on others. */
export function stateTopic(topology: string): string {
  return `${topology}.state`
}

/** Decisions to go on without a silent channel, so that a replay repeats them. */
export function orderTopic(topology: string): string {
  return `${topology}.order`
}

export function deadLettersTopic(topology: string): string {
  return `${topology}.dead-letters`
}

/** Which input records of dead letters were sent again, by their coordinates. */
export function sentLettersTopic(topology: string): string {
  return `${deadLettersTopic(topology)}-sent`
}

/** Who has changed something over the query API, and who was refused. */
export function auditTopic(topology: string): string {
  return `${topology}.audit`
}

/** A step's output, kept for whoever asked to see it. */
export function capturedTopic(topology: string, stream: string): string {
  return `${topology}.${stream}.captured`
}
