/** What merchants and the API do to products, with the webhooks that follow. */
import type { Clock } from './clock/clock.ts';
import type { MediaLifecycle, MediaSource } from './media/lifecycle.ts';
import type {
  CollectionRecord,
  FileRecord,
  ProductRecord,
  ProductStatus,
  ShopState,
  VariantRecord,
} from './records.ts';

export type IdKind =
  | 'Product'
  | 'ProductVariant'
  | 'ProductImage'
  | 'ProductOption'
  | 'MediaImage'
  | 'Collection';
export type ProductTopic = 'products/create' | 'products/update' | 'products/delete';

export interface CatalogDeps {
  readonly clock: Clock;
  readonly nextId: (kind: IdKind) => number;
  readonly media: () => MediaLifecycle;
  readonly emit: (topic: ProductTopic, product: ProductRecord) => void;
}

export interface NewMedia {
  readonly fileName: string;
  readonly alt?: string;
  readonly source: MediaSource;
}

export interface NewVariant {
  readonly title?: string;
  readonly optionValues?: readonly string[];
  readonly sku?: string;
  readonly barcode?: string;
  readonly price?: string;
  readonly inventoryQuantity?: number;
  /** Which of the product's new media the variant points at. */
  readonly imageIndex?: number;
}

export interface NewProduct {
  readonly title: string;
  readonly handle?: string;
  readonly descriptionHtml?: string;
  readonly vendor?: string;
  readonly productType?: string;
  readonly status?: ProductStatus;
  readonly tags?: readonly string[];
  readonly templateSuffix?: string;
  readonly optionNames?: readonly string[];
  readonly variants?: readonly NewVariant[];
  readonly media?: readonly NewMedia[];
  /** Files that the shop has already: shared with other products. */
  readonly fileIds?: readonly number[];
  readonly collectionIds?: readonly number[];
  /** It was there before anybody listened: its media must be declared, and no webhook tells of it. */
  readonly isOld?: boolean;
}

export const toCents = (price: string): number => Math.round(Number(price) * 100);
export const toPrice = (cents: number): string => (cents / 100).toFixed(2);

export interface Catalog {
  addProduct(shop: ShopState, input: NewProduct): ProductRecord;
  addVariant(product: ProductRecord, input: NewVariant): VariantRecord;
  addMedia(product: ProductRecord, input: NewMedia): FileRecord;
  attach(product: ProductRecord, file: FileRecord): void;
  /** Takes a file out of a product and out of the variants that show it; the file stays in the shop. */
  detach(product: ProductRecord, fileId: number): boolean;
  /** Deletes a file everywhere. */
  deleteFile(file: FileRecord): void;
  deleteProduct(product: ProductRecord): void;
  /** A change that a merchant can see: `updated_at` moves on and products/update is sent. */
  touch(product: ProductRecord): void;
  /** The file changed: so did every product that shows it. */
  touchUsers(file: FileRecord): void;
  addCollection(shop: ShopState, title: string): CollectionRecord;
  joinCollection(product: ProductRecord, collection: CollectionRecord): void;
}

export const toHandle = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'product';

