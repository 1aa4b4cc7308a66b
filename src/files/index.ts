export { fileReason } from './file-reason.ts'
export { makeFolder, makeTemporaryFolder } from './make-folder.ts'
