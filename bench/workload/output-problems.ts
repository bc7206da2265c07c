// The audit of a workload: what was committed is what the plain loop gives, record for record.
import type { Output } from './by-hand.ts'

/** Why the outputs are not as expected; none where they are. */
export function outputProblems(
  outputs: ReadonlyMap<string, Output>,
  expected: ReadonlyMap<string, Output>,
): readonly string[] {
  return [...expected].flatMap(([name, { records, checksum }]) => {
    const got = outputs.get(name)
    if (got?.records === records && got.checksum === checksum) return []
    const [sum, right] = [got?.checksum ?? 0n, checksum].map((each) => each.toString(16))
    return [`${name} has ${got?.records ?? 0} records of sum ${sum}, not ${records} of ${right}`]
  })
}
