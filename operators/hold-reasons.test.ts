import { expect, test } from 'vitest'
import { ALERT_REASONS } from './alert.ts'
import { ALLOCATE_REASONS } from './allocate.ts'
import { LEDGER_REASONS } from './ledger/ledger.ts'
import { SIZE_REASONS } from './sizing/order-quantity.ts'

const ALL = [ALLOCATE_REASONS, SIZE_REASONS, LEDGER_REASONS, ALERT_REASONS]

test.each(ALL.flatMap((reasons) => Object.entries(reasons)))(
  'the reason %s is words with dashes, and a sentence says what it means',
  (reason, meaning) => {
    expect(reason).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(meaning).toMatch(/^[A-Z`"].+\.$/)
  },
)
