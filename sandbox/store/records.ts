/** What a shop holds. Times are milliseconds since 1970; ids are the numbers at the end of a gid. */
import type { IdTable } from './id-table.ts';

export type ByteProvider = () => Uint8Array | Promise<Uint8Array>;
/** Bytes, or a function that makes them each time they are asked for. */
export type ByteSource = Uint8Array | ByteProvider;

export type FileStatus = 'UPLOADED' | 'PROCESSING' | 'READY' | 'FAILED';

export interface FileErrorRecord {
  readonly code: string;
  readonly message: string;
  readonly details: string | null;
}

/** One set of bytes that a file has shown. */
export interface FileVersion {
  /** The `v` of its URL. */
  readonly v: number;
  readonly bytes: ByteSource;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mimeType: string;
  /** Null until the bytes were read once. */
  sizeBytes: number | null;
}

export interface FileRecord {
  readonly kind: 'MediaImage';
  readonly id: number;
  readonly shop: ShopState;
  fileName: string;
  alt: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
  status: FileStatus;
  errors: readonly FileErrorRecord[];
  /** A change of its bytes is under way. */
  isLocked: boolean;
  current: FileVersion | null;
  /** Earlier bytes, which caches may still ask for. */
  earlier: readonly FileVersion[];
  /** The products whose media hold it. */
  productIds: readonly number[];
}

export interface MediaLink {
  readonly fileId: number;
  /** The number in gid://shopify/ProductImage/…: not the file's. */
  readonly productImageId: number;
  readonly createdAtMs: number;
}

export interface VariantRecord {
  readonly kind: 'ProductVariant';
  readonly id: number;
  readonly product: ProductRecord;
  title: string;
  sku: string | null;
  barcode: string | null;
  priceCents: number;
  compareAtCents: number | null;
  inventoryQuantity: number;
  optionValues: string[];
  /** One image at most, as in Shopify. */
  fileId: number | null;
  readonly createdAtMs: number;
  updatedAtMs: number;
}

export type ProductStatus = 'ACTIVE' | 'ARCHIVED' | 'DRAFT' | 'UNLISTED';

export interface ProductRecord {
  readonly kind: 'Product';
  readonly id: number;
  readonly shop: ShopState;
  title: string;
  handle: string;
  descriptionHtml: string;
  vendor: string;
  productType: string;
  status: ProductStatus;
  tags: string[];
  templateSuffix: string | null;
  seo: { title: string | null; description: string | null };
  options: { readonly id: number; name: string }[];
  media: MediaLink[];
  variants: VariantRecord[];
  readonly collectionIds: Set<number>;
  readonly createdAtMs: number;
  updatedAtMs: number;
  isSuspended: boolean;
}

export interface CollectionRecord {
  readonly kind: 'Collection';
  readonly id: number;
  readonly shop: ShopState;
  title: string;
  handle: string;
  readonly productIds: Set<number>;
  updatedAtMs: number;
}

/** standard 100, advanced 200, plus 1,000, enterprise 2,000 points a second. */
export type PlanName = 'standard' | 'advanced' | 'plus' | 'enterprise';
/** frozen answers 402, forbidden 403, locked 423. */
export type ShopStatus = 'active' | 'frozen' | 'forbidden' | 'locked';

export interface ShopState {
  readonly kind: 'Shop';
  readonly id: number;
  readonly domain: string;
  name: string;
  email: string;
  plan: PlanName;
  status: ShopStatus;
  isInstalled: boolean;
  readonly scopes: string[];
  readonly createdAtMs: number;
  updatedAtMs: number;
  readonly products: IdTable<ProductRecord>;
  readonly variants: IdTable<VariantRecord>;
  readonly files: IdTable<FileRecord>;
  readonly filesByName: Map<string, FileRecord>;
  readonly collections: IdTable<CollectionRecord>;
  /** Reordering is a job: gid → done. */
  readonly jobs: Map<string, boolean>;
}
