// Options that take an instant.
import { parseTime } from '../connectors/file/times.ts'
import { FileProblem } from './load-topology.ts'

/** For commander's option parser: integer microseconds. */
export function timeOption(option: string): (text: string) => number {
  return (text) => {
    const time = parseTime(text)
    if (time !== undefined) return time
    throw new FileProblem(
      `${option} "${text}" is no time; write 2024-01-31T12:00:00Z or epoch s, ms or us`,
    )
  }
}
