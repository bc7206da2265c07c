// What cannot be valued does not pass: the gate fails closed.
import { ZERO } from '../../paper-venue/amounts.ts'
import type { Limit } from './limit.ts'

export const equityKnown: Limit = (_, { equity }) =>
  equity === null ? { reason: 'no-equity', value: null, limit: null, most: ZERO } : undefined

export const priceKnown: Limit = (_, { price, others }) =>
  price === null || others === null
    ? { reason: 'no-price', value: null, limit: null, most: ZERO }
    : undefined
