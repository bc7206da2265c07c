// Options that take a whole number.
import { FileProblem } from './load-topology.ts'

/** For commander's option parser. */
export function wholeNumber(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= least && number <= most) return number
    throw new FileProblem(`${option} "${text}" is no whole number from ${least} to ${most}`)
  }
}
