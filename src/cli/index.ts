export { exitCodes } from './exit-codes.ts'
export { runCli } from './main.ts'
