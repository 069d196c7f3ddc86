import type { GraphQLResolveInfo } from 'graphql';
import { fromGid, kindOfGid } from '../../gid.ts';
import type { IdTable } from '../../id-table.ts';
import type { CollectionRecord, FileRecord, ProductRecord, VariantRecord } from '../../records.ts';
import type { StoreContext, TypeResolvers } from '../context.ts';
import { type PageArguments, pageById, pageOf } from '../pagination.ts';
import { parseSearch, type Search, type SearchFields } from '../search.ts';
import { collectionFields, fileFields, productFields, textOf, variantFields } from '../search-fields.ts';

type ListArguments = PageArguments & { readonly query?: string | null; readonly sortKey?: string };
type Compare<T> = (a: T, b: T) => number;

function searchFor<T>(
  args: { readonly query?: string | null },
  fields: SearchFields<T>,
  byDefault: (record: T, value: string) => boolean,
  context: StoreContext,
  info: GraphQLResolveInfo,
): Search<T> {
  const search = parseSearch(args.query, fields, byDefault);
  for (const field of search.unknownFields) {
    context.searchWarnings.push({ path: [String(info.path.key)], query: args.query ?? '', field });
  }
  return search;
}

/** Sorted by id a page starts at its cursor; by anything else the whole list is sorted. */
function list<T extends { readonly id: number }>(
  table: IdTable<T>,
  search: Search<T>,
  args: ListArguments,
  orders: Readonly<Record<string, Compare<T>>>,
  field: string,
) {
  const order = orders[args.sortKey ?? 'ID'];
  if (order === undefined)
    return pageById((fromId) => table.ascending(fromId), search.matches, args, field, search.minId);
  const all = [...table.ascending(search.minId)].filter(search.matches).sort(order);
  return pageOf(args.reverse === true ? all.reverse() : all, args, field);
}

const productOrders: Readonly<Record<string, Compare<ProductRecord>>> = {
  CREATED_AT: (a, b) => a.createdAtMs - b.createdAtMs || a.id - b.id,
  UPDATED_AT: (a, b) => a.updatedAtMs - b.updatedAtMs || a.id - b.id,
  PUBLISHED_AT: (a, b) => a.createdAtMs - b.createdAtMs || a.id - b.id,
  TITLE: (a, b) => a.title.localeCompare(b.title) || a.id - b.id,
  VENDOR: (a, b) => a.vendor.localeCompare(b.vendor) || a.id - b.id,
  PRODUCT_TYPE: (a, b) => a.productType.localeCompare(b.productType) || a.id - b.id,
};
const fileOrders: Readonly<Record<string, Compare<FileRecord>>> = {
  CREATED_AT: (a, b) => a.createdAtMs - b.createdAtMs || a.id - b.id,
  UPDATED_AT: (a, b) => a.updatedAtMs - b.updatedAtMs || a.id - b.id,
  FILENAME: (a, b) => a.fileName.localeCompare(b.fileName) || a.id - b.id,
  ORIGINAL_UPLOAD_SIZE: (a, b) => (a.current?.sizeBytes ?? 0) - (b.current?.sizeBytes ?? 0) || a.id - b.id,
};
const variantOrders: Readonly<Record<string, Compare<VariantRecord>>> = {
  TITLE: (a, b) => a.title.localeCompare(b.title) || a.id - b.id,
  SKU: (a, b) => (a.sku ?? '').localeCompare(b.sku ?? '') || a.id - b.id,
};
const collectionOrders: Readonly<Record<string, Compare<CollectionRecord>>> = {
  TITLE: (a, b) => a.title.localeCompare(b.title) || a.id - b.id,
  UPDATED_AT: (a, b) => a.updatedAtMs - b.updatedAtMs || a.id - b.id,
};

function count<T extends { readonly id: number }>(
  table: IdTable<T>,
  search: Search<T>,
  limit: number | null | undefined,
) {
  let found = 0;
  for (const record of table.ascending(search.minId)) {
    if (!search.matches(record)) continue;
    found += 1;
    if (limit != null && found > limit) return { count: limit, precision: 'AT_LEAST' };
  }
  return { count: found, precision: 'EXACT' };
}

function strings(values: Iterable<string>, args: PageArguments, field: string) {
  const sorted = [...new Set(values)].filter((value) => value !== '').sort();
  const page = pageOf(
    sorted.map((text, id) => ({ id, text })),
    args,
    field,
  );
  const edges = page.edges.map(({ cursor, node }) => ({ cursor, node: node.text }));
  return { ...page, edges, nodes: edges.map((edge) => edge.node) };
}

/** Whatever a gid names in this shop; null for what does not exist, as Shopify answers. */
export function nodeOf(gid: string, context: StoreContext): unknown {
  const { shop } = context;
  const at = (kind: string): number => fromGid(kind, gid) ?? -1;
  switch (kindOfGid(gid)) {
    case 'Product':
      return shop.products.get(at('Product')) ?? null;
    case 'ProductVariant':
      return shop.variants.get(at('ProductVariant')) ?? null;
    case 'MediaImage':
      return shop.files.get(at('MediaImage')) ?? null;
    case 'Collection':
      return shop.collections.get(at('Collection')) ?? null;
    case 'Shop':
      return at('Shop') === shop.id ? shop : null;
    case 'BulkOperation':
      return context.bulk.find(shop, gid);
    case 'WebhookSubscription':
      return context.subscriptions.find(shop, at('WebhookSubscription'));
    default:
      return null;
  }
}

