// Seeds 1 to 250 of the thousand that `npm test` runs.
import { testSeeds } from './run-seeds.ts'

testSeeds(1, 250)
