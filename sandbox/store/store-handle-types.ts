/** What a merchant does in a shop, and what a test wants to know of it. */
import type { NewProduct, NewVariant } from './catalog.ts';
import type { ThrottleStatus } from './graphql/bucket.ts';
import type { SessionTokenOverrides } from './identity/session-token.ts';
import type { Probed } from './media/probe.ts';
import type {
  ByteSource,
  FileErrorRecord,
  FileStatus,
  PlanName,
  ProductStatus,
  ShopStatus,
} from './records.ts';
import type { Delivery } from './webhooks/dispatcher.ts';
import type { CompliancePayloads } from './webhooks/payloads.ts';

/** A picture to put in. With `declared` the bytes are not looked at until somebody asks for them. */
export interface ImageInput {
  readonly fileName: string;
  readonly bytes: ByteSource;
  readonly alt?: string;
  readonly declared?: Probed & { readonly sizeBytes?: number };
}

export interface ProductInput extends Omit<NewProduct, 'media' | 'fileIds' | 'collectionIds'> {
  readonly images?: readonly ImageInput[];
  /** gid://shopify/MediaImage/…: files of the shop that the product shares with others. */
  readonly mediaIds?: readonly string[];
  /** Titles; a collection that does not exist is made. */
  readonly collections?: readonly string[];
}

export interface FileView {
  readonly mediaId: string;
  readonly fileName: string;
  readonly url: string | null;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly status: FileStatus;
  readonly errors: readonly FileErrorRecord[];
  readonly alt: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mimeType: string;
  readonly updatedAtMs: number;
  /** In the first product that shows it, from 1; 0 if none does. */
  readonly position: number;
  readonly productIds: readonly string[];
  readonly variantIds: readonly string[];
}

export interface ProductView {
  readonly id: string;
  readonly title: string;
  readonly status: ProductStatus;
  readonly tags: readonly string[];
  readonly mediaIds: readonly string[];
  readonly variants: readonly {
    readonly id: string;
    readonly title: string;
    readonly mediaId: string | null;
  }[];
}

export interface StoreHandle {
  readonly domain: string;
  /** Its products/create is sent once all its images are READY or FAILED. Answers the product's gid. */
  addProduct(input: ProductInput): ProductView;
  addCollection(title: string): string;
  /** Adds an image to a product; answers the MediaImage gid. products/update follows when it is READY. */
  uploadImage(productId: string, image: ImageInput): string;
  /** A file that no product shows. */
  uploadFile(image: ImageInput): string;
  editAlt(mediaId: string, alt: string): void;
  /** The merchant puts other bytes behind the same id. */
  replaceImage(mediaId: string, bytes: ByteSource, declared?: ImageInput['declared']): void;
  deleteMedia(mediaId: string): void;
  detachMedia(productId: string, mediaId: string): void;
  deleteProduct(productId: string): void;
  editProduct(
    productId: string,
    change: {
      title?: string;
      tags?: string[];
      status?: ProductStatus;
      vendor?: string;
      productType?: string;
      isSuspended?: boolean;
    },
  ): void;
  reorderMedia(productId: string, mediaIds: readonly string[]): void;
  addVariant(productId: string, variant: NewVariant): string;
  /** A products/update that changes no image. */
  setPrice(productId: string, price: string): void;
  /** Stock sold or received: as common as it is without meaning for images. */
  setStock(productId: string, quantity: number): void;
  setVariantImage(variantId: string, mediaId: string | null): void;
  file(mediaId: string): Promise<FileView>;
  hasFile(mediaId: string): boolean;
  files(): readonly string[];
  products(): readonly ProductView[];
  product(productId: string): ProductView;
  issueSessionToken(overrides?: SessionTokenOverrides): string;
  /** An offline token, as if the app had asked for one. */
  issueAccessToken(): string;
  expireTokens(options?: { alsoRefresh?: boolean }): void;
  deliveries(): readonly Delivery[];
  /** Sends the webhook that follows a change of the product, although nothing changed. */
  resend(productId: string): void;
  setPlan(plan: PlanName): void;
  setStatus(status: ShopStatus): void;
  setScopes(scopes: readonly string[]): void;
  rename(name: string): void;
  uninstall(): void;
  install(): void;
  sendCompliance(topic: keyof CompliancePayloads): void;
  throttle(): ThrottleStatus;
  setAvailablePoints(points: number): void;
}
