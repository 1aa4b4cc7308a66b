// SBX-40 | completed | functions of the prelude through caller, arguments and call sites
// claims: {"permissions":["read:reports"],"feature_flags":{},"found":[]}
export const workflowSettings = { id: 'sbx-40-callers-and-arguments', trigger: 'user:tokens_generation' }

export default async function () {
  const found = []
  const look = (name, read) => {
    try {
      const value = read()
      if (value !== undefined && value !== null) found.push(name)
    } catch {
      return
    }
  }
  const claims = kinde.accessToken.getCustomClaims()
  const hook = (error, sites) => found.push('hook') && sites
  Error.prepareStackTrace = hook
  const value = {
    toJSON: function spy() {
      look('caller', () => spy.caller)
      look('arguments', () => spy.arguments)
      look('stack', () => (typeof new Error('x').stack === 'string' ? undefined : new Error('x').stack))
      look('callee', () => Object.getOwnPropertyDescriptor(arguments, 'callee').get?.())
      return 1
    },
  }
  claims.spied = value
  Object.prototype.host = Object.prototype.finish = Object.prototype.state = hook
  JSON.stringify({ spied: value })
  value.toJSON()
  delete claims.spied
  kinde.accessToken.setCustomClaim('found', found)
}
