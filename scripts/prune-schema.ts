/**
 * Writes sandbox/schema/admin-2026-10.graphql: Shopify's Admin schema, cut down to what the sandbox store serves.
 *
 *     node scripts/prune-schema.ts [--verify] [--copy FILE] [path to admin-2026-10.introspection.json.gz]
 *
 * `--verify` writes nothing and fails (exit 1) if the committed copy is not what regeneration gives, or if
 * anything in it differs from the full schema. `--copy` names another copy.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { differencesFromFull, printPruned, pruneIntrospection, readIntrospection } from './schema/pruning.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values, positionals } = parseArgs({
  options: {
    verify: { type: 'boolean' },
    copy: { type: 'string', default: join(root, 'sandbox/schema/admin-2026-10.graphql') },
  },
  allowPositionals: true,
});
const target = values.copy;
const source = positionals[0] ?? join(root, '../shared/schema/admin-2026-10.introspection.json.gz');

const full = readIntrospection(source);
const fresh = printPruned(pruneIntrospection(full));

if (values.verify === true) {
  const committed = readFileSync(target, 'utf8');
  const faults = differencesFromFull(committed, full);
  if (committed !== fresh) faults.push('the committed copy is not what regeneration gives');
  for (const fault of faults) console.error(`${relative(root, target)}: ${fault}`);
  if (faults.length > 0) process.exit(1);
  console.log(`${relative(root, target)} agrees with the full schema.`);
} else {
  writeFileSync(target, fresh);
  console.log(`${relative(root, target)}: ${fresh.split('\n').length} lines.`);
}
