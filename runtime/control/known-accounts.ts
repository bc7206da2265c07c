// Which accounts a desk has by the tables on its log, so that a command to one that is mistyped
// does not go in silence. Also while a run has the log open.
import type { Log } from '../../connectors/connector.ts'
import { committedRows } from '../results/committed-rows.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'

const ACCOUNT = 'ref.Account'
const MOST_SHOWN = 10

/** What to say of an account that no table has; undefined: one has it, or all are empty. */
export async function unknownAccount(
  { topics }: Plan,
  log: Log,
  account: string,
): Promise<string | undefined> {
  const tables = [...topics.values()].filter(isTableOfAccounts)
  const known = new Set<string>()
  const onLog = await log.topics()
  for (const { topic } of tables) {
    for (const name of await keysOf(log, topic, onLog.get(topic)?.partitions ?? 0)) known.add(name)
  }
  if (known.size === 0 || known.has(account)) return undefined
  const names = [...known].sort()
  const more = names.length > MOST_SHOWN ? ` and ${names.length - MOST_SHOWN} more` : ''
  const where = tables.map(({ name }) => `"${name}"`).join(', ')
  return (
    `no account "${account}" stands in ${where}, but ` +
    `${names.slice(0, MOST_SHOWN).join(', ')}${more}; the command is written all the same`
  )
}

function isTableOfAccounts({ record, table, key, isInput }: PlannedTopic): boolean {
  return isInput && table !== undefined && record.name === ACCOUNT && key.join() === 'account'
}

/** Those that were not deleted since. */
async function keysOf(log: Log, topic: string, partitions: number): Promise<ReadonlySet<string>> {
  const keys = new Set<string>()
  for await (const { key, value } of committedRows(log, topic, partitions)) {
    if (key === undefined) continue
    if (value === null) keys.delete(key)
    else keys.add(key)
  }
  return keys
}
