// A verdict as lines: ok or DIFFERS, and where. Values are shown: the user verifies their own data
// and cannot find the mistake without them.
import { valueToJson } from '../../schemas/value-to-json.ts'
import type { StreamDifference } from '../../runtime/verify/expectation.ts'
import type { Verdict } from '../../runtime/verify/verify.ts'
import type { RecordType } from '../../schemas/type.ts'
import { printable } from '../../topology/printable.ts'
import { instant } from '../tap/record-lines.ts'

export function verdictText({ check, trial, difference, disturbances }: Verdict): string {
  const line = `${difference ? 'DIFFERS' : 'ok     '}  ${check.padEnd(26)} ${trial}`
  if (difference === undefined) return line
  const { meaning, noticed, found, hasPassed } = difference
  const details = [
    ...(meaning ? [meaning] : []),
    noticed,
    ...disturbances.map((each) => `verify: ${each}`),
  ]
  if (found === undefined && hasPassed) details.push(NOT_AGAIN)
  return [line, ...[...details, ...foundLines(found)].map((each) => `    ${printable(each)}`)].join(
    '\n',
  )
}

const NOT_AGAIN =
  'when every step was looked at it did not come again: something changes from run to run'

function foundLines(found: StreamDifference | undefined): readonly string[] {
  if (found === undefined) return []
  const { step, operator, stream, key, number, expected, actual } = found
  const record = expected ?? actual
  const [time, available] = [instant(record?.time ?? null), instant(record?.available ?? null)]
  const head = [
    `first at step "${step}" (${operator}), stream "${stream}"`,
    `record ${number} of key ${key}, time ${time}, available ${available}`,
  ]
  if (actual === undefined) return [...head, 'the reference has it, this run has not']
  if (expected === undefined) return [...head, 'this run has it, the reference has not']
  return [...head, ...differingFields(found)]
}

/** `price: 1.5 by the reference, 1.6 by this run` */
function differingFields({ record, expected, actual }: StreamDifference): readonly string[] {
  const sides = [expected, actual].map((each) => (each ? jsonOf(record, each) : {}))
  const [wanted = {}, given = {}] = sides
  return Object.keys(wanted).flatMap((name) => {
    const [here, there] = [JSON.stringify(wanted[name]), JSON.stringify(given[name])]
    return here === there ? [] : [`${name}: ${here} by the reference, ${there} by this run`]
  })
}

/** A verdict as JSON shows it. */
export function verdictJson({ check, trial, disturbances, difference }: Verdict): object {
  const about = { check, trial, disturbances, ok: difference === undefined }
  if (difference === undefined) return about
  const { meaning, noticed, found } = difference
  const said = { ...about, ...(meaning && { meaning }), noticed }
  if (found === undefined) return said
  const { record, expected, actual, step, operator, stream, key, number } = found
  const sides = {
    expected: expected ? jsonOf(record, expected) : null,
    actual: actual ? jsonOf(record, actual) : null,
  }
  return { ...said, found: { step, operator, stream, key, number, ...sides } }
}

function jsonOf(
  record: RecordType,
  { value, time, available }: NonNullable<StreamDifference['expected']>,
): Record<string, unknown> {
  // A field of the record may be called so too, and is the one that people mean.
  return { '(time)': time, '(available)': available, ...valueToJson(record)(value) }
}
