// `npm run bench:management [-- --quick]`: the goals of the management API, of webhooks and of imports, a file of this folder for each.
import { runRows } from '../rows.ts'

runRows(new URL('./', import.meta.url), ['world.ts'])
