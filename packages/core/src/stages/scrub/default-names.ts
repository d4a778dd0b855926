/**
 * Names whose values are secrets, as words in lower case. A name matches when it is one of these without its separators
 * (`apikey`), or when these words stand in it (`stripeApiKeyLive`, `user_password`).
 */
export const DEFAULT_NAMES: readonly string[] = [
  'password',
  'passwords',
  'passwd',
  'pwd',
  'passphrase',
  'passcode',
  'secret',
  'secrets',
  'token',
  'access tokens',
  'refresh tokens',
  'id tokens',
  'auth tokens',
  'api tokens',
  'api key',
  'api keys',
  'private key',
  'private keys',
  'secret key',
  'secret keys',
  'access key',
  'access keys',
  'account key',
  'encryption key',
  'signing key',
  'master key',
  'authorization',
  'auth header',
  'cookie',
  'cookies',
  'credential',
  'credentials',
  'connection string',
  'conn string',
  'card number',
  'cvv',
  'cvc',
  'ssn',
  'social security number',
  'otp',
  'totp',
  'jwt',
]

/** Names that are secrets only when they are the whole name: as words they are too common (`gpioPin`). */
export const DEFAULT_WHOLE_NAMES: readonly string[] = ['pin', 'pin code']

/** Endings that make one word of glued lower case a secret (`dbpassword`, `xauthtoken`); no other English word ends so. */
export const GLUED_ENDINGS: readonly string[] = [
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'token',
  'cookie',
  'apikey',
  'privatekey',
  'secretkey',
  'accesskey',
  'accountkey',
  'encryptionkey',
  'signingkey',
  'masterkey',
  'connectionstring',
  'cardnumber',
]

/** What follows a secret's name when the value tells about the secret but is not it: `token_count`, `passwordLength`, `expires_in`. */
export const HARMLESS_TAILS: ReadonlySet<string> = new Set(
  (
    'age algorithm alg arn at banner bucket budget changed consent cost count counts created disabled domain enabled endpoint error ' +
    'errors exists expired expiration expire expires expiry field format id ids in index invalid issuer kind label left len length ' +
    'lifetime limit limits max min missing name names offset path placeholder policy position present price prompt rate ref ' +
    'reference remaining required reset rotated rule rules scheme scope scopes size state status strength time timestamp total ' +
    'ttl type types updated uri url usage used valid version window'
  ).split(' '),
)

/** First words that make a name a claim or a number: `hasPassword`, `max_token`. */
export const HARMLESS_HEADS: ReadonlySet<string> = new Set(['has', 'is', 'needs', 'requires', 'num', 'max'])
