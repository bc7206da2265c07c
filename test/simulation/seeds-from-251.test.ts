// Seeds 251 to 500 of the thousand that `npm test` runs.
import { testSeeds } from './run-seeds.ts'

testSeeds(251, 500)