const installation = { kind: 'AppInstallation' };
const productText = textOf<ProductRecord>((one) => [one.title, one.vendor, one.productType, ...one.tags]);

export const queryResolvers: TypeResolvers<undefined> = {
  shop: (_root, _args, { shop }) => shop,
  product: (_root, args: { id: string }, { shop }) =>
    shop.products.get(fromGid('Product', args.id) ?? -1) ?? null,
  productByIdentifier: (
    _root,
    { identifier }: { identifier: { id?: string; handle?: string } },
    { shop },
  ) => {
    if (identifier.id !== undefined)
      return shop.products.get(fromGid('Product', identifier.id) ?? -1) ?? null;
    for (const product of shop.products.ascending()) if (product.handle === identifier.handle) return product;
    return null;
  },
  productVariant: (_root, args: { id: string }, { shop }) =>
    shop.variants.get(fromGid('ProductVariant', args.id) ?? -1) ?? null,
  collection: (_root, args: { id: string }, { shop }) =>
    shop.collections.get(fromGid('Collection', args.id) ?? -1) ?? null,
  node: (_root, args: { id: string }, context) => nodeOf(args.id, context),
  nodes: (_root, args: { ids: readonly string[] }, context) => args.ids.map((id) => nodeOf(id, context)),
  job: (_root, args: { id: string }, { shop }) => {
    const isDone = shop.jobs.get(args.id);
    return isDone === undefined ? null : { id: args.id, done: isDone };
  },
  products: (_root, args: ListArguments, context, info) => {
    const search = searchFor(args, productFields(context.clock.nowMs), productText, context, info);
    return list(context.shop.products, search, args, productOrders, 'products');
  },
  productsCount: (_root, args: { query?: string; limit?: number | null }, context, info) =>
    count(
      context.shop.products,
      searchFor(args, productFields(context.clock.nowMs), productText, context, info),
      args.limit,
    ),
  files: (_root, args: ListArguments, context, info) => {
    const byText = textOf<FileRecord>((file) => [file.fileName, file.alt]);
    const search = searchFor(args, fileFields(context.clock.nowMs), byText, context, info);
    return list(context.shop.files, search, args, fileOrders, 'files');
  },
  productVariants: (_root, args: ListArguments, context, info) => {
    const byText = textOf<VariantRecord>((variant) => [variant.title, variant.product.title]);
    const search = searchFor(args, variantFields(context.clock.nowMs), byText, context, info);
    return list(context.shop.variants, search, args, variantOrders, 'productVariants');
  },
  productVariantsCount: (_root, args: { query?: string; limit?: number | null }, context, info) =>
    count(
      context.shop.variants,
      searchFor(args, variantFields(context.clock.nowMs), () => true, context, info),
      args.limit,
    ),
  collections: (_root, args: ListArguments, context, info) => {
    const byText = textOf<CollectionRecord>((collection) => [collection.title]);
    const search = searchFor(args, collectionFields, byText, context, info);
    return list(context.shop.collections, search, args, collectionOrders, 'collections');
  },
  collectionsCount: (_root, args: { query?: string; limit?: number | null }, context, info) =>
    count(
      context.shop.collections,
      searchFor(args, collectionFields, () => true, context, info),
      args.limit,
    ),
  productTags: (_root, args: PageArguments, { shop }) =>
    strings(
      shop.products.ascending().flatMap((product) => product.tags),
      args,
      'productTags',
    ),
  productTypes: (_root, args: PageArguments, { shop }) =>
    strings(
      shop.products.ascending().map((product) => product.productType),
      args,
      'productTypes',
    ),
  productVendors: (_root, args: PageArguments, { shop }) =>
    strings(
      shop.products.ascending().map((product) => product.vendor),
      args,
      'productVendors',
    ),
  currentAppInstallation: () => installation,
  appInstallation: () => installation,
  app: () => ({ kind: 'App' }),
  bulkOperation: (_root, args: { id: string }, { bulk, shop }) => bulk.find(shop, args.id),
  bulkOperations: (_root, args: PageArguments & { query?: string }, { bulk, shop }) => bulk.page(shop, args),
  currentBulkOperation: (_root, _args, { bulk, shop }) => bulk.latest(shop),
  webhookSubscription: (_root, args: { id: string }, { subscriptions, shop }) =>
    subscriptions.find(shop, fromGid('WebhookSubscription', args.id) ?? -1),
  webhookSubscriptions: (
    _root,
    args: PageArguments & { topics?: string[]; uri?: string },
    { subscriptions, shop },
  ) => pageOf(subscriptions.list(shop, args), args, 'webhookSubscriptions'),
  webhookSubscriptionsCount: (_root, _args, { subscriptions, shop }) => ({
    count: subscriptions.list(shop, {}).length,
    precision: 'EXACT',
  }),
};
