import { expect, test } from 'vitest';
import { createManualClock } from '../../../sandbox/store/clock/clock.ts';
import { makeImage, type Stage, setStage, stageBytes } from './support.ts';

const payload = 'product { id media(first: 9) { nodes { id } } } userErrors { field message }';

async function addShelf(stage: Stage, images = 3, variants = 2) {
  const bytes = await makeImage();
  const product = stage.sandbox.shop().addProduct({
    title: 'Mug',
    images: Array.from({ length: images }, (_unused, index) => ({ fileName: `mug${index}.jpg`, bytes })),
    variants: Array.from({ length: variants }, (_unused, index) => ({ title: `Colour ${index}` })),
  });
  await stage.sandbox.waitUntilIdle();
  return product;
}

test('productCreate makes a product with media, which is told of when they are READY', async () => {
  await using stage = await setStage();
  const originalSource = await stageBytes(stage.api, 'mug.jpg', 'image/jpeg', await makeImage());
  const query = `mutation C($product: ProductCreateInput!, $media: [CreateMediaInput!]) {
    productCreate(product: $product, media: $media) { product { id title status tags handle } userErrors { message } }
  }`;
  const { data } = await stage.api(query, {
    product: { title: 'A Blue Mug', tags: ['b', 'a'], status: 'DRAFT' },
    media: [{ originalSource, mediaContentType: 'IMAGE', alt: 'Blue' }],
  });
  expect(data.productCreate).toMatchObject({
    userErrors: [],
    product: { title: 'A Blue Mug', status: 'DRAFT', tags: ['a', 'b'], handle: 'a-blue-mug' },
  });
  await stage.sandbox.waitUntilIdle();
  expect(stage.app.topics()).toEqual(['products/create']);
  expect(stage.app.payloads('products/create')[0]).toMatchObject({
    status: 'draft',
    images: [{ alt: 'Blue', width: 40 }],
  });
});

test('productUpdate attaches new media behind those that are there', async () => {
  await using stage = await setStage();
  const { id, mediaIds } = await addShelf(stage, 2);
  const originalSource = await stageBytes(stage.api, 'new.png', 'image/png', await makeImage('png'));
  const query = `mutation U($product: ProductUpdateInput!, $media: [CreateMediaInput!]) { productUpdate(product: $product, media: $media) { ${payload} } }`;
  const { data } = await stage.api(query, {
    product: { id, title: 'Cup' },
    media: [{ originalSource, mediaContentType: 'IMAGE' }],
  });
  const ids = data.productUpdate.product.media.nodes.map((one: { id: string }) => one.id);
  expect(ids.slice(0, 2)).toEqual(mediaIds);
  expect(ids).toHaveLength(3);
  await stage.sandbox.waitUntilIdle();
  expect(await stage.sandbox.shop().file(ids[2])).toMatchObject({
    status: 'READY',
    position: 3,
    mimeType: 'image/png',
  });
});

test('productUpdate finds a product by its handle, and refuses one that is not there', async () => {
  await using stage = await setStage();
  const { id } = await addShelf(stage, 0);
  const query = `mutation U($handle: String!) { productUpdate(identifier: { handle: $handle }, product: { vendor: "Acme" }) { ${payload} } }`;
  expect((await stage.api(query, { handle: 'mug' })).data.productUpdate).toMatchObject({
    product: { id },
    userErrors: [],
  });
  const missing = (await stage.api(query, { handle: 'cup' })).data.productUpdate;
  expect(missing).toMatchObject({ product: null, userErrors: [{ message: 'Product does not exist' }] });
});

test('a product takes 250 media and no more', async () => {
  await using stage = await setStage();
  const declared = { widthPx: 9, heightPx: 9, mimeType: 'image/jpeg', sizeBytes: 1 };
  const images = Array.from({ length: 250 }, (_unused, index) => ({
    fileName: `${index}.jpg`,
    bytes: () => new Uint8Array(1),
    declared,
  }));
  const { id } = stage.sandbox.shop().addProduct({ title: 'Mug', images });
  const query = `mutation U($product: ProductUpdateInput!, $media: [CreateMediaInput!]) { productUpdate(product: $product, media: $media) { ${payload} } }`;
  const media = [{ originalSource: 'https://example.com/a.jpg', mediaContentType: 'IMAGE' }];
  const { data } = await stage.api(query, { product: { id }, media });
  expect(data.productUpdate.userErrors[0].message).toMatch(/at most 250 media/);
});

