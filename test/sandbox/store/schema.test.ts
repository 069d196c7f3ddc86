import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { expect, test } from 'vitest';
import { resolvers } from '../../../sandbox/store/graphql/resolvers/index.ts';
import { faultsOfOperations, readOperations } from '../../../scripts/schema/operations.ts';
import { makeImage, setStage } from './support.ts';

const root = new URL('../../..', import.meta.url).pathname;
const sdl = readFileSync(join(root, 'sandbox/schema/admin-2026-10.graphql'), 'utf8');
const schema = buildSchema(sdl);
const fullSchema = join(root, '../shared/schema/admin-2026-10.introspection.json.gz');
const node = process.execPath;

test('every query and mutation of the copy is answered by the store', () => {
  for (const name of ['QueryRoot', 'Mutation']) {
    const fields = Object.keys((schema.getType(name) as GraphQLObjectType).getFields());
    expect(fields.filter((field) => resolvers[name]?.[field] === undefined)).toEqual([]);
  }
});

/** Every scalar and enum field of a type, and those of the objects that it always has. */
function everything(type: GraphQLObjectType, depth = 0): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some((arg) => isNonNullType(arg.type) && arg.default === undefined)) return [];
    const named = getNamedType(field.type);
    if (!isCompositeType(named)) return [field.name];
    if (!isObjectType(named) || depth > 2) return [];
    const isPaged = field.args.some((arg) => arg.name === 'first');
    const inner = named.name.endsWith('Connection')
      ? `nodes { __typename } pageInfo { hasNextPage }`
      : everything(named, depth + 1);
    return inner === '' ? [] : [`${field.name}${isPaged ? '(first: 1)' : ''} { ${inner} }`];
  });
  return fields.join(' ');
}

test('every field of a product, variant, image, collection, shop, installation and operation can be read', async () => {
  await using stage = await setStage();
  const { sandbox, api } = stage;
  sandbox.shop().addProduct({
    title: 'Mug',
    images: [{ fileName: 'mug.png', bytes: await makeImage('png') }],
    variants: [{ title: 'Blue', imageIndex: 0 }],
    collections: ['Cups'],
  });
  await sandbox.waitUntilIdle();
  const of = (name: string): string => everything(schema.getType(name) as GraphQLObjectType);
  for (const query of [
    `{ products(first: 1) { nodes { ${of('Product')} } } }`,
    `{ productVariants(first: 1) { nodes { ${of('ProductVariant')} } } }`,
    `{ files(first: 1) { nodes { ... on MediaImage { ${of('MediaImage')} } } } }`,
    `{ collections(first: 1) { nodes { ${of('Collection')} } } }`,
    `{ shop { ${of('Shop')} } currentAppInstallation { ${of('AppInstallation')} } }`,
  ]) {
    const answer = await api(query);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).not.toBeNull();
  }
});

test('an operation with an unknown field is refused as Shopify refuses it', async () => {
  await using stage = await setStage();
  const answer = await stage.api('{ shop { name colour } }');
  expect(answer.data).toBeUndefined();
  expect(answer.errors).toMatchObject([
    { message: "Field 'colour' doesn't exist on type 'Shop'", extensions: { code: 'undefinedField' } },
  ]);
});

test.each([
  ['an unknown argument', '{ products(first: 1, colour: "red") { nodes { id } } }'],
  ['an unknown mutation', 'mutation { fileReplace(id: "1") { id } }'],
  ['a missing argument', 'mutation { fileUpdate { userErrors { message } } }'],
  ['a syntax error', '{ shop { name '],
  ['no query', ''],
])('a request with %s is answered with errors and without data', async (_what, query) => {
  await using stage = await setStage();
  const answer = await stage.api(query);
  expect(answer.data).toBeUndefined();
  expect(answer.errors?.length).toBeGreaterThan(0);
});

test('a variable of the wrong type is refused', async () => {
  await using stage = await setStage();
  const answer = await stage.api('query Q($id: ID!) { product(id: $id) { id } }', { id: null });
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_VARIABLE' });
});

test.skipIf(!existsSync(fullSchema))(
  'the committed copy agrees with the full schema, and a changed copy is found out',
  () => {
    const script = join(root, 'scripts/prune-schema.ts');
    expect(execFileSync(node, [script, '--verify'], { encoding: 'utf8' })).toMatch(
      /agrees with the full schema/,
    );
    const folder = mkdtempSync(join(tmpdir(), 'schema-'));
    const changed = join(folder, 'changed.graphql');
    writeFileSync(changed, sdl.replace('FILE_LOCKED', 'FILE_SHUT'));
    const result = spawnSync(node, [script, '--verify', '--copy', changed], { encoding: 'utf8' });
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/FilesErrorCode\.FILE_SHUT is not in the full schema/);
    expect(result.stderr).toMatch(/FilesErrorCode\.FILE_LOCKED is missing/);
  },
);

test('the operations of the app hold against the schema, without anything deprecated', () => {
  const script = join(root, 'scripts/verify-operations.ts');
  const result = spawnSync(node, [script], { encoding: 'utf8' });
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
});

test.each([
  ['query A { product(id: "1") { bodyHtml } }', /bodyHtml is deprecated/],
  ['query A { product(id: "1") { nope } }', /Cannot query field "nope"/],
  [
    'mutation A { stagedUploadsCreate(input: [{ resource: PRODUCT_IMAGE, filename: "a", mimeType: "image/png" }]) { userErrors { message } } }',
    /PRODUCT_IMAGE" is deprecated/,
  ],
  [
    'mutation A { productUpdate(input: { id: "1" }) { userErrors { message } } }',
    /productUpdate\(input:\)" is deprecated/,
  ],
  ['query A {', /Syntax Error/],
])('verifying operations refuses %s', (text, expected) => {
  expect(faultsOfOperations(schema, [{ name: 'a.graphql', text }]).join('\n')).toMatch(expected);
});

test('a fragment in one file serves operations in others', () => {
  const files = [
    { name: 'a.graphql', text: 'query A { shop { ...Names } }' },
    { name: 'names.graphql', text: 'fragment Names on Shop { name }' },
  ];
  expect(faultsOfOperations(schema, files)).toEqual([]);
  expect(faultsOfOperations(schema, files.slice(0, 1))).not.toEqual([]);
});

test('the operations of the app are found', () => {
  expect(readOperations(join(root, 'web/core/catalog/operations')).length).toBeGreaterThan(0);
});
