// Another process on the same database: opens it and ends, or commits without end and prints each id once it is acknowledged.
import { openStore } from '../open-store.ts'
import { contractKey } from './contract-database.ts'
import { anArtifact } from './samples.ts'

const [location = '', task] = process.argv.slice(2)
const store = await openStore({ location: JSON.parse(location), masterKey: contractKey })

async function commitForEver(writer: number): Promise<never> {
  for (let index = 0; ; index++) {
    const id = `${writer}-${index}`
    await store.commit([{ kind: 'put-artifact', artifact: anArtifact(id) }])
    process.stdout.write(`${id}\n`)
  }
}

if (task === 'commit') await Promise.all([0, 1, 2, 3].map(commitForEver))
await store.close()
