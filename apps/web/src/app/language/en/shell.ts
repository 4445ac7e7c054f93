/** What all pages share. */
export const shell = {
  pageHeader: {
    connection: 'Connection:',
    online: 'Online',
    offline: 'No network',
    unreachable: 'Server does not answer',
    api: 'API',
    transfers: 'Transfers',
    users: 'Users',
    spaces: 'Spaces',
    accessToken: 'Access token',
    settingsOf: 'Settings of {{name}}',
    signOut: 'Sign out',
    signOutFailed: 'Signing out failed: the server did not answer.',
  },
  liveRegion: {
    online: 'Online again.',
    gone: 'The server cannot be reached. Uploads wait for it.',
  },
  dropFrame: {
    drop: 'Drop to upload',
    refused: 'You may not upload to this space',
  },
  windowDrop: {
    refused: 'Nothing was uploaded: you may not upload to this space.',
  },
  tabStatus: {
    percent: '{{percent}} %',
    failed: { one: '{{count}} failed', other: '{{count}} failed' },
  },
  homePage: {
    open: 'Everybody on this machine can use this server. Open the set-up link that its start has printed to make an account.',
  },
} as const;
