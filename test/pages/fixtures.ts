// Every hosted page with data as they occur: usual ones, faulty ones, long ones. What is true of all pages is tested over
// these, and screenshots.ts draws them.
import {
  checkMailPage,
  chooseOrganizationPage,
  confirmDevicePage,
  confirmEmailPage,
  confirmWithPasswordPage,
  connectionUnusablePage,
  createOrganizationPage,
  deniedPage,
  deviceDonePage,
  emailConfirmedPage,
  enterUserCodePage,
  errorPage,
  failedPage,
  forgottenPasswordPage,
  homePage,
  invitationUnusablePage,
  joinOrganizationPage,
  otherAddressPage,
  passwordChangedPage,
  previewGonePage,
  previewPage,
  setPasswordPage,
  signedInPage,
  signedOutPage,
  signInPage,
  signOutPage,
  signUpPage,
  themeHref,
  type Brand,
  type FormTarget,
  type Language,
  type PageView,
  type Way,
} from '../../src/pages/index.ts'
import { accountFixtures } from './account-fixtures.ts'
import { page, type PageFixture } from './page-fixture.ts'
import { playgroundFixtures } from './playground-fixtures.ts'

const brand: Brand = { application: 'Analytical' }
const organizationBrand: Brand = { application: 'Analytical', organization: 'Difference Engines Ltd' }

export function pageView(language: Language, pageBrand: Brand = brand): PageView {
  return { language, brand: pageBrand, languageLinks: { en: '?ui_locales=en', de: '?ui_locales=de' } }
}

export function formTarget(action: string): FormTarget {
  return { action, csrfToken: 'h2PzQ3mVY0w4', hiddenFields: { state: 'sKq8' } }
}

export function formWay(action: string): Way {
  return { kind: 'form', form: formTarget(action) }
}

const theme = {
  backgroundColor: '#fff8e7',
  linkColor: '#7c2d92',
  buttonColor: '#ffd400',
  buttonBorderRadius: 4,
}

/** As an operator may brand them, with a long name and without a logo. */
const branded: Brand = {
  application: 'Weaving & Looms of Halifax and the Calder Valley Incorporated, Northern Division',
  themeHref: themeHref(theme) ?? '',
  colour: '#ffd400',
  supportUrl: 'https://looms.example/support',
  termsUrl: 'https://looms.example/terms',
  privacyUrl: 'https://looms.example/privacy',
  isSecuredByHidden: true,
}

const brandedDark: Brand = {
  application: 'Looms',
  logoUrl: '/logo',
  themeHref: themeHref({ ...theme, themeCode: 'dark', cardBorderRadius: 0 }) ?? '',
  colorScheme: 'dark',
}

const signIn = formTarget('/interaction/n5Kq/sign-in')
const invocationId = 'inv_01k7w2m9r4c8t3'

