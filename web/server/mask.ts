/**
 * What secrets look like that come by on our way: session tokens and other JWTs, Shopify's and Replicate's tokens,
 * passwords in addresses. Bearer covers the ones without a form of their own.
 */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]'],
  [/\bshp(?:at|ca|pa|ss|ua|rt|it)_[A-Za-z0-9]+/g, '[token]'],
  [/\br8_[A-Za-z0-9]+/g, '[token]'],
  [/\bwhsec_[A-Za-z0-9+/=]+/g, '[secret]'],
  [/\b([Bb]earer|[Tt]oken) [\w.~+/=-]{8,}/g, '$1 [token]'],
  [/(\w+:\/\/[^\s:/@"]+):[^\s@/"]+@/g, '$1:[password]@'],
  [/((?:id_token|access_token|refresh_token|subject_token|client_secret)"?[=:]\s*"?)[^&"\s]+/g, '$1[token]'],
];

/** The same text without anything that looks like a secret. */
export function maskSecrets(text: string): string {
  return patterns.reduce((masked, [pattern, put]) => masked.replace(pattern, put), text);
}
