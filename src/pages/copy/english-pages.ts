// The English words of the hosted pages. Warm, plain and precise: say what happened, and what the person can do.

export const englishPages = {
  common: {
    pageTitle: (page: string, application: string) => `${page} · ${application}`,
    faultyPageTitle: (title: string) => `Error: ${title}`,
    languages: 'Language',
    poweredBy: 'Secured by Mintage',
    summaryTitle: "That didn't work",
    fieldsToCheck: 'Please check',
    optional: 'optional',
    email: 'Email address',
    identifiers: {
      email: 'Email address',
      username: 'Username',
      phone: 'Phone number',
      several: 'Email address or username',
    },
    password: 'Password',
    currentPassword: 'Current password',
    newPassword: 'New password',
    passwordTerms: (minimum: number) =>
      `At least ${minimum} characters. A few words in a row are easy to remember and hard to guess.`,
    invocation: 'Reference',
    backToSignIn: 'Back to sign-in',
    backTo: (application: string) => `Back to ${application}`,
    cancel: 'Cancel',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    retry: 'Try again',
    signInAgain: 'Sign in again',
    account: 'Your account',
    backToAccount: 'Back to your account',
  },
  fieldProblems: {
    required: 'Fill in this field.',
    emailInvalid: 'Enter an email address such as name@example.com.',
    passwordTooShort: 'Choose a longer password.',
    passwordTooLong: 'Choose a shorter password.',
    passwordTooCommon: 'Many people use this password. Choose one that is harder to guess.',
    passwordUnchanged: 'Choose a password that differs from the current one.',
    currentPasswordWrong: 'This is not your current password.',
    textTooLong: 'This is too long. Please shorten it.',
    textInvalid: 'This contains characters that cannot be used here.',
    userCodeUnknown:
      'This code is unknown, already used or expired. Check it, or get a new one on your device.',
    organizationUnknown: 'Choose one of the organizations.',
    alreadyMember: 'This person is a member already.',
    tooManyInvitations: 'You have sent many invitations. Try again in an hour.',
    previewPasswordWrong: 'This is not the password of the preview.',
  },
  signIn: {
    title: 'Sign in',
    submit: 'Sign in',
    forgotPassword: 'Forgot your password?',
    noAccount: 'No account yet?',
    signUp: 'Create an account',
    or: 'or',
    continueWith: (connection: string) => `Continue with ${connection}`,
    problems: {
      tooManyAttempts: 'There were too many attempts. Wait a few minutes, then try again.',
      formExpired: 'This page was open for too long. Please sign in again.',
      connectionFailed: "That way of signing in didn't work. Try again, or choose another one.",
    },
  },
  signUp: {
    title: 'Create your account',
    givenName: 'First name',
    familyName: 'Last name',
    submit: 'Create account',
    haveAccount: 'Already have an account?',
    signIn: 'Sign in',
    problems: {
      accountNotCreated:
        'We could not create an account with these details. If you have one already, sign in.',
      tooManyAttempts: 'There were too many attempts. Wait a few minutes, then try again.',
      formExpired: 'This page was open for too long. Please fill it in again.',
    },
  },
  forgottenPassword: {
    title: 'Reset your password',
    lead: "Enter the email address of your account. We'll send you a link to choose a new password.",
    submit: 'Send the link',
    problems: {
      tooManyAttempts: 'You asked for too many links. Wait a few minutes, then try again.',
      linkUnusable: 'That link has expired or was already used. Ask for a new one here.',
      formExpired: 'This page was open for too long. Please try again.',
    },
  },
  checkMail: {
    title: 'Check your mail',
    passwordReset: (email: string) =>
      `If there is an account for ${email}, we have sent it a link to choose a new password.`,
    confirmEmail: (email: string) =>
      `We have sent a link to ${email}. Open it to confirm that the address is yours.`,
    expiry: (minutes: number) => `The link works once, for ${minutes} minutes.`,
    nothingTitle: 'No email?',
    nothing: 'Look in your spam folder, and check that the address above is correct.',
    again: 'Use another address',
  },
  confirmEmail: {
    title: 'Is this your address?',
    text: (email: string) => `Confirm that ${email} is yours, and your account is ready.`,
    choosePassword: (email: string) =>
      `If it is, choose a password for ${email} to finish. A password that was typed in another browser is not used.`,
    replacePassword: (email: string) =>
      `If it is, choose a password for ${email}. It replaces the old one, and every device is signed out.`,
    submit: 'Yes, it is mine',
  },
  emailConfirmed: {
    title: 'Your address is confirmed',
    text: 'Your account is ready. Go back to the application and sign in.',
  },
  setPassword: {
    titleFromLink: 'Choose a new password',
    titleChange: 'Change your password',
    leadFromLink: (account: string) => `for ${account}`,
    leadTemporary: 'You signed in with a temporary password. Choose one that only you know.',
    leadRequested: 'An administrator asked you to change your password. Choose one that only you know.',
    leadChange: "You'll stay signed in here and be signed out everywhere else.",
    submit: 'Save the password',
    problems: {
      formExpired: 'This page was open for too long. Please try again.',
      tooManyAttempts: 'There were too many attempts. Wait a few minutes, then try again.',
    },
  },
  passwordChanged: {
    title: 'Your password has been changed',
    text: 'Use the new password from now on. Your other devices have been signed out.',
    signIn: 'Sign in',
  },
  chooseOrganization: {
    title: 'Choose an organization',
    lead: (application: string) =>
      `You belong to more than one. Which one do you want to work with in ${application}?`,
    signedInAs: (account: string) => `Signed in as ${account}`,
    create: 'Create another organization',
    lastUsed: 'Last used',
  },
  createOrganization: {
    title: 'Create an organization',
    lead: 'A shared place for the people you work with. You will be its first member.',
    name: 'Name of the organization',
    nameHint: 'The name of your company or team, for example.',
    submit: 'Create organization',
    problems: {
      notAllowed: "You can't create an organization here. Ask the people who run the application.",
      formExpired: 'This page was open for too long. Please try again.',
    },
  },
  signOut: {
    title: 'Sign out?',
    text: (account: string) => `You are signed in as ${account}.`,
    unknownAccount: 'You are signed in on this device.',
    application: (application: string) => `${application} asks to sign you out.`,
    submit: 'Sign out',
    stay: 'Stay signed in',
  },
  signedOut: {
    title: 'You are signed out',
    text: 'You can close this window.',
    textOfAccount: 'Sign in to see your account.',
    signIn: 'Sign in',
  },
  denied: {
    title: "You can't access this right now",
    lead: (application: string) => `${application} refused this sign-in.`,
    reason: 'Reason',
    text: 'If you think this is a mistake, contact the people who run the application and give them the reference below.',
    otherAccount: 'Use another account',
    accessRoleMissing:
      "Your account doesn't have a role that gives access to this app. Ask the people who manage your organization for one.",
    notAMember: "Your account isn't a member of the requested organization.",
    organizationSuspended: 'Your organization is suspended. Please contact its administrator.',
  },
  failed: {
    title: "We couldn't finish your sign-in",
    lead: 'Your details are correct. A step of the sign-in failed on our side, and nothing was changed.',
    text: 'Try again in a moment. If it keeps happening, contact the people who run the application and give them the reference below.',
    retry: 'Try again',
    developerTitle: 'For the developer of the workflow',
    lastEdit: "Your last edit doesn't build, so it isn't live:",
    versionBefore: 'The previous version is live. It failed with:',
    developerNote: 'Shown in development only.',
  },
  error: {
    advice: {
      general: {
        title: "That didn't work",
        text: 'Go back to the application and start again. If it keeps happening, send the people who run it the details below.',
      },
      client: {
        title: "This application isn't set up correctly",
        text: "It sent a request that we can't accept. Please tell the people who run it, and send them the details below.",
      },
      expired: {
        title: 'This sign-in has expired',
        text: 'It was open for too long, so it ended to keep your account safe. Sign in again, or go back to the application and start there.',
      },
      finished: {
        title: 'You already finished this sign-in',
        text: 'Continue in the application, or sign in again.',
      },
      cookies: {
        title: "Your browser didn't send our cookie",
        text: 'Allow cookies for this site, or continue in the browser in which you started. Then sign in again.',
      },
      formExpired: {
        title: 'This page is out of date',
        text: 'Nothing was changed. Open the page again and repeat your last step.',
      },
      linkUsed: {
        title: 'This link no longer works',
        text: 'It was already used, or it has expired. If you have used it, your address is confirmed and you can sign in. Otherwise ask for a new link.',
      },
      portalLinkUsed: {
        title: 'This link no longer works',
        text: 'It works once, and for a few minutes only. Go back to the application and open your account from there.',
      },
      notFound: {
        title: 'Page not found',
        text: "There's nothing at this address. Check it for typing mistakes, or continue from here.",
      },
      tooLarge: {
        title: 'Too much data',
        text: 'Your browser sent more data than we accept. Go back and send less.',
      },
      tooMany: {
        title: 'Too many requests',
        text: 'Wait a few minutes, then try again.',
      },
      server: {
        title: 'Something went wrong on our side',
        text: "It isn't your fault. Try again in a moment.",
      },
      unavailable: {
        title: "We'll be right back",
        text: 'Sign-in is not available at the moment, and nothing was lost. Try again in a moment.',
      },
    },
    details: 'Details for developers',
    code: 'Error',
    description: 'Description',
  },
  home: {
    title: (site: string) => `${site} accounts`,
    lead: 'People sign in here to use their applications.',
    goTo: (application: string) => `Go to ${application}`,
    developer: 'Connecting an application?',
    discovery: 'OpenID configuration',
  },
  enterUserCode: {
    title: 'Connect a device',
    lead: 'Enter the code that your device shows.',
    label: 'Code',
    hint: 'Eight letters or digits, with or without the dash.',
    submit: 'Continue',
    problems: {
      formExpired: 'This page was open for too long. Please enter the code again.',
      tooManyAttempts: 'There were too many attempts. Wait a few minutes, then try again.',
    },
  },
  confirmDevice: {
    title: 'Is this your device?',
    lead: (application: string) => `${application} wants to sign in with your account.`,
    compare: 'Continue only if your device shows exactly this code.',
    code: 'Code on the device',
    scopes: 'It will be able to',
    submit: 'Yes, connect it',
    refuse: 'No, cancel',
  },
  deviceDone: {
    connectedTitle: 'Your device is connected',
    connected: 'Go back to your device. It continues by itself in a few seconds.',
    refusedTitle: 'The device was not connected',
    refused: "It didn't get access to your account. You can close this window.",
  },
  /** What a scope allows, as "It will be able to …"; a scope without words is shown by its name. */
  scopes: {
    openid: 'know who you are',
    profile: 'read your name and picture',
    email: 'read your email address',
    phone: 'read your phone number',
    address: 'read your address',
    offline: 'stay signed in while you are away',
    offline_access: 'stay signed in while you are away',
  },
}
