/**
 * What a request can end with, and the HTTP status that says so: the only such table outside of the panel's API. A
 * code that is not here is ours to mend: 500.
 */
export const statusOfCode = {
  'not-found': 404,
  'unknown-page': 404,
  'bad-request': 400,
  'body-too-large': 413,
  'webhook-forged': 401,
  'webhook-incomplete': 400,
  'webhook-unreadable': 400,
  'inbox-full': 503,
  'session-token': 401,
  'not-connected': 401,
  'token-grant-refused': 401,
  'token-grant-unavailable': 503,
  'settings-conflict': 409,
  'lease-lost': 409,
  'store-unavailable': 503,
} as const satisfies Readonly<Record<string, number>>;

export type PublicCode = keyof typeof statusOfCode;

export function isPublicCode(code: string): code is PublicCode {
  return Object.hasOwn(statusOfCode, code);
}
