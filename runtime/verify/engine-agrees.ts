// The engine gives what the reference interpreter gives.
import { type Check, usualTrial } from './trial.ts'

export const engineAgrees: Check = {
  name: 'engine-agrees',
  trials: () => [usualTrial],
}
