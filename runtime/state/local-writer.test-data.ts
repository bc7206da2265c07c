// A process that writes a local copy until it is killed: every commit sets all of twenty entries to
// its position. Told to hold, it writes one and stays.
import { openLocalState } from './local-state.ts'

const [folder = '', role] = process.argv.slice(2)
const ENTRIES = 20
const onDropped = (why: string): never => {
  throw new Error(why)
}
const local = openLocalState({ folder, topology: 't', onDropped, gathered: 1 })
const copy = local.copyOf(0)
let position = copy?.standing?.position ?? 0

function write(): void {
  position += 1
  const text = Buffer.from(String(position))
  const changes = Array.from({ length: ENTRIES }, (_, n) => [`key ${n}`, text] as const)
  copy?.add(changes, { id: 'history-1', position, deletions: 0 })
  process.send?.(position)
  if (role === 'write') setImmediate(write)
}

write()
