import { expect, test } from 'vitest';
import { createManualClock } from '../../../sandbox/store/clock/clock.ts';
import {
  numberField,
  parseSearch,
  type SearchFields,
  textField,
  timeField,
} from '../../../sandbox/store/graphql/search.ts';
import { parseSize } from '../../../sandbox/store/graphql/search-fields.ts';
import { makeImage, setStage } from './support.ts';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
  readonly atMs: number;
}

const fields: SearchFields<Row> = {
  id: numberField((row) => row.id),
  name: textField((row) => [row.name]),
  tag: textField((row) => row.tags),
  updated_at: timeField(
    (row) => row.atMs,
    () => Date.UTC(2026, 0, 10),
  ),
};
const rows: readonly Row[] = [
  { id: 1, name: 'red cup', tags: ['new'], atMs: Date.UTC(2026, 0, 1) },
  { id: 2, name: 'blue cup', tags: ['new', 'sale'], atMs: Date.UTC(2026, 0, 2, 12, 0, 0, 900) },
  { id: 3, name: 'plate', tags: [], atMs: Date.UTC(2026, 0, 3) },
];
const find = (query: string): number[] => {
  const search = parseSearch(query, fields, (row, value) => row.name.includes(value));
  return rows.filter(search.matches).map((row) => row.id);
};

test.each([
  ['', [1, 2, 3]],
  ['cup', [1, 2]],
  ['id:2', [2]],
  ['id:>1', [2, 3]],
  ['id:>=2 id:<3', [2]],
  ['name:"red cup"', [1]],
  ["name:'plate'", [3]],
  ['name:blue*', [2]],
  ['NAME:plate', [1, 2, 3]],
  ['tag:new AND tag:sale', [2]],
  ['tag:sale OR name:plate', [2, 3]],
  ['-tag:sale', [1, 3]],
  ['NOT tag:new', [3]],
  ['tag:new -tag:sale', [1]],
  ['(tag:sale OR name:plate) id:>2', [3]],
  ['tag:sale,other', [2]],
  ['updated_at:>2026-01-02T12:00:00Z', [3]],
  ['updated_at:>=2026-01-02T12:00:00Z', [2, 3]],
  ["updated_at:>'2026-01-01T00:00:00Z' updated_at:<now", [2, 3]],
])('the query %s finds %j', (query, expected) => {
  expect(find(query)).toEqual(expected);
});

test('a lower bound by id lets a page start there, unless OR or NOT might widen it', () => {
  const minId = (query: string): number => parseSearch(query, fields, () => true).minId;
  expect(minId('id:>7 tag:new')).toBe(7);
  expect(minId('id:>7 OR tag:new')).toBe(0);
  expect(minId('NOT id:>7')).toBe(0);
});

test.each([
  ['1024', 1024],
  ['1.5MB', 1.5 * 1024 ** 2],
  ['512 kb', 512 * 1024],
])('the size %s is %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test('a filter that does not exist is ignored and named in extensions.search', async () => {
  await using stage = await setStage();
  stage.sandbox.shop().addProduct({ title: 'Mug' });
  const answer = await stage.api('{ products(first: 5, query: "width:>2000") { nodes { title } } }');
  expect(answer.data.products.nodes).toEqual([{ title: 'Mug' }]);
  expect(answer.extensions.search).toMatchObject([
    { path: ['products'], query: 'width:>2000', warnings: [{ field: 'width', code: 'invalid_field' }] },
  ]);
});

test('files are found by use, product, status, name, size and time of change', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const { sandbox, api } = stage;
  const shop = sandbox.shop();
  const declared = { widthPx: 40, heightPx: 30, mimeType: 'image/jpeg', sizeBytes: 5000 };
  const bytes = await makeImage();
  const product = shop.addProduct({ title: 'Mug', images: [{ fileName: 'mug.jpg', bytes, declared }] });
  const used = product.mediaIds[0] ?? '';
  const unused = shop.uploadFile({ fileName: 'spare.jpg', bytes, declared: { ...declared, sizeBytes: 100 } });
  clock.advance(1);
  await sandbox.waitUntilIdle();
  clock.advance(60_000);
  shop.editAlt(used, 'A mug');
  const files = async (query: string): Promise<string[]> => {
    const text = 'query Q($query: String) { files(first: 9, query: $query) { nodes { id } } }';
    return (await api(text, { query })).data.files.nodes.map((one: { id: string }) => one.id);
  };
  const number = (gid: string): string => gid.split('/').at(-1) ?? '';
  expect(await files('used_in:product')).toEqual([used]);
  expect(await files('used_in:none')).toEqual([unused]);
  expect(await files(`id:${number(used)} used_in:product`)).toEqual([used]);
  expect(await files(`id:${number(unused)} used_in:product`)).toEqual([]);
  expect(await files(`product_id:${number(product.id)}`)).toEqual([used]);
  expect(await files('status:READY media_type:IMAGE')).toEqual([used, unused]);
  expect(await files('status:FAILED')).toEqual([]);
  expect(await files('filename:spare.jpg')).toEqual([unused]);
  expect(await files('original_upload_size:>1KB')).toEqual([used]);
  expect(await files(`updated_at:>${new Date(clock.nowMs() - 30_000).toISOString()}`)).toEqual([used]);
});

test('products are found by status, tag, vendor, type, collection and id', async () => {
  await using stage = await setStage();
  const shop = stage.sandbox.shop();
  const mug = shop.addProduct({
    title: 'Mug',
    tags: ['new'],
    vendor: 'Acme',
    productType: 'Cup',
    collections: ['Sale'],
  }).id;
  const plate = shop.addProduct({ title: 'Plate', status: 'DRAFT' }).id;
  const collection = shop.addCollection('Sale').split('/').at(-1);
  const products = async (query: string): Promise<string[]> => {
    const text =
      'query Q($query: String) { products(first: 9, query: $query) { nodes { id } } productsCount(query: $query) { count } }';
    const { data } = await stage.api(text, { query });
    expect(data.productsCount.count).toBe(data.products.nodes.length);
    return data.products.nodes.map((one: { id: string }) => one.id);
  };
  expect(await products('status:active')).toEqual([mug]);
  expect(await products('status:draft')).toEqual([plate]);
  expect(await products('tag:new vendor:acme product_type:cup')).toEqual([mug]);
  expect(await products(`collection_id:${collection}`)).toEqual([mug]);
  expect(await products(`id:>${mug.split('/').at(-1)}`)).toEqual([plate]);
  expect(await products('plate')).toEqual([plate]);
});
