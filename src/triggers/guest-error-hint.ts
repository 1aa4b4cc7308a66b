// Advice for the slips that authors of Kinde workflows make most, recognised by the error's message (C§6.5) and, where the
// message says too little by itself, by the line that threw. A row per slip; the first that fits wins.
import type { GuestError } from '../runtime/index.ts'
import { hintForMissingName, moduleReplacement, mountedBindings, undefinedName } from '../workflows/index.ts'
import type { TriggerKey } from './registry/index.ts'

const longestMessage = 500

interface Slip {
  readonly message: RegExp
  /** Must occur in the author's line, when given. */
  readonly line?: RegExp
  /** Undefined when the slip is another one after all. */
  readonly hint: (found: RegExpMatchArray, place: FailingPlace, trigger: TriggerKey) => string | undefined
}

export interface FailingPlace {
  /** The author's line that threw; empty when it is not known. */
  readonly line: string
  /** A few lines of the same file before it, the nearest first. */
  readonly linesBefore: readonly string[]
}

const bindingKeys: Readonly<Record<string, string>> = {
  idtoken: 'kinde.idToken',
  accesstoken: 'kinde.accessToken',
  m2mtoken: 'kinde.m2mToken',
  env: 'kinde.env',
  localization: 'kinde.localization',
  auth: 'kinde.auth',
  fetch: 'kinde.fetch',
  securefetch: 'kinde.secureFetch',
  mfa: 'kinde.mfa',
  plan: 'kinde.plan',
  widget: 'kinde.widget',
  url: 'url',
}

/** A binding that a line of the author's uses. */
const usedBinding = /\bkinde\??\.(\w{1,50})/
const environmentRead =
  /(?:getEnvironmentVariable|kinde\??\.env\??\.get)\s*(?:<[^<>()]{0,50}>)?\(\s*["'`](\w{1,100})["'`]/

const slips: readonly Slip[] = [
  {
    message: /\b(\w+) binding not available/,
    hint: ([, name = ''], _, trigger) =>
      addBinding(bindingKeys[name.toLowerCase()] ?? `kinde.${name}`, trigger),
  },
  {
    message: /^cannot (?:read|set) property '(\w{1,100})' of undefined/,
    hint: ([, member = ''], { line, linesBefore }, trigger) => {
      const binding = bindingWithMember(line, member)
      if (binding !== undefined) return addBinding(binding, trigger)
      const unset = member === 'value' ? unsetVariable(line, linesBefore) : undefined
      return unset ?? refusedOfGlobal(line)
    },
  },
  {
    message: /^'?kinde'? is not defined/,
    hint: (_, { line }, trigger) => addBinding(bindingOf(line), trigger),
  },
  {
    message: /^'?URL(?:SearchParams)?'? is not defined/,
    hint: (_found, _place, trigger) => addBinding('url', trigger),
  },
  {
    message: /^.{1,200} is not defined$/,
    hint: ([message]) => missingName(message),
  },
  {
    message: /^(?:No such built-in module: |not permitted to load file )(\S{1,100})/,
    hint: ([, name = '']) => moduleReplacement(name),
  },
  {
    // `kinde.risk(…)`: there is `kinde`, and nothing of that name in it.
    message: /not a function/,
    hint: (_, { line }, trigger) => {
      const called = /\bkinde\??\.(\w{1,50})\??\.?\s*\(/.exec(line)?.[1]
      return called === undefined ? undefined : refusal(`kinde.${called}`, trigger)
    },
  },
  {
    message: /^not a (?:constructor|function)/,
    hint: (_, { line }) => refusedOfGlobal(line),
  },
  {
    message: /not a function/,
    line: /\.(json|text)\s*\(/,
    hint: () =>
      'kinde.fetch gives the parsed body in .json and the text in .text: write (await kinde.fetch(url)).json, without a call.',
  },
  {
    message: /^M2M client (?:ID|secret) not set/,
    hint: () =>
      'Set KINDE_WF_M2M_CLIENT_ID and KINDE_WF_M2M_CLIENT_SECRET, for example with --env and --secret, and add the binding "kinde.env".',
  },
]

export function hintForGuestError(
  error: GuestError,
  place: FailingPlace,
  trigger: TriggerKey,
): string | undefined {
  const message = error.message.slice(0, longestMessage)
  for (const slip of slips) {
    const found = message.match(slip.message)
    if (!found || (slip.line && !slip.line.test(place.line))) continue
    const hint = slip.hint(found, place, trigger)
    if (hint !== undefined) return hint
  }
  return undefined
}

function missingName(message: string): string | undefined {
  const name = undefinedName(message)
  return name === undefined ? undefined : hintForMissingName(name)
}

/** `new self.URLPattern(…)`: nothing is thrown for the name itself. */
function refusedOfGlobal(line: string): string | undefined {
  const name = /\b(?:globalThis|self|global)\??\.(\w{1,50})/.exec(line)?.[1]
  return name === undefined ? undefined : hintForMissingName(name)
}

function bindingOf(line: string): string {
  return `kinde.${usedBinding.exec(line)?.[1] ?? 'accessToken'}`
}

/** The binding whose member the line uses, as in `kinde.env.get`: anything else on such a line is the author's own undefined. */
function bindingWithMember(line: string, member: string): string | undefined {
  const found = new RegExp(String.raw`\bkinde\??\.(\w{1,50})!?\??\.${member}\b`).exec(line)
  return found?.[1] === undefined ? undefined : `kinde.${found[1]}`
}

/** `getEnvironmentVariable("PLAN").value`, on one line or on two. */
function unsetVariable(line: string, linesBefore: readonly string[]): string | undefined {
  const variable = /\b(\w{1,100})!?\.value\b/.exec(line)?.[1]
  const assignment = linesBefore.find(
    (before) => variable !== undefined && new RegExp(String.raw`\b${variable}\b[^=]{0,100}=`).test(before),
  )
  const name = environmentRead.exec(line)?.[1] ?? environmentRead.exec(assignment ?? '')?.[1]
  if (name === undefined) return undefined
  return `The environment variable ${name} is not set. Set it: --env ${name}=… or --secret ${name}=… of mintage run, environmentVariables.${name} of mintage.yaml. Or write ?.value to go on without it.`
}

/** A binding that the trigger does not have cannot be added: where it exists, or what to do without it, is said instead. */
function addBinding(key: string, trigger: TriggerKey): string {
  return refusal(key, trigger) ?? `Add bindings: { ${JSON.stringify(key)}: {} } to workflowSettings.`
}

function refusal(key: string, trigger: TriggerKey): string | undefined {
  const [refused] = mountedBindings([key], trigger).ignored
  return refused && `${key} ${refused.reason}.`
}
