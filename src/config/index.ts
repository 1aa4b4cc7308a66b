export { readEnvironment, type ProcessSettings } from './environment.ts'
