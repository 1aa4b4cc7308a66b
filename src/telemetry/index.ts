export { foldRepeats, type FoldingLogger } from './fold-repeats.ts'
export { openLogger, logLevels, type Logger, type LogLevel } from './logger.ts'
