import { readFileSync } from 'node:fs';

/** Reads an operation that lies beside this file; each is validated against Shopify's schema by a script. */
function operation(name: string): string {
  return readFileSync(new URL(`./operations/${name}.graphql`, import.meta.url), 'utf8');
}

export const operations = {
  shop: operation('shop'),
  mediaImage: operation('media-image'),
  mediaImagesPage: operation('media-images-page'),
  productContext: operation('product-context'),
  productsUpdatedPage: operation('products-updated-page'),
  productMediaPage: operation('product-media-page'),
  productVariantsPage: operation('product-variants-page'),
  productReorderMedia: operation('product-reorder-media'),
  productVariantAppendMedia: operation('product-variant-append-media'),
  productVariantDetachMedia: operation('product-variant-detach-media'),
  filesByName: operation('files-by-name'),
  fileCreate: operation('file-create'),
  fileDelete: operation('file-delete'),
  stagedUploadsCreate: operation('staged-uploads-create'),
  fileUpdate: operation('file-update'),
  fileAcknowledgeUpdateFailed: operation('file-acknowledge-update-failed'),
} as const;
