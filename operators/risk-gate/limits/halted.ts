// Nothing passes that comes to an account or instrument that is halted.
import { ZERO } from '../../paper-venue/amounts.ts'
import type { Limit } from './limit.ts'

export const halted: Limit = (_, { isHalted }) =>
  isHalted ? { reason: 'halted', value: null, limit: null, most: ZERO } : undefined
