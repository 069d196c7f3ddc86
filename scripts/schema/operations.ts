import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoDeprecatedCustomRule,
  NoUnusedFragmentsRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';

export interface OperationFile {
  readonly name: string;
  readonly text: string;
}

/** Every .graphql file of a folder, those of its subfolders too. */
export function readOperations(folder: string): OperationFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

const at = (name: string, error: GraphQLError): string =>
  `${name}:${error.locations?.[0]?.line ?? 1}: ${error.message}`;

/** One line a fault: what does not parse, what the schema refuses, what is deprecated. Fragments may be shared. */
export function faultsOfOperations(schema: GraphQLSchema, files: readonly OperationFile[]): string[] {
  const faults: string[] = [];
  const documents: { name: string; document: DocumentNode }[] = [];
  for (const { name, text } of files) {
    try {
      documents.push({ name, document: parse(text) });
    } catch (error) {
      faults.push(error instanceof GraphQLError ? at(name, error) : `${name}: ${String(error)}`);
    }
  }
  const fragments = documents.flatMap(({ document }) =>
    document.definitions.filter(
      (one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION,
    ),
  );
  const rules = [...specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule), NoDeprecatedCustomRule];
  for (const { name, document } of documents) {
    const foreign = fragments.filter((fragment) => !document.definitions.includes(fragment));
    const whole: DocumentNode = { kind: Kind.DOCUMENT, definitions: [...document.definitions, ...foreign] };
    for (const error of validate(schema, whole, rules)) {
      // A fault in a shared fragment is reported once, with its own file.
      const isOwn =
        error.nodes === undefined ||
        error.nodes.every((node) => node.loc === undefined || isWithin(document, node.loc.startToken));
      if (isOwn) faults.push(at(name, error));
    }
  }
  return faults;
}

function isWithin(document: DocumentNode, token: unknown): boolean {
  for (let one = document.loc?.startToken ?? null; one !== null; one = one.next)
    if (one === token) return true;
  return false;
}