/** Each page by the name of its fixture. */
export function hostedFixtures(language: Language): Readonly<Record<string, PageFixture>> {
  const view = pageView(language)
  const cancel = formWay('/interaction/n5Kq/cancel')
  const signInLinks = {
    cancel,
    signUpHref: '/interaction/n5Kq/sign-up',
    forgottenPasswordHref: '/forgotten-password',
  }
  const signUp = {
    ...view,
    cancel,
    form: formTarget('/interaction/n5Kq/sign-up'),
    passwordMinimum: 8,
    signInHref: '/sign-in',
  }
  const setPassword = {
    ...view,
    form: formTarget('/set-password'),
    account: 'ada@example.com',
    passwordMinimum: 8,
    cancelHref: '/account',
  }
  const againHref = '/interaction/n5Kq/again'
  const ending = {
    ...view,
    onward: { home: { name: 'Analytical', href: 'https://app.example.com/' }, accountHref: '/account' },
  }
  const ended = { ...view, invocationId, back: formWay('/interaction/n5Kq/back') }
  return {
    'sign-in': page(signInPage, { ...view, form: signIn, ...signInLinks }),
    'sign-in-branded': page(signInPage, { ...pageView(language, branded), form: signIn, ...signInLinks }),
    'sign-in-branded-dark': page(signInPage, {
      ...pageView(language, brandedDark),
      form: signIn,
      ...signInLinks,
    }),
    'sign-in-hinted': page(signInPage, {
      ...pageView(language, organizationBrand),
      form: signIn,
      identifier: 'ada@example.com',
      identifiers: 'several',
      ...signInLinks,
      connections: {
        form: formTarget('/interaction/n5Kq/connection'),
        choices: [
          { connectionId: 'conn_github', name: 'GitHub' },
          { connectionId: 'conn_engines', name: 'Difference Engines SSO' },
        ],
      },
    }),
    'sign-in-wrong': page(signInPage, {
      ...view,
      form: signIn,
      identifier: 'ada@example.com',
      problem: 'credentialsWrong',
      ...signInLinks,
    }),
    preview: page(previewPage, {
      ...view,
      form: formTarget('/interaction/n5Kq/preview'),
      cancel,
      deploymentId: 'dep_5d0e2f6a9b1c3d4e5f607182',
    }),
    'preview-wrong': page(previewPage, {
      ...view,
      form: formTarget('/interaction/n5Kq/preview'),
      cancel,
      deploymentId: 'dep_5d0e2f6a9b1c3d4e5f607182',
      passwordProblem: 'previewPasswordWrong',
    }),
    'preview-throttled': page(previewPage, {
      ...view,
      form: formTarget('/interaction/n5Kq/preview'),
      cancel,
      deploymentId: 'dep_5d0e2f6a9b1c3d4e5f607182',
      problem: 'tooManyAttempts',
    }),
    'preview-gone': page(previewGonePage, { ...view, back: formWay('/interaction/n5Kq/back') }),
    'sign-up': page(signUpPage, signUp),
    'sign-up-faulty': page(signUpPage, {
      ...signUp,
      values: { given_name: 'Ada', family_name: 'Lovelace', email: 'ada@example' },
      fieldProblems: { email: 'emailInvalid', password: 'passwordTooShort' },
    }),
    'sign-up-invited': page(signUpPage, {
      ...view,
      cancel,
      form: signUp.form,
      passwordMinimum: 8,
      values: { given_name: 'Grace', family_name: 'Hopper', email: 'grace@example.com' },
      invitedTo: 'Difference Engines Ltd',
    }),
    'sign-in-invited': page(signInPage, {
      ...view,
      cancel,
      form: signIn,
      identifier: 'grace@example.com',
      invitedTo: 'Difference Engines Ltd',
      forgottenPasswordHref: '/forgotten-password',
    }),
    'join-organization': page(joinOrganizationPage, {
      ...view,
      cancel,
      form: formTarget('/interaction/n5Kq/join'),
      organization: 'Difference Engines Ltd',
      account: 'grace@example.com',
    }),
    'invitation-for-another': page(otherAddressPage, {
      ...view,
      email: 'grace@example.com',
      account: 'ada@example.com',
      otherAccount: formWay('/interaction/n5Kq/other-account'),
      back: formWay('/interaction/n5Kq/back'),
    }),
    'invitation-unusable': page(invitationUnusablePage, {
      ...view,
      ways: {
        goOn: formWay('/interaction/n5Kq/without-invitation'),
        back: formWay('/interaction/n5Kq/back'),
      },
    }),
    'invitation-unusable-outside': page(invitationUnusablePage, ending),
    'forgotten-password': page(forgottenPasswordPage, {
      ...view,
      form: formTarget('/forgotten-password'),
      signInHref: '/sign-in',
    }),
    'check-mail': page(checkMailPage, {
      ...view,
      reason: 'password-reset',
      email: 'ada@example.com',
      expiresInMinutes: 30,
      againHref: '/forgotten-password',
    }),
    'set-password': page(setPasswordPage, { ...setPassword, occasion: 'link' }),
    'temporary-password': page(setPasswordPage, { ...setPassword, occasion: 'temporary' }),
    'requested-password': page(setPasswordPage, { ...setPassword, occasion: 'requested' }),
    'change-password': page(setPasswordPage, {
      ...setPassword,
      occasion: 'change',
      fieldProblems: { current_password: 'currentPasswordWrong' },
    }),
    'confirm-email': page(confirmEmailPage, {
      ...view,
      form: formTarget('/finish-sign-up'),
      email: 'ada@example.com',
    }),
    'confirm-with-password': page(confirmWithPasswordPage, {
      ...view,
      form: formTarget('/finish-sign-up'),
      email: 'ada@example.com',
      passwordMinimum: 8,
      names: { given_name: 'Ada', family_name: 'Lovelace' },
      fieldProblems: { new_password: 'passwordTooShort' },
    }),
    'confirm-and-replace-password': page(confirmWithPasswordPage, {
      ...view,
      form: formTarget('/verify-email'),
      email: 'ada@example.com',
      passwordMinimum: 8,
    }),
    'email-confirmed': page(emailConfirmedPage, {
      ...view,
      back: { kind: 'link', href: 'https://app.example.com/' },
    }),
    'password-changed': page(passwordChangedPage, {
      ...view,
      next: { to: 'sign-in', way: { kind: 'link', href: '/sign-in' } },
    }),
    'connection-unusable': page(connectionUnusablePage, {
      ...view,
      error: 'invalid_request',
      description: 'connection_id names no connection: conn_1a2b3c4d5e6f',
      goOn: formWay('/interaction/n5Kq/any-connection'),
      back: formWay('/interaction/n5Kq/back'),
    }),
    'signed-in': page(signedInPage, {
      ...pageView(language, { application: 'Analytical for the desk' }),
      callback: 'com.example.analytical:/callback?code=n5Kq&state=sKq8',
    }),
    'choose-organization': page(chooseOrganizationPage, {
      ...view,
      form: formTarget('/interaction/n5Kq/organization'),
      cancel,
      account: 'ada@example.com',
      createHref: '/interaction/n5Kq/create-organization',
      organizations: [
        { code: 'org_1a2b3c4d5e6f', name: 'Difference Engines Ltd', isLastUsed: true },
        { code: 'org_6f5e4d3c2b1a', name: 'Royal Society' },
        { code: 'org_0a0b0c0d0e0f', name: 'Überlandwerke und Telegraphenbau-Gesellschaft' },
      ],
    }),
    'create-organization': page(createOrganizationPage, {
      ...view,
      form: formTarget('/interaction/n5Kq/create-organization'),
      cancel,
    }),
    'sign-out': page(signOutPage, {
      ...view,
      form: formTarget('/logout/confirm'),
      account: 'ada@example.com',
      askedBy: 'Analytical',
      stay: formWay('/logout/stay'),
    }),
    'signed-out': page(signedOutPage, ending),
    'account-signed-out': page(signedOutPage, { ...ending, accountSignInHref: '/account' }),
    denied: page(deniedPage, {
      ...ended,
      reason: 'Sign-ins from outside the office are allowed from Monday to Friday only.',
      otherAccount: formWay('/interaction/n5Kq/other-account'),
    }),
    failed: page(failedPage, { ...ended, retry: formWay('/interaction/n5Kq/retry') }),
    'failed-in-development': page(failedPage, {
      ...ended,
      retry: formWay('/interaction/n5Kq/retry'),
      developer: {
        code: 'workflow_threw',
        message: "TypeError: cannot read property 'plan' of undefined",
        at: { file: 'kindeSrc/environment/workflows/tokensWorkflow.ts', line: 42, column: 28 },
        sourceLine: '  accessToken.plan = crm.data.customer.plan',
        hint: 'The answer of kinde.fetch holds what the other side sent; look at it with console.log first.',
      },
    }),
    'not-found': page(errorPage, { ...ending, error: 'not_found', advice: 'notFound' }),
    expired: page(errorPage, { ...ending, error: 'session_not_found', advice: 'expired', againHref }),
    finished: page(errorPage, { ...ending, error: 'already_finished', advice: 'finished', againHref }),
    'no-cookies': page(errorPage, { ...ending, error: 'session_not_found', advice: 'cookies' }),
    'link-used': page(errorPage, { ...ending, error: 'link_unusable', advice: 'linkUsed' }),
    unavailable: page(errorPage, {
      ...ending,
      error: 'temporarily_unavailable',
      description: 'The server is temporarily unavailable. Try again.',
      advice: 'unavailable',
      retryHref: '/oauth2/auth?client_id=c0',
    }),
    home: page(homePage, {
      ...ending,
      siteName: 'Analytical',
      discoveryHref: '/.well-known/openid-configuration',
    }),
    error: page(errorPage, {
      ...ending,
      error: 'invalid_redirect_uri',
      description: "redirect_uri did not match any of the client's registered redirect_uris",
      advice: 'client',
    }),
    'enter-user-code': page(enterUserCodePage, { ...view, form: formTarget('/device') }),
    'enter-user-code-faulty': page(enterUserCodePage, {
      ...view,
      form: formTarget('/device'),
      userCode: 'WDJB-MJHZ',
      userCodeProblem: 'userCodeUnknown',
    }),
    'confirm-device': page(confirmDevicePage, {
      ...pageView(language, { application: 'Analytical TV' }),
      form: formTarget('/device/confirm'),
      refuse: formWay('/device/refuse'),
      userCode: 'WDJB-MJHT',
      scopes: ['openid', 'profile', 'email', 'offline', 'read:reports'],
    }),
    'device-done': page(deviceDonePage, { ...ending, result: 'connected' }),
    ...accountFixtures({ view: pageView(language, {}), formTarget }),
    ...playgroundFixtures(language),
  }
}
