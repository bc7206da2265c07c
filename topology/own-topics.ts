// Which physical topics a topology keeps for itself; runtime/topic-names.ts makes their names.

const OWN =
  /^(audit|commits|state|order|dead-letters|dead-letters-sent|.+\.(between-tasks|captured|fed))$/

/** Whether the engine would write its own records to a topic of that name. */
export function isOwnTopic(topology: string, topic: string): boolean {
  return topic.startsWith(`${topology}.`) && OWN.test(topic.slice(topology.length + 1))
}