export function createCatalog(deps: CatalogDeps): Catalog {
  const { clock } = deps;
  /** Products whose products/create waits for their media. */
  const unannounced = new Set<ProductRecord>();
  const handles = new Map<string, number>();

  const isSettled = (file: FileRecord | undefined): boolean =>
    file === undefined || file.status === 'READY' || file.status === 'FAILED';

  function announceWhenReady(product: ProductRecord): boolean {
    if (!product.media.every((link) => isSettled(product.shop.files.get(link.fileId)))) return false;
    unannounced.delete(product);
    deps.emit('products/create', product);
    return true;
  }

  function touch(product: ProductRecord): void {
    product.updatedAtMs = clock.nowMs();
    if (unannounced.has(product)) announceWhenReady(product);
    else deps.emit('products/update', product);
  }

  function attach(product: ProductRecord, file: FileRecord): void {
    if (file.productIds.includes(product.id)) return;
    file.productIds = [...file.productIds, product.id];
    product.media.push({
      fileId: file.id,
      productImageId: deps.nextId('ProductImage'),
      createdAtMs: clock.nowMs(),
    });
  }

  function forgetUse(product: ProductRecord, fileId: number): void {
    const file = product.shop.files.get(fileId);
    if (file !== undefined) file.productIds = file.productIds.filter((id) => id !== product.id);
  }

  function detach(product: ProductRecord, fileId: number): boolean {
    const index = product.media.findIndex((link) => link.fileId === fileId);
    if (index < 0) return false;
    product.media.splice(index, 1);
    forgetUse(product, fileId);
    for (const variant of product.variants) if (variant.fileId === fileId) variant.fileId = null;
    return true;
  }

  function addVariant(product: ProductRecord, input: NewVariant): VariantRecord {
    const nowMs = clock.nowMs();
    const optionValues = [...(input.optionValues ?? [input.title ?? 'Default Title'])];
    const variant: VariantRecord = {
      kind: 'ProductVariant',
      id: deps.nextId('ProductVariant'),
      product,
      title: input.title ?? optionValues.join(' / '),
      sku: input.sku ?? null,
      barcode: input.barcode ?? null,
      priceCents: toCents(input.price ?? '10.00'),
      compareAtCents: null,
      inventoryQuantity: input.inventoryQuantity ?? 10,
      optionValues,
      fileId: input.imageIndex === undefined ? null : (product.media[input.imageIndex]?.fileId ?? null),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    product.variants.push(variant);
    product.shop.variants.add(variant);
    return variant;
  }

  function uniqueHandle(shop: ShopState, wanted: string): string {
    const key = `${shop.domain}/${wanted}`;
    const used = handles.get(key) ?? 0;
    handles.set(key, used + 1);
    return used === 0 ? wanted : `${wanted}-${used}`;
  }

  function joinCollection(product: ProductRecord, collection: CollectionRecord): void {
    product.collectionIds.add(collection.id);
    collection.productIds.add(product.id);
    collection.updatedAtMs = clock.nowMs();
  }

  const fileOf = (shop: ShopState, media: NewMedia, isOld = false): FileRecord =>
    deps
      .media()
      .create(shop, { fileName: media.fileName, alt: media.alt ?? '', source: media.source, isOld });

  return {
    touch,
    attach,
    detach,
    addVariant,
    addProduct(shop, input) {
      const nowMs = clock.nowMs();
      const optionNames = input.optionNames ?? ['Title'];
      const product: ProductRecord = {
        kind: 'Product',
        id: deps.nextId('Product'),
        shop,
        title: input.title,
        handle: uniqueHandle(shop, input.handle ?? toHandle(input.title)),
        descriptionHtml: input.descriptionHtml ?? '',
        vendor: input.vendor ?? shop.name,
        productType: input.productType ?? '',
        status: input.status ?? 'ACTIVE',
        tags: [...(input.tags ?? [])].sort(),
        templateSuffix: input.templateSuffix ?? null,
        seo: { title: null, description: null },
        options: optionNames.map((name) => ({ id: deps.nextId('ProductOption'), name })),
        media: [],
        variants: [],
        collectionIds: new Set(),
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        isSuspended: false,
      };
      shop.products.add(product);
      if (input.isOld !== true) unannounced.add(product);
      for (const media of input.media ?? []) attach(product, fileOf(shop, media, input.isOld));
      for (const fileId of input.fileIds ?? []) {
        const file = shop.files.get(fileId);
        if (file === undefined) throw new RangeError(`the shop has no file ${fileId}`);
        attach(product, file);
      }
      for (const variant of input.variants ?? [{}]) addVariant(product, variant);
      for (const id of input.collectionIds ?? []) {
        const collection = shop.collections.get(id);
        if (collection === undefined) throw new RangeError(`the shop has no collection ${id}`);
        joinCollection(product, collection);
      }
      if (input.isOld !== true) announceWhenReady(product);
      return product;
    },
    addMedia(product, input) {
      const file = fileOf(product.shop, input);
      attach(product, file);
      return file;
    },
    deleteFile(file) {
      const users = [...file.productIds].map((id) => file.shop.products.get(id));
      deps.media().remove(file);
      for (const product of users) {
        if (product !== undefined && detach(product, file.id)) touch(product);
      }
    },
    deleteProduct(product) {
      for (const link of product.media) forgetUse(product, link.fileId);
      for (const variant of product.variants) product.shop.variants.delete(variant.id);
      for (const id of product.collectionIds) product.shop.collections.get(id)?.productIds.delete(product.id);
      product.shop.products.delete(product.id);
      unannounced.delete(product);
      deps.emit('products/delete', product);
    },
    touchUsers(file) {
      for (const id of file.productIds) {
        const product = file.shop.products.get(id);
        if (product !== undefined) touch(product);
      }
    },
    addCollection(shop, title) {
      const collection: CollectionRecord = {
        kind: 'Collection',
        id: deps.nextId('Collection'),
        shop,
        title,
        handle: toHandle(title),
        productIds: new Set(),
        updatedAtMs: clock.nowMs(),
      };
      shop.collections.add(collection);
      return collection;
    },
    joinCollection,
  };
}
