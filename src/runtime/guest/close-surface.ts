// Takes away what a workflow must not have and replaces what would differ between an image and a run: names outside
// surface.ts, code from strings, stack hooks and the engine's Math.random.
import {
  define,
  defineProperty,
  deleteProperty,
  floor,
  functionPrototype,
  getPrototypeOf,
  GuestError,
  GuestPromise,
  GuestTypeError,
  makeWords,
  newRecord,
  ownKeys,
  randomWords,
  setPrototypeProperty,
  SymbolSpecies,
} from './primordials.ts'
import { shapeStacks } from './error-stack.ts'
import { guestGlobals } from './surface.ts'

export function closeSurface(): void {
  deleteUnlisted()
  refuseCodeFromStrings()
  shapeStacks()
  // The engine would call an author's hook for every error that the prelude makes.
  define(GuestError, 'prepareStackTrace', undefined, false)
  define(GuestError, 'stackTraceLimit', 10, false)
  // `then` of the prelude's own promises looks this up; replaced, it would be an author's function.
  defineProperty(GuestPromise, SymbolSpecies, { configurable: false })
  define(Math, 'random', makeRandom(), false)
}

function deleteUnlisted(): void {
  const listed = newRecord<true>()
  for (let index = 0; index < guestGlobals.length; index++) listed[guestGlobals[index] ?? ''] = true
  const names = ownKeys(globalThis)
  for (let index = 0; index < names.length; index++) {
    const name = names[index]
    if (name !== undefined && (typeof name === 'symbol' || listed[name] !== true))
      deleteProperty(globalThis, name)
  }
}

/** The engine is built without eval; this only gives the error a text that says so. */
function refuseCodeFromStrings(): void {
  const refuse = (): never => {
    throw new GuestTypeError('Code generation from strings is not available in a workflow')
  }
  const prototypes = {
    Function: functionPrototype,
    AsyncFunction: getPrototypeOf(async () => {}),
    GeneratorFunction: getPrototypeOf(function* () {}),
    AsyncGeneratorFunction: getPrototypeOf(async function* () {}),
  }
  define(globalThis, 'Function', refusing('Function', prototypes.Function, refuse), false)
  refusing('AsyncFunction', prototypes.AsyncFunction, refuse)
  refusing('GeneratorFunction', prototypes.GeneratorFunction, refuse)
  refusing('AsyncGeneratorFunction', prototypes.AsyncGeneratorFunction, refuse)
}

/** A constructor that refuses and still is what `instanceof` and `.constructor` expect. */
function refusing(name: string, prototype: object | null, refuse: () => never): object {
  const replacement = function (): never {
    return refuse()
  }
  define(replacement, 'name', name, false)
  setPrototypeProperty(replacement, prototype)
  if (prototype !== null) define(prototype, 'constructor', replacement, false)
  return replacement
}

/** The engine's generator is seeded inside the image: every run would draw the same numbers. */
function makeRandom(): () => number {
  const size = 32
  const words = makeWords(size)
  let next = size
  const draw = (): number => {
    if (next === size) {
      randomWords(words)
      next = 0
    }
    return words[next++] ?? 0
  }
  return function random() {
    // 53 bits, as the language asks for.
    return (floor(draw() / 32) * 67_108_864 + floor(draw() / 64)) / 9_007_199_254_740_992
  }
}
