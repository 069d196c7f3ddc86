/** The filters of Shopify's search that this store knows, by what they search. */
import { mimeOfName } from '../media/probe.ts';
import type { CollectionRecord, FileRecord, ProductRecord, VariantRecord } from '../records.ts';
import { numberField, type SearchFields, textField, timeField } from './search.ts';

/** The default search of a list: a case-insensitive part of any of these texts. */
export const textOf =
  <T>(read: (record: T) => readonly string[]) =>
  (record: T, value: string): boolean =>
    value === '*' ||
    read(record).some((text) => text.toLowerCase().includes(value.toLowerCase().replace(/\*$/, '')));

const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};

export function parseSize(text: string): number {
  const match = /^([\d.]+)\s*(B|KB|MB|GB|TB)?$/i.exec(text);
  return match === null ? Number.NaN : Number(match[1]) * (unitBytes[(match[2] ?? '').toUpperCase()] ?? 1);
}

export const fileFields = (nowMs: () => number): SearchFields<FileRecord> => ({
  id: numberField((file) => file.id),
  ids: (file, _comparator, value) => value.split(',').some((id) => Number(id) === file.id),
  created_at: timeField((file) => file.createdAtMs, nowMs),
  updated_at: timeField((file) => file.updatedAtMs, nowMs),
  filename: textField((file) => [file.fileName]),
  media_type: textField(() => ['IMAGE']),
  status: textField((file) => [file.status]),
  product_id: (file, _comparator, value) => file.productIds.includes(Number(value)),
  used_in: (file, _comparator, value) =>
    value === 'none' ? file.productIds.length === 0 : value === 'product' && file.productIds.length > 0,
  original_upload_size: (file, comparator, value) =>
    numberField<FileRecord>(({ current }) => current?.sizeBytes ?? 0)(
      file,
      comparator,
      String(parseSize(value)),
    ),
});

export const productFields = (nowMs: () => number): SearchFields<ProductRecord> => ({
  id: numberField((product) => product.id),
  created_at: timeField((product) => product.createdAtMs, nowMs),
  updated_at: timeField((product) => product.updatedAtMs, nowMs),
  published_at: timeField((product) => product.createdAtMs, nowMs),
  title: textField((product) => [product.title, ...product.title.split(/\s+/)]),
  handle: textField((product) => [product.handle]),
  status: textField((product) => [product.status]),
  vendor: textField((product) => [product.vendor]),
  product_type: textField((product) => [product.productType]),
  tag: textField((product) => product.tags),
  tag_not: (product, comparator, value) =>
    !textField<ProductRecord>((one) => one.tags)(product, comparator, value),
  sku: textField((product) => product.variants.flatMap((variant) => variant.sku ?? [])),
  barcode: textField((product) => product.variants.flatMap((variant) => variant.barcode ?? [])),
  collection_id: (product, _comparator, value) => product.collectionIds.has(Number(value)),
  price: (product, comparator, value) =>
    product.variants.some((variant) =>
      numberField<VariantRecord>((one) => one.priceCents / 100)(variant, comparator, value),
    ),
  inventory_total: numberField((product) =>
    product.variants.reduce((sum, one) => sum + one.inventoryQuantity, 0),
  ),
});

export const variantFields = (nowMs: () => number): SearchFields<VariantRecord> => ({
  id: numberField((variant) => variant.id),
  product_id: numberField((variant) => variant.product.id),
  sku: textField((variant) => [variant.sku ?? '']),
  barcode: textField((variant) => [variant.barcode ?? '']),
  title: textField((variant) => [variant.title]),
  vendor: textField((variant) => [variant.product.vendor]),
  product_type: textField((variant) => [variant.product.productType]),
  product_status: textField((variant) => [variant.product.status]),
  tag: textField((variant) => variant.product.tags),
  updated_at: timeField((variant) => variant.updatedAtMs, nowMs),
});

export const collectionFields: SearchFields<CollectionRecord> = {
  id: numberField((collection) => collection.id),
  title: textField((collection) => [collection.title]),
  handle: textField((collection) => [collection.handle]),
};

export const mediaFields: SearchFields<FileRecord> = {
  id: numberField((file) => file.id),
  media_type: textField(() => ['IMAGE']),
  media_content_type: textField(() => ['IMAGE']),
  mime_type: textField((file) => [file.current?.mimeType ?? mimeOfName(file.fileName) ?? '']),
};