test('reordering is a job: positions change when it is done', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const { sandbox, api } = stage;
  const bytes = await makeImage();
  const { id, mediaIds } = sandbox.shop().addProduct({
    title: 'Mug',
    images: ['a', 'b', 'c'].map((name) => ({ fileName: `${name}.jpg`, bytes })),
  });
  clock.advance(1);
  await sandbox.waitUntilIdle();
  const query =
    'mutation R($id: ID!, $moves: [MoveInput!]!) { productReorderMedia(id: $id, moves: $moves) { job { id done } mediaUserErrors { code } } }';
  const { data } = await api(query, { id, moves: [{ id: mediaIds[2], newPosition: '0' }] });
  const { job, mediaUserErrors } = data.productReorderMedia;
  expect(mediaUserErrors).toEqual([]);
  const isDone = async () =>
    (await api('query J($id: ID!) { job(id: $id) { done } }', { id: job.id })).data.job.done;
  expect(await isDone()).toBe(false);
  expect(sandbox.shop().product(id).mediaIds).toEqual(mediaIds);
  clock.advance(1);
  expect(await isDone()).toBe(true);
  expect(sandbox.shop().product(id).mediaIds).toEqual([mediaIds[2], mediaIds[0], mediaIds[1]]);
});

const append = `mutation A($productId: ID!, $variantMedia: [ProductVariantAppendMediaInput!]!) {
  productVariantAppendMedia(productId: $productId, variantMedia: $variantMedia) {
    productVariants { id media(first: 1) { nodes { id } } } userErrors { code }
  }
}`;
const detach = `mutation D($productId: ID!, $variantMedia: [ProductVariantDetachMediaInput!]!) {
  productVariantDetachMedia(productId: $productId, variantMedia: $variantMedia) {
    productVariants { id media(first: 1) { nodes { id } } } userErrors { code }
  }
}`;

test('a variant gets an image and loses it again', async () => {
  await using stage = await setStage();
  const { id: productId, mediaIds, variants } = await addShelf(stage);
  const variantMedia = [{ variantId: variants[0]?.id, mediaIds: [mediaIds[1]] }];
  const added = (await stage.api(append, { productId, variantMedia })).data.productVariantAppendMedia;
  expect(added).toMatchObject({
    userErrors: [],
    productVariants: [{ media: { nodes: [{ id: mediaIds[1] }] } }],
  });
  expect((await stage.sandbox.shop().file(mediaIds[1] ?? '')).variantIds).toEqual([variants[0]?.id]);
  const taken = (await stage.api(append, { productId, variantMedia })).data.productVariantAppendMedia;
  expect(taken.userErrors).toEqual([{ code: 'PRODUCT_VARIANT_ALREADY_HAS_MEDIA' }]);
  const removed = (await stage.api(detach, { productId, variantMedia })).data.productVariantDetachMedia;
  expect(removed).toMatchObject({ userErrors: [], productVariants: [{ media: { nodes: [] } }] });
  const again = (await stage.api(detach, { productId, variantMedia })).data.productVariantDetachMedia;
  expect(again.userErrors).toEqual([{ code: 'MEDIA_IS_NOT_ATTACHED_TO_VARIANT' }]);
});

