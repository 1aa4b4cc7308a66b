// The pages of an account with data as they occur.
import {
  accountDeletedPage,
  accountPage,
  deleteAccountPage,
  memberPage,
  organizationPage,
  organizationsPage,
  profilePage,
  sessionsPage,
  type AccountPageName,
  type FormTarget,
  type PageView,
} from '../../src/pages/index.ts'
import { page, type PageFixture } from './page-fixture.ts'

interface Given {
  readonly view: PageView
  readonly formTarget: (action: string) => FormTarget
}

export function accountFixtures({ view, formTarget }: Given): Readonly<Record<string, PageFixture>> {
  const frame = (current: AccountPageName) => ({
    ...view,
    onward: { home: { name: 'Analytical', href: 'https://app.example.com/' } },
    pages: (['overview', 'profile', 'organizations', 'sessions'] as const).map((name) =>
      name === current ? { name } : { name, href: `/account/${name}` },
    ),
  })
  const overview = {
    ...frame('overview'),
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    changePasswordHref: '/account/password',
    signOut: formTarget('/logout/confirm'),
  }
  const profile = {
    ...frame('profile'),
    form: formTarget('/account/profile'),
    names: { given_name: 'Ada', family_name: 'Lovelace' },
    identities: [
      { type: 'email', value: 'ada@example.com', isVerified: true },
      { type: 'email', value: 'countess@example.com', isVerified: false },
      { type: 'username', value: 'ada', isVerified: true },
    ],
    deleteHref: '/account/delete',
  } as const
  const startedAtMs = Date.UTC(2026, 10, 2, 8, 15)
  const deletion = {
    ...view,
    form: formTarget('/account/delete'),
    account: 'ada@example.com',
    cancelHref: '/account/profile',
  }
  return {
    account: page(accountPage, {
      ...overview,
      username: 'ada',
      organizations: ['Difference Engines Ltd', 'Royal Society'],
    }),
    'account-unconfirmed': page(accountPage, {
      ...overview,
      confirmEmail: formTarget('/account/confirm-email'),
      hasTooManyMails: true,
      organizations: [],
    }),
    'account-profile': page(profilePage, { ...profile, done: 'saved' }),
    'account-profile-faulty': page(profilePage, {
      ...profile,
      names: { given_name: 'Ada'.repeat(40), family_name: 'Lovelace' },
      fieldProblems: { given_name: 'textTooLong' },
      pictureUrl: '/pictures/ada.png',
    }),
    'account-sessions': page(sessionsPage, {
      ...frame('sessions'),
      sessions: [
        {
          device: { browser: 'Firefox', system: 'Linux' },
          ip: '203.0.113.7',
          lastUsedAtMs: Date.UTC(2026, 10, 28, 20, 5),
          startedAtMs,
          isCurrent: true,
          end: formTarget('/account/sessions/end'),
        },
        {
          ip: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
          lastUsedAtMs: Date.UTC(2026, 10, 3, 9, 0),
          startedAtMs,
          isCurrent: false,
          end: formTarget('/account/sessions/end'),
        },
      ],
      isIncomplete: true,
      endAll: formTarget('/account/sessions/end-all'),
    }),
    'account-organizations': page(organizationsPage, {
      ...frame('organizations'),
      organizations: [
        { name: 'Difference Engines Ltd', href: '/account/organization?code=org_1', isCurrent: true },
        { name: 'Royal Society', isCurrent: false },
      ],
    }),
    'account-organizations-none': page(organizationsPage, { ...frame('organizations'), organizations: [] }),
    'account-organization': page(organizationPage, {
      ...frame('organizations'),
      name: 'Difference Engines Ltd',
      roles: [],
    }),
    'account-organization-managed': page(organizationPage, {
      ...frame('organizations'),
      name: 'Difference Engines Ltd',
      roles: ['Administrator'],
      management: {
        rename: formTarget('/account/organization/rename'),
        // Of the two forms one was sent.
        typed: { org_name: 'Analytical Engines', email: 'mary@example.com' },
        fieldProblems: { email: 'alreadyMember' },
        invite: formTarget('/account/organization/invite'),
        invitations: [
          { email: 'grace@example.com', withdraw: formTarget('/account/organization/withdraw-invitation') },
        ],
        members: [
          {
            name: 'Ada Lovelace',
            email: 'ada@example.com',
            roles: ['Administrator'],
            isSelf: true,
            href: '#',
          },
          {
            name: 'Charles Babbage',
            email: 'charles.babbage.of.the.difference.engines@example.com',
            roles: ['Engineer', 'Treasurer'],
            isSelf: false,
            href: '/account/member?code=org_1&user=kp_1',
          },
          {
            name: 'mary@example.com',
            email: 'mary@example.com',
            roles: [],
            isSelf: false,
            href: '/account/member',
          },
        ],
        moreHref: '/account/organization?code=org_1&after=x',
        firstHref: '/account/organization?code=org_1',
      },
    }),
    'account-member': page(memberPage, {
      ...frame('organizations'),
      name: 'Charles Babbage',
      email: 'charles@example.com',
      organization: 'Difference Engines Ltd',
      organizationHref: '/account/organization?code=org_1',
      changeRoles: formTarget('/account/member/roles'),
      roles: [
        { id: 'role_1', name: 'Engineer', isHeld: true, mayAssign: true },
        { id: 'role_2', name: 'Treasurer', isHeld: false, mayAssign: true },
        { id: 'role_3', name: 'Owner', isHeld: true, mayAssign: false },
      ],
      remove: formTarget('/account/member/remove'),
    }),
    'account-delete': page(deleteAccountPage, deletion),
    'account-delete-faulty': page(deleteAccountPage, {
      ...deletion,
      fieldProblems: { current_password: 'currentPasswordWrong' },
    }),
    'account-deleted': page(accountDeletedPage, frame('overview')),
  }
}
