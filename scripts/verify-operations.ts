/**
 * Validates every operation that the app sends against Shopify's own schema, and refuses deprecated fields,
 * arguments and enum values.
 *
 *     node scripts/verify-operations.ts [--operations DIR] [path to admin-2026-10.introspection.json.gz]
 *
 * Without the full schema the pruned copy in sandbox/schema is taken, and it says so. Exit 1 on any fault.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildClientSchema, buildSchema, type GraphQLSchema } from 'graphql';
import { faultsOfOperations, readOperations } from './schema/operations.ts';
import { readIntrospection } from './schema/pruning.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values, positionals } = parseArgs({
  options: { operations: { type: 'string', default: join(root, 'web/core/catalog/operations') } },
  allowPositionals: true,
});
const fullPath = positionals[0] ?? join(root, '../shared/schema/admin-2026-10.introspection.json.gz');
if (positionals[0] !== undefined && !existsSync(fullPath)) {
  console.error(`There is no schema at ${fullPath}.`);
  process.exit(1);
}

function loadSchema(): GraphQLSchema {
  // Shopify deprecates fields that their interface does not, which graphql-js would refuse as a schema.
  if (existsSync(fullPath)) return buildClientSchema(readIntrospection(fullPath), { assumeValid: true });
  console.log('The full schema is not here: the pruned copy in sandbox/schema is used instead.');
  return buildSchema(readFileSync(join(root, 'sandbox/schema/admin-2026-10.graphql'), 'utf8'));
}

const folder = resolve(values.operations);
const operations = readOperations(folder);
const faults = faultsOfOperations(loadSchema(), operations);
for (const fault of faults) console.error(fault);
if (operations.length === 0) console.error(`There are no operations in ${folder}.`);
if (faults.length > 0 || operations.length === 0) process.exit(1);
console.log(`${operations.length} files of operations hold against the schema; nothing deprecated.`);
