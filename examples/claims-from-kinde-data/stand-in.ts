// A management API to try the example with: npx node examples/claims-from-kinde-data/stand-in.ts
// The tests of the example run against the same one.
import { m2mClient, startManagementApi } from '../../test/harness/management-api.ts'

const { origin } = await startManagementApi({ after: () => undefined }, { port: 4010 })
console.log(`The management API listens on ${origin} for ${m2mClient.id}; end it with Ctrl-C.`)
