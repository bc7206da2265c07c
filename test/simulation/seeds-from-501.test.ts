// Seeds 501 to 750 of the thousand that `npm test` runs.
import { testSeeds } from './run-seeds.ts'

testSeeds(501, 750)
