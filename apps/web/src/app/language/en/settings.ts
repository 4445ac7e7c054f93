/** The pages of one's own account. */
export const settings = {
  nav: {
    label: 'Settings',
    profile: 'Profile',
    security: 'Security',
    tokens: 'Tokens',
  },
  profile: {
    title: 'Profile',
    account: 'Account',
    nobody: 'You have signed in with the access token, which belongs to no account.',
    open: 'Nobody has an account here yet.',
    role: { admin: 'Admin', member: 'Member' },
    language: 'Language',
    languageHint: 'It is kept in this browser.',
    languageChosen: 'The page is in English now.',
    languageFailed: 'The language could not be changed.',
  },
} as const;
