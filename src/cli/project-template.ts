// The files of a new project, as `mintage init` writes them.

export const kindeJson = `{
  "version": "2024-12-09",
  "rootDir": "kindeSrc"
}
`

export const gitignore = `node_modules/
# The database of the issuer, and its key.
.mintage/
`

export const tsconfig = `{
  "compilerOptions": {
    "target": "es2022",
    "lib": ["es2022", "dom"],
    "module": "esnext",
    "moduleResolution": "bundler",
    "types": [],
    "noEmit": true,
    "strict": true,
    "skipLibCheck": true
  },
  "include": ["kindeSrc"]
}
`

/** `packageName` is what `npm install` gets Mintage by. */
export function readme(packageName: string): string {
  return `# My issuer

An OpenID Provider on Mintage: \`mintage.yaml\` declares applications and users, \`kindeSrc/\` holds the workflows that shape tokens.
The commands need Node 24 and the package \`${packageName}\`, installed with npm in this folder or in one above it.

    npm install                                 what your editor and the type check need
    npx mintage dev                             serves it and follows your edits; sign in at /playground
    npx mintage test                            runs tests/*.workflow.test.ts on the engine that serves the workflow
    npx mintage applications --show-secrets     the client ids and secrets for your applications
    npx mintage build --strict-types            what a deployment needs to pass
`
}

/** The packages are for an editor and for type checks; workflows run without them. */
export function packageJson(devDependencies: Readonly<Record<string, string>>): string {
  return `${JSON.stringify({ private: true, type: 'module', devDependencies }, null, 2)}\n`
}

export const tokensWorkflow = `// Runs whenever a user gets tokens: at a sign-in, at a silent return, and at each refresh.
import {
  WorkflowTrigger,
  idTokenCustomClaims,
  type WorkflowSettings,
  type onUserTokenGeneratedEvent,
} from '@kinde/infrastructure'

export const workflowSettings: WorkflowSettings = {
  id: 'tokens',
  name: 'Shape the tokens',
  trigger: WorkflowTrigger.UserTokenGeneration,
  // "stop" issues no token when this file fails; "continue" issues the default ones.
  failurePolicy: { action: 'stop' },
  // What the function may touch.
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
}

export default async function shapeTokens(event: onUserTokenGeneratedEvent) {
  const idToken = idTokenCustomClaims<{ greeting?: string }>()
  idToken.greeting = 'Hello'
  console.log(\`shaped the tokens of \${event.context.user.id}\`)
}
`

export const tokensTest = `// What the workflow makes of the tokens, on the engine that serves it: npx mintage test
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refreshEvent, runWorkflow, signInEvent } from 'mintage/testing'

const workflow = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

test('greets the user of a sign-in', async () => {
  const { outcome, idToken } = await runWorkflow(workflow, { event: signInEvent() })

  assert.equal(outcome, 'completed')
  assert.equal(idToken.after?.greeting, 'Hello')
})

test('leaves the access token as it is, and sets no reserved claim', async () => {
  const { accessToken, refused } = await runWorkflow(workflow, { event: refreshEvent() })

  assert.deepEqual(accessToken.after, accessToken.before)
  assert.deepEqual(refused, [])
})
`

/** Tests run in Node, workflows do not: each has the types of its place. */
export const testsTsconfig = `{
  "extends": "../tsconfig.json",
  "compilerOptions": {
    "lib": ["es2024"],
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "types": ["node"]
  },
  "include": ["."]
}
`

export function mintageYaml(user: string, password: string): string {
  return `# Who exists, and who may sign in where. Applied at each start, and at each edit while \`mintage dev\` runs.
# Every key: docs/reference/mintage-yaml.md of Mintage.

settings:
  name: My issuer

applications:
  # A web application on a server. Its client id is made from its key, its secret at random:
  #   mintage applications --show-secrets
  web:
    type: reg
    redirectUris:
      - http://localhost:3000/callback
      # The playground signs in as this application.
      - \${issuer}/playground/callback
    logoutUris:
      - http://localhost:3000
      - \${issuer}/playground

roles:
  member: { name: Member, isDefault: true }

users:
  # For your own machine. Remove it before others reach the issuer.
  - email: ${user}
    password: ${password}
    firstName: You
`
}
