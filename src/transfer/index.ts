export type { ImportSource } from './entries.ts'
export { countOf, type ImportReport, type Remark } from './import-report.ts'
export { openKindeExport } from './kinde-export.ts'
export { runImport, type ImportProgress, type ImportResult } from './run-import.ts'