test.each([
  [
    'PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT',
    (m: string[], _v: string[]) => [{ variantId: 'gid://shopify/ProductVariant/1', mediaIds: [m[0]] }],
  ],
  [
    'MEDIA_DOES_NOT_EXIST_ON_PRODUCT',
    (_m: string[], v: string[]) => [{ variantId: v[0], mediaIds: ['gid://shopify/MediaImage/1'] }],
  ],
  [
    'TOO_MANY_MEDIA_PER_INPUT_PAIR',
    (m: string[], v: string[]) => [{ variantId: v[0], mediaIds: [m[0], m[1]] }],
  ],
  [
    'PRODUCT_VARIANT_SPECIFIED_MULTIPLE_TIMES',
    (m: string[], v: string[]) => [1, 2].map(() => ({ variantId: v[0], mediaIds: [m[0]] })),
  ],
  [
    'MAXIMUM_VARIANT_MEDIA_PAIRS_EXCEEDED',
    (m: string[], v: string[]) => Array.from({ length: 101 }, () => ({ variantId: v[0], mediaIds: [m[0]] })),
  ],
] as const)('appending variant media is refused with %s', async (code, pairs) => {
  await using stage = await setStage();
  const { id: productId, mediaIds, variants } = await addShelf(stage);
  const variantMedia = pairs(
    [...mediaIds],
    variants.map((one) => one.id),
  );
  const { data } = await stage.api(append, { productId, variantMedia });
  expect(data.productVariantAppendMedia).toMatchObject({ productVariants: null, userErrors: [{ code }] });
});

test('media that is not READY cannot be given to a variant', async () => {
  await using stage = await setStage();
  const { id: productId, variants } = await addShelf(stage);
  stage.sandbox.faults.arm('media.stuck');
  const mediaId = stage.sandbox
    .shop()
    .uploadImage(productId, { fileName: 'late.jpg', bytes: await makeImage() });
  const variantMedia = [{ variantId: variants[0]?.id, mediaIds: [mediaId] }];
  const { data } = await stage.api(append, { productId, variantMedia });
  expect(data.productVariantAppendMedia.userErrors).toEqual([{ code: 'NON_READY_MEDIA' }]);
});

test('fileDelete takes a file out of every product and variant, and is all or nothing', async () => {
  await using stage = await setStage();
  const { sandbox, api } = stage;
  const { id, mediaIds, variants } = await addShelf(stage);
  sandbox.shop().setVariantImage(variants[0]?.id ?? '', mediaIds[0] ?? '');
  const query =
    'mutation D($ids: [ID!]!) { fileDelete(fileIds: $ids) { deletedFileIds userErrors { code } } }';
  const refused = (await api(query, { ids: [mediaIds[0], 'gid://shopify/MediaImage/1'] })).data.fileDelete;
  expect(refused).toEqual({ deletedFileIds: null, userErrors: [{ code: 'FILE_DOES_NOT_EXIST' }] });
  expect(sandbox.shop().hasFile(mediaIds[0] ?? '')).toBe(true);
  const { data } = await api(query, { ids: [mediaIds[0]] });
  expect(data.fileDelete).toEqual({ deletedFileIds: [mediaIds[0]], userErrors: [] });
  expect(sandbox.shop().product(id)).toMatchObject({
    mediaIds: mediaIds.slice(1),
    variants: [{ mediaId: null }, { mediaId: null }],
  });
});

test('productDelete leaves the files in the shop and sends products/delete', async () => {
  await using stage = await setStage();
  const { id, mediaIds } = await addShelf(stage, 1);
  const query =
    'mutation D($input: ProductDeleteInput!) { productDelete(input: $input) { deletedProductId userErrors { message } } }';
  const { data } = await stage.api(query, { input: { id } });
  expect(data.productDelete).toEqual({ deletedProductId: id, userErrors: [] });
  await stage.sandbox.waitUntilIdle();
  expect(stage.app.topics()).toEqual(['products/create', 'products/delete']);
  expect(await stage.sandbox.shop().file(mediaIds[0] ?? '')).toMatchObject({
    status: 'READY',
    productIds: [],
  });
  const second = await stage.api(query, { input: { id } });
  expect(second.data.productDelete.userErrors[0].message).toMatch(/does not exist/);
});

test('a product is found by id and by handle, node and nodes find anything, and null stands for what is gone', async () => {
  await using stage = await setStage();
  const { id, mediaIds } = await addShelf(stage, 1);
  const query = `query Q($id: ID!, $ids: [ID!]!) {
    byId: productByIdentifier(identifier: { id: $id }) { title }
    byHandle: productByIdentifier(identifier: { handle: "mug" }) { id }
    product(id: "gid://shopify/Product/1") { id }
    nodes(ids: $ids) { __typename id }
  }`;
  const { data } = await stage.api(query, { id, ids: [mediaIds[0], 'gid://shopify/MediaImage/1', id] });
  expect(data).toEqual({
    byId: { title: 'Mug' },
    byHandle: { id },
    product: null,
    nodes: [{ __typename: 'MediaImage', id: mediaIds[0] }, null, { __typename: 'Product', id }],
  });
});

