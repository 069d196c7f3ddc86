import { GraphQLError } from 'graphql';

/** The scopes of which one is enough, by root field. Fields that are not named need none. */
const wantedScopes: readonly [pattern: RegExp, scopes: readonly string[]][] = [
  [
    /^(fileUpdate|fileCreate|fileDelete|fileAcknowledgeUpdateFailed)$/,
    ['write_files', 'write_images', 'write_themes'],
  ],
  [/^stagedUploadsCreate$/, ['write_files', 'write_products', 'write_themes']],
  [/^(product|tags)(Create|Update|Delete|Reorder|Variant|Add|Remove)/, ['write_products']],
  [/^files$/, ['read_files', 'read_images', 'read_themes', 'read_products']],
  [/^(product|collection)/, ['read_products']],
];

/** Writing implies reading. */
const holds = (scopes: readonly string[], wanted: string): boolean =>
  scopes.includes(wanted) ||
  (wanted.startsWith('read_') && scopes.includes(wanted.replace('read_', 'write_')));

/** Shopify's refusal of a root field to a token without the scope, or null. */
export function accessFault(field: string, scopes: readonly string[]): GraphQLError | null {
  const rule = wantedScopes.find(([pattern]) => pattern.test(field));
  if (rule === undefined || rule[1].some((wanted) => holds(scopes, wanted))) return null;
  const requiredAccess = rule[1].map((scope) => `\`${scope}\``).join(' or ');
  return new GraphQLError(
    `Access denied for ${field} field. Required access: ${requiredAccess} access scope.`,
    {
      extensions: {
        code: 'ACCESS_DENIED',
        documentation: 'https://shopify.dev/api/usage/access-scopes',
        requiredAccess: `${requiredAccess} access scope.`,
      },
    },
  );
}
