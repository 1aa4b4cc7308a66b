// `npm run bench:lifecycle [-- --quick]`: the goals of the life of a workflow, a file of this folder for each, one after the other.
import { runRows } from '../rows.ts'

runRows(new URL('./', import.meta.url))
