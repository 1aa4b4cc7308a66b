export { openLogger, logLevels, type Logger, type LogLevel } from './logger.ts'
