import type { FormattedExecutionResult, GraphQLError } from 'graphql';

type FormattedError = NonNullable<FormattedExecutionResult['errors']>[number];

/** graphql-js says "Cannot query field"; Shopify says "doesn't exist" and adds a code. Programs may read either. */
const phrases: readonly [pattern: RegExp, code: string, rewrite: (match: RegExpExecArray) => string][] = [
  [
    /^Cannot query field "(\w+)" on type "(\w+)"/,
    'undefinedField',
    ([, field, type]) => `Field '${field}' doesn't exist on type '${type}'`,
  ],
  [
    /^Unknown argument "(\w+)" on field "(\w+)\.(\w+)"/,
    'argumentNotAccepted',
    ([, argument, , field]) => `Field '${field}' doesn't accept argument '${argument}'`,
  ],
  [/^Unknown type "(\w+)"/, 'undefinedType', ([, type]) => `${type} isn't a defined type`],
  [/^Variable "\$(\w+)" got invalid value/, 'INVALID_VARIABLE', ([whole]) => whole],
  [/^Variable "\$(\w+)" has invalid value/, 'INVALID_VARIABLE', ([whole]) => whole],
];

/** An error as Shopify would word it. */
export function explain(error: GraphQLError): FormattedError {
  const plain = error.toJSON();
  for (const [pattern, code, rewrite] of phrases) {
    const match = pattern.exec(plain.message);
    if (match === null) continue;
    const message = code === 'INVALID_VARIABLE' ? plain.message : rewrite(match);
    return { ...plain, message, extensions: { ...plain.extensions, code } };
  }
  return plain;
}
