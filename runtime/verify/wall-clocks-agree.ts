// What the wall clock and the time zone of the process say makes no difference.
import { type Check, usualTrial } from './trial.ts'

export const wallClocksAgree: Check = {
  name: 'wall-clocks-agree',
  trials: ({ elsewhere }) =>
    elsewhere === undefined
      ? []
      : [{ ...usualTrial, label: 'another time zone and wall clock', isElsewhere: true }],
}
