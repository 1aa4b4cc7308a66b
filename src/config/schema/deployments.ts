// `settings.deployments`: where deployments come from besides `mintage deploy`, and how many are kept.
import { z } from 'zod'
import { secret } from './fields.ts'

const git = z.strictObject({
  repository: z
    .string()
    .min(1)
    .superRefine((text, context) => {
      const refuse = (message: string) => context.addIssue({ code: 'custom', message })
      const url = /^https?:/.test(text) ? URL.parse(text) : undefined
      if (url === null) refuse('expected an http or https address, or a path')
      if (url && (url.username !== '' || url.password !== ''))
        refuse('the address holds a user name or password: give the token as deployments.git.token')
      if (url && url.search + url.hash !== '')
        refuse(
          'the address has a query or a fragment, which git does not send: give a token as deployments.git.token',
        )
      if (/^(?:ssh|git|file):|^[^/]+@[^/]+:/.test(text))
        refuse('only http and https addresses and paths are supported')
    })
    .describe(
      'The address of the repository, `https://…` or `http://…`, or the path of one on this machine, from the folder of the project.',
    ),
  branch: z.string().min(1).default('main').describe('The branch that is deployed.'),
  folder: z
    .string()
    .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))/, 'expected a folder inside the repository')
    .default('')
    .describe('The folder of the project in the repository; the whole of it when left out.'),
  pollSeconds: z
    .int()
    .min(5)
    .max(86_400)
    .default(60)
    .describe('How often the repository is asked for a new commit, in seconds.'),
  token: secret(
    z.string().min(1).max(1_000),
    'An access token that may read the repository, of its server; a public one needs none. Write it as `${env:NAME}`.',
  ).optional(),
  webhookSecret: secret(
    z.string().min(16, 'expected at least 16 characters').max(1_000),
    'Takes signed push events at `/webhooks/git`, as GitHub (`X-Hub-Signature-256`) and GitLab (`X-Gitlab-Token`) send them; without it, there is no such path. Write it as `${env:NAME}`.',
  ).optional(),
})

export const deployments = z.strictObject({
  keepCount: z
    .int()
    .min(1)
    .max(10_000)
    .default(50)
    .describe(
      'The newest this many deployments are kept, and those that are in use; older ones are deleted. See the guide on deploying.',
    ),
  git: git
    .optional()
    .describe(
      'Deploys each new commit of a branch; nothing is fetched when left out. See the guide on deploying.',
    ),
})
