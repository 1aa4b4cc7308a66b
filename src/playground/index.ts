export { playgroundApp } from './playground-app.ts'
export { callbackPath } from './playground-client.ts'
export type { DemoUser } from './playground-pages.ts'
