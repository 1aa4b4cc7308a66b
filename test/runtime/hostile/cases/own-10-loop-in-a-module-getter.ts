// OWN-10 | refused top_level_threw or running-time-exceeded or refused settings_invalid or refused default_export_missing | exports that are getters which loop
const loop = () => {
  for (;;);
}
Object.defineProperty(module.exports, 'default', { get: loop, configurable: true })
Object.defineProperty(module.exports, 'workflowSettings', { get: loop, configurable: true })
