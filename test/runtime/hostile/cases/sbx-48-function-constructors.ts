// SBX-48 | completed | every constructor that makes code of strings
// claims: {"permissions":["read:reports"],"feature_flags":{},"made":0}
export const workflowSettings = { id: 'sbx-48-function-constructors', trigger: 'user:tokens_generation' }

export default async function () {
  const makers = [
    Function, (() => {}).constructor, (async () => {}).constructor, (function* () {}).constructor,
    (async function* () {}).constructor, console.log.constructor, Object.getPrototypeOf(class {}).constructor,
    class extends Function {}, Reflect.construct.bind(null, Function), setTimeout.bind(null, 'made.push(1)'),
  ]
  let made = 0
  for (const make of makers) {
    for (const attempt of [() => make('return 1'), () => new make('return 1'), () => make.call(null, 'a', 'return a')]) {
      try {
        if (typeof attempt() === 'function') made++
      } catch {
        continue
      }
    }
  }
  kinde.accessToken.setCustomClaim('made', made)
}
