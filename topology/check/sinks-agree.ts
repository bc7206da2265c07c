// A sink holds what its topic holds, and no two sinks of a connection write to the same.
import type { Spelt } from '../declaration.ts'
import { quoted } from '../printable.ts'
import type { SinkInference, SinkSignature } from '../signature.ts'
import { rule } from './rule.ts'

const CODE = 'sinks-agree'
const HOLDS = 'Every sink can hold what its topic holds, in a place of its own.'

export const sinksAgree = rule(
  CODE,
  HOLDS,
  (say, { check }: SinkSignature, inference: Omit<SinkInference<unknown>, 'say'>) => {
    check({ ...inference, say })
  },
)

/** Where a sink writes. */
export interface SinkPlace {
  readonly sink: Spelt<string>
  readonly connection: string
  /** In the words of its kind: `table fills`. */
  readonly target: string
}

export const sinksApart = rule(CODE, HOLDS, (say, places: readonly SinkPlace[]) => {
  const taken = new Map<string, SinkPlace>()
  for (const place of places) {
    const { sink, connection, target } = place
    const identity = JSON.stringify([connection, target])
    const first = taken.get(identity)
    if (!first) {
      taken.set(identity, place)
      continue
    }
    const [one, other] = [quoted(first.sink.value), quoted(sink.value)]
    say({
      message: `sinks ${one} and ${other} write to one place of ${quoted(connection)}: ${target}`,
      span: sink.span,
      repair: 'name another place, or remove it',
      cause: { span: first.sink.span, label: 'the first is here' },
    })
  }
})
