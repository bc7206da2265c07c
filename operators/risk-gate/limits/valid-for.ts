// A signal is not acted on when it has gone stale. Measured is how long ago it ceased to be good.
import { ZERO } from '../../paper-venue/amounts.ts'
import { type Limit, seconds } from './limit.ts'

export const validFor: Limit = ({ goodUntil }, { now }) =>
  goodUntil !== null && now > goodUntil
    ? { reason: 'too-late', value: seconds(now - goodUntil), limit: 0, most: ZERO }
    : undefined
