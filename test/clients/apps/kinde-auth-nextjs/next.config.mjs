import { fileURLToPath } from 'node:url'

// Where node_modules is, which for most applications is their own folder and needs no setting.
export default { turbopack: { root: fileURLToPath(new URL('../..', import.meta.url)) } }