test('what the merchant does is seen by the API and told by webhook', async () => {
  await using stage = await setStage();
  const { sandbox, app, api } = stage;
  const shop = sandbox.shop();
  const { id, mediaIds } = await addShelf(stage);
  const [first = '', second = '', third = ''] = mediaIds;
  app.received.length = 0;
  shop.editAlt(first, 'A blue mug');
  shop.replaceImage(second, await makeImage('jpeg', 90, 90));
  shop.deleteMedia(third);
  shop.editProduct(id, { title: 'Cup', tags: ['sale'], status: 'ARCHIVED' });
  shop.reorderMedia(id, [second, first]);
  await sandbox.waitUntilIdle();
  expect(app.topics()).toEqual(Array.from({ length: 5 }, () => 'products/update'));
  const query = `query Q($id: ID!) { product(id: $id) { title tags status media(first: 9) { nodes { id alt ... on MediaImage { image { width } } } } } }`;
  expect((await api(query, { id })).data.product).toEqual({
    title: 'Cup',
    tags: ['sale'],
    status: 'ARCHIVED',
    media: {
      nodes: [
        { id: second, alt: '', image: { width: 90 } },
        { id: first, alt: 'A blue mug', image: { width: 40 } },
      ],
    },
  });
});

test('variants are made and changed in bulk, and a variant shows only an image of its own product', async () => {
  await using stage = await setStage();
  const { id: productId, mediaIds } = await addShelf(stage, 1, 1);
  const stranger = stage.sandbox.shop().uploadFile({ fileName: 'other.jpg', bytes: await makeImage() });
  const create = `mutation C($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
    productVariantsBulkCreate(productId: $productId, variants: $variants) { productVariants { id title price sku } userErrors { code } }
  }`;
  const made = await stage.api(create, {
    productId,
    variants: [
      { optionValues: [{ optionName: 'Title', name: 'Red' }], price: '7.50', inventoryItem: { sku: 'R' } },
    ],
  });
  const [variant] = made.data.productVariantsBulkCreate.productVariants;
  expect(variant).toMatchObject({ title: 'Red', price: '7.50', sku: 'R' });
  const update = `mutation U($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
    productVariantsBulkUpdate(productId: $productId, variants: $variants) { productVariants { price } userErrors { code } }
  }`;
  const change = async (input: Record<string, unknown>) =>
    (await stage.api(update, { productId, variants: [{ id: variant.id, ...input }] })).data
      .productVariantsBulkUpdate;
  expect(await change({ mediaId: stranger })).toMatchObject({
    userErrors: [{ code: 'MUST_BE_FOR_THIS_PRODUCT' }],
  });
  expect(await change({ id: 'gid://shopify/ProductVariant/1' })).toMatchObject({
    userErrors: [{ code: 'PRODUCT_VARIANT_DOES_NOT_EXIST' }],
  });
  expect(await change({ mediaId: mediaIds[0], price: '8.00' })).toEqual({
    productVariants: [{ price: '8.00' }],
    userErrors: [],
  });
  expect((await stage.sandbox.shop().file(mediaIds[0] ?? '')).variantIds).toEqual([variant.id]);
});

test('tags are added and removed, and tagging what is not there is refused', async () => {
  await using stage = await setStage();
  const { id } = await addShelf(stage, 0);
  const query = `mutation T($id: ID!) { tagsAdd(id: $id, tags: ["b", "a"]) { userErrors { message } } tagsRemove(id: $id, tags: ["b"]) { userErrors { message } } }`;
  await stage.api(query, { id });
  expect(stage.sandbox.shop().product(id).tags).toEqual(['a']);
  const { data } = await stage.api(query, { id: 'gid://shopify/Product/1' });
  expect(data.tagsAdd.userErrors).toHaveLength(1);
});
