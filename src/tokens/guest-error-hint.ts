// Advice for the slips that authors of Kinde workflows make most, recognised by the error's message (C§6.5) and, where the
// message alone says too little, by the line that threw. A row per slip; the first that fits wins.
import type { GuestError } from '../runtime/index.ts'
import { mountedBindings } from '../workflows/index.ts'
import type { TokenTrigger } from './token-trigger.ts'

interface Slip {
  readonly message: RegExp
  /** Must occur in the author's line, when given. */
  readonly line?: RegExp
  readonly hint: (found: RegExpMatchArray, line: string, trigger: TokenTrigger) => string
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

const nodeHints: Readonly<Record<string, string>> = {
  process: 'The sandbox has no process. Read environment variables with getEnvironmentVariable(key)?.value.',
  Buffer: 'The sandbox has no Buffer. Use TextEncoder, TextDecoder, atob and btoa.',
  require:
    'The sandbox has no Node modules. Import a package that runs without Node, or do this behind a call.',
  fs: 'The sandbox has no files. Read data with kinde.fetch, or import it into the bundle.',
}

/** A binding that a line of the author's uses. */
const usedBinding =
  /\bkinde\??\.(accessToken|idToken|m2mToken|env|auth|fetch|secureFetch|cache|localization)\b/

const slips: readonly Slip[] = [
  {
    message: /\b(\w+) binding not available/,
    hint: ([, name = ''], _, trigger) =>
      addBinding(bindingKeys[name.toLowerCase()] ?? `kinde.${name}`, trigger),
  },
  {
    // The members of the bindings themselves: anything else on such a line is the author's own undefined.
    message:
      /^cannot read property '(?:setCustomClaim|getCustomClaims|get|getEnvironmentVariable|denyAccess|jwtToken)' of undefined/,
    line: usedBinding,
    hint: (_, line, trigger) => addBinding(bindingOf(line), trigger),
  },
  {
    message: /^'?kinde'? is not defined/,
    hint: (_, line, trigger) => addBinding(bindingOf(line), trigger),
  },
  {
    message: /^'?(process|Buffer|require|fs)'? is not defined/,
    hint: ([, name = '']) => nodeHints[name] ?? '',
  },
  {
    message: /^'?URL(?:SearchParams)?'? is not defined/,
    hint: (_found, _line, trigger) => addBinding('url', trigger),
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
  line: string | undefined,
  trigger: TokenTrigger,
): string | undefined {
  for (const slip of slips) {
    const found = error.message.match(slip.message)
    if (found && (!slip.line || slip.line.test(line ?? ''))) return slip.hint(found, line ?? '', trigger)
  }
  return undefined
}

function bindingOf(line: string): string {
  return `kinde.${line.match(usedBinding)?.[1] ?? 'accessToken'}`
}

/** A binding that the trigger does not have cannot be added: where it exists is said instead. */
function addBinding(key: string, trigger: TokenTrigger): string {
  const [refused] = mountedBindings([key], trigger).ignored
  if (refused) return `${key} ${refused.reason}.`
  return `Add bindings: { ${JSON.stringify(key)}: {} } to workflowSettings.`
}
