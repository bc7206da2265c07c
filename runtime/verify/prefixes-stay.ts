// Nothing looks ahead: what is given for the history up to an instant stays as it is when more
// comes. The output for the input cut there is the whole output up to there, key by key.
import { createDraw } from './draw.ts'
import { allClocks } from './encoded-inputs.ts'
import { type Check, usualTrial } from './trial.ts'

export const prefixesStay: Check = {
  name: 'prefixes-stay',
  trials: ({ inputs, seeds }) => {
    const clocks = allClocks(inputs).filter((clock) => Number.isFinite(clock))
    if (clocks.length === 0) return []
    return Array.from({ length: seeds }, (_, index) => {
      const draw = createDraw(index + 1, 'cut')
      const clock = clocks[draw.int(0, clocks.length - 1)] ?? 0
      return {
        ...usualTrial,
        label: `cut ${index + 1}: up to ${new Date(Math.floor(clock / 1000)).toISOString()}`,
        to: clock + 1,
        meaning: 'look-ahead: what was given for a part of the history changes when more comes',
      }
    })
  },
}
