import { createHash } from 'node:crypto';
import { toCents } from './catalog.ts';
import { fromGid, toGid } from './gid.ts';
import { issueSessionToken } from './identity/session-token.ts';
import { type MediaSource, readBytes } from './media/lifecycle.ts';
import type { FileRecord, ProductRecord, ShopState } from './records.ts';
import type { ImageInput, ProductView, StoreHandle } from './store-handle-types.ts';
import { compliancePayloads, scopesPayload, shopPayload } from './webhooks/payloads.ts';
import type { World } from './world.ts';

const sourceOf = (image: Pick<ImageInput, 'bytes' | 'declared'>): MediaSource =>
  image.declared === undefined ? { bytes: image.bytes } : { bytes: image.bytes, declared: image.declared };

const productView = (product: ProductRecord): ProductView => ({
  id: toGid('Product', product.id),
  title: product.title,
  status: product.status,
  tags: product.tags,
  mediaIds: product.media.map((link) => toGid('MediaImage', link.fileId)),
  variants: product.variants.map((variant) => ({
    id: toGid('ProductVariant', variant.id),
    title: variant.title,
    mediaId: variant.fileId === null ? null : toGid('MediaImage', variant.fileId),
  })),
});

export function createStoreHandle(world: World, shop: ShopState): StoreHandle {
  const { catalog, media, clock } = world;

  /** Throws RangeError for an id that the shop does not have. */
  function need<T>(found: T | undefined, kind: string, gid: string): T {
    if (found === undefined) throw new RangeError(`${shop.domain} has no ${kind} ${gid}`);
    return found;
  }
  const productOf = (gid: string): ProductRecord =>
    need(shop.products.get(fromGid('Product', gid) ?? -1), 'product', gid);
  const fileOf = (gid: string): FileRecord =>
    need(shop.files.get(fromGid('MediaImage', gid) ?? -1), 'file', gid);
  const collectionIdOf = (title: string): number => {
    for (const one of shop.collections.ascending()) if (one.title === title) return one.id;
    return catalog.addCollection(shop, title).id;
  };

  return {
    domain: shop.domain,
    addProduct({ images, mediaIds, collections, ...input }) {
      const product = catalog.addProduct(shop, {
        ...input,
        media: (images ?? []).map((image) => ({
          fileName: image.fileName,
          alt: image.alt ?? '',
          source: sourceOf(image),
        })),
        fileIds: (mediaIds ?? []).map((gid) => fileOf(gid).id),
        collectionIds: (collections ?? []).map(collectionIdOf),
      });
      return productView(product);
    },
    addCollection: (title) => toGid('Collection', collectionIdOf(title)),
    uploadImage(productId, image) {
      const added = { fileName: image.fileName, alt: image.alt ?? '', source: sourceOf(image) };
      return toGid('MediaImage', catalog.addMedia(productOf(productId), added).id);
    },
    uploadFile: (image) =>
      toGid(
        'MediaImage',
        media.create(shop, { fileName: image.fileName, alt: image.alt ?? '', source: sourceOf(image) }).id,
      ),
    editAlt(mediaId, alt) {
      const file = fileOf(mediaId);
      file.alt = alt;
      file.updatedAtMs = clock.nowMs();
      catalog.touchUsers(file);
    },
    replaceImage: (mediaId, bytes, declared) =>
      media.replaceBytes(fileOf(mediaId), declared === undefined ? { bytes } : { bytes, declared }),
    deleteMedia: (mediaId) => catalog.deleteFile(fileOf(mediaId)),
    detachMedia(productId, mediaId) {
      const product = productOf(productId);
      if (catalog.detach(product, fileOf(mediaId).id)) catalog.touch(product);
    },
    deleteProduct: (productId) => catalog.deleteProduct(productOf(productId)),
    editProduct(productId, change) {
      const product = productOf(productId);
      Object.assign(product, change);
      catalog.touch(product);
    },
    reorderMedia(productId, mediaIds) {
      const product = productOf(productId);
      const rank = (fileId: number): number => mediaIds.indexOf(toGid('MediaImage', fileId));
      product.media.sort((a, b) => rank(a.fileId) - rank(b.fileId));
      catalog.touch(product);
    },
    addVariant(productId, input) {
      const product = productOf(productId);
      const variant = catalog.addVariant(product, input);
      catalog.touch(product);
      return toGid('ProductVariant', variant.id);
    },
    setPrice(productId, price) {
      const product = productOf(productId);
      for (const variant of product.variants) {
        variant.priceCents = toCents(price);
        variant.updatedAtMs = clock.nowMs();
      }
      catalog.touch(product);
    },
    setStock(productId, quantity) {
      const product = productOf(productId);
      for (const variant of product.variants) variant.inventoryQuantity = quantity;
      catalog.touch(product);
    },
    setVariantImage(variantId, mediaId) {
      const variant = need(
        shop.variants.get(fromGid('ProductVariant', variantId) ?? -1),
        'variant',
        variantId,
      );
      variant.fileId = mediaId === null ? null : fileOf(mediaId).id;
      variant.updatedAtMs = clock.nowMs();
      catalog.touch(variant.product);
    },
    async file(mediaId) {
      const file = fileOf(mediaId);
      const version = file.current;
      const bytes = version === null ? new Uint8Array() : await readBytes(version.bytes);
      const users = [...file.productIds].flatMap((id) => shop.products.get(id) ?? []);
      return {
        mediaId,
        fileName: file.fileName,
        url: version === null ? null : world.urls.publicUrl(file, version),
        bytes,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        status: file.status,
        errors: file.errors,
        alt: file.alt,
        widthPx: version?.widthPx ?? 0,
        heightPx: version?.heightPx ?? 0,
        mimeType: version?.mimeType ?? '',
        updatedAtMs: file.updatedAtMs,
        position: (users[0]?.media.findIndex((link) => link.fileId === file.id) ?? -1) + 1,
        productIds: users.map((product) => toGid('Product', product.id)),
        variantIds: users.flatMap((product) =>
          product.variants
            .filter((one) => one.fileId === file.id)
            .map((one) => toGid('ProductVariant', one.id)),
        ),
      };
    },
    hasFile: (mediaId) => shop.files.get(fromGid('MediaImage', mediaId) ?? -1) !== undefined,
    files: () => [...shop.files.ascending()].map((file) => toGid('MediaImage', file.id)),
    products: () => [...shop.products.ascending()].map(productView),
    product: (productId) => productView(productOf(productId)),
    issueSessionToken: (overrides) =>
      issueSessionToken(
        {
          shop: shop.domain,
          clientId: world.settings.clientId,
          clientSecret: world.settings.secrets[0] ?? '',
          nowMs: clock.nowMs(),
        },
        overrides,
      ),
    issueAccessToken: () => world.tokens.issueOffline(shop),
    expireTokens: (options) => world.tokens.expire(shop, options?.alsoRefresh),
    deliveries: () => world.dispatcher.deliveries(shop.domain),
    resend: (productId) => catalog.touch(productOf(productId)),
    setPlan(plan) {
      shop.plan = plan;
      world.emitForShop(shop, 'shop/update', shopPayload(shop));
    },
    setStatus(status) {
      shop.status = status;
    },
    setScopes(scopes) {
      const previous = [...shop.scopes];
      shop.scopes.splice(0, shop.scopes.length, ...scopes);
      world.emitForShop(shop, 'app/scopes_update', scopesPayload(shop, previous, clock.nowMs()));
    },
    rename(name) {
      shop.name = name;
      shop.updatedAtMs = clock.nowMs();
      world.emitForShop(shop, 'shop/update', shopPayload(shop));
    },
    uninstall: () => world.uninstall(shop),
    install() {
      shop.isInstalled = true;
    },
    sendCompliance: (topic) => world.emitForShop(shop, topic, compliancePayloads[topic](shop)),
    throttle: () => world.bucketOf(shop).status(),
    setAvailablePoints: (points) => world.bucketOf(shop).setAvailable(points),
  };
}
