export { describeFile, isUnchanged } from './kept-file.ts'
export { keptProgram, programFolder } from './kept-program.ts'
export { showSourcePositions } from './source-positions.ts'
