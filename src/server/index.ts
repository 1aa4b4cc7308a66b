export { openExistingStore } from './existing-store.ts'
