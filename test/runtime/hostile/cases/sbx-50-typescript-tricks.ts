// SBX-50 | completed | enums, namespaces and decorators, which esbuild writes out
// claims: {"permissions":["read:reports"],"feature_flags":{},"value":3,"environment":"string"}
export const workflowSettings = { id: 'sbx-50-typescript-tricks', trigger: 'user:tokens_generation' }

const enum Level {
  Low = 1,
  High = 2,
}
namespace Inner {
  export const one = 1
}
const noted = (value: unknown, context: { name: string }) => void [value, context]

class Decorated {
  @noted
  method() {}
}

export default async function () {
  new Decorated().method()
  kinde.accessToken.setCustomClaim('value', Level.High + Inner.one)
  kinde.accessToken.setCustomClaim('environment', typeof process.env.NODE_ENV)
}
