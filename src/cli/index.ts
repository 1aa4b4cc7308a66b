export { exitCodes } from './exit-codes.ts'
export { runCli } from './main.ts'
export { runDocumentJsonSchema, runDocumentSchema, type RunDocument } from './run-document.ts'
