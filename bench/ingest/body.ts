import { createHmac } from 'node:crypto';

export const benchSecret = 'shpss_of_the_bench';
export const benchShop = 'bench.myshopify.com';

/** A products/update as include_fields leave it: five images, about 3 kB. */
export const body: string = JSON.stringify({
  id: 7_880_321_196,
  admin_graphql_api_id: 'gid://shopify/Product/7880321196',
  title: 'Hand-thrown mug, 300 ml',
  vendor: 'Acme',
  product_type: 'Mug',
  status: 'active',
  tags: 'clay, blue, kitchen',
  updated_at: '2026-11-01T10:00:00Z',
  media: Array.from({ length: 5 }, (_, index) => ({
    id: 900 + index,
    product_id: 7_880_321_196,
    position: index + 1,
    created_at: '2026-11-01T09:00:00Z',
    updated_at: '2026-11-01T10:00:00Z',
    alt: 'A blue mug on a table',
    status: 'READY',
    media_content_type: 'IMAGE',
    preview_image: {
      width: 1080,
      height: 1080,
      src: `https://cdn.shopify.com/s/files/1/0001/0002/0003/files/mug-${index}.jpg?v=1790000000`,
      status: 'READY',
    },
    variant_ids: [],
    admin_graphql_api_id: `gid://shopify/MediaImage/${900 + index}`,
  })),
});

export const signature: string = createHmac('sha256', benchSecret).update(body).digest('base64');

export const headers: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  'x-shopify-topic': 'products/update',
  'x-shopify-hmac-sha256': signature,
  'x-shopify-shop-domain': benchShop,
  'x-shopify-api-version': '2026-10',
  'x-shopify-triggered-at': '2026-11-01T10:00:00.123456789Z',
};
