import { test } from 'vitest'
import { expectChecked } from './harness.ts'

test('it refuses a calendar whose file is not there', () => {
  expectChecked(
    `
topology: t
calendars:
  utc: calendars/utc-day.yaml
  fx: calendars/../calendars/fx.yaml
  nyse: calendars/nyse.yaml
`,
    `
error[calendars-found]: file "calendars/nyse.yaml" is not there
  topology.yaml:5:9
    |
  5 |   nyse: calendars/nyse.yaml
    |         ^^^^^^^^^^^^^^^^^^^ check the path, which starts at the topology's folder
`,
    { files: { 'calendars/utc-day.yaml': 'x', 'calendars/fx.yaml': 'y' } },
  )
})
