import { z } from 'zod';

/** Topics that lead to work, as Shopify writes them. */
export const handledTopics = [
  'products/create',
  'products/update',
  'products/delete',
  'app/uninstalled',
  'app/scopes_update',
  'shop/update',
  'bulk_operations/finish',
  'customers/data_request',
  'customers/redact',
  'shop/redact',
] as const;
export type HandledTopic = (typeof handledTopics)[number];

/** No product of Shopify's has more. */
const maxMedia = 250;

/** jsonb keeps neither U+0000 nor half a surrogate pair, and nobody writes them on purpose. */
const text = z.string().transform((value) => value.replaceAll('\u0000', '').toWellFormed());
const optionalText = text.nullish().transform((value) => value ?? null);
const gid = z.string().regex(/^gid:\/\/shopify\/\w+\/\d+$/);
const size = z.number().int().nonnegative().nullish();

const mediaSchema = z
  .object({
    admin_graphql_api_id: gid,
    alt: optionalText,
    position: z.number().int().nullish(),
    status: optionalText,
    updated_at: optionalText,
    media_content_type: optionalText,
    preview_image: z.object({ width: size, height: size, src: optionalText }).nullish(),
  })
  .transform(({ admin_graphql_api_id: mediaId, preview_image: shown, ...media }) => ({
    mediaId,
    alt: media.alt,
    position: media.position ?? null,
    status: media.status,
    updatedAt: media.updated_at,
    type: media.media_content_type,
    url: shown?.src ?? null,
    widthPx: shown?.width ?? null,
    heightPx: shown?.height ?? null,
  }));

const productSchema = z
  .object({
    admin_graphql_api_id: gid,
    title: text.catch(''),
    vendor: optionalText,
    product_type: optionalText,
    status: optionalText,
    tags: z.union([text, z.array(text).transform((tags) => tags.join(', '))]).catch(''),
    updated_at: optionalText,
    media: z.array(mediaSchema).max(maxMedia).catch([]),
  })
  .transform(
    ({ admin_graphql_api_id: productId, product_type: productType, updated_at: updatedAt, ...product }) => ({
      productId,
      productType,
      updatedAt,
      ...product,
    }),
  );

const schemas = {
  'products/create': productSchema,
  'products/update': productSchema,
  // Its payload is the number alone.
  'products/delete': z
    .object({ id: z.number().int().positive() })
    .transform(({ id }) => ({ productId: `gid://shopify/Product/${id}` })),
  'app/uninstalled': z.object({}),
  'app/scopes_update': z.object({ current: z.array(text).catch([]) }),
  'shop/update': z.object({}),
  'bulk_operations/finish': z
    .object({ admin_graphql_api_id: gid, status: optionalText, type: optionalText })
    .transform(({ admin_graphql_api_id: operationId, ...operation }) => ({ operationId, ...operation })),
  // Who the customer is, is not ours to keep: we hold nothing about customers.
  'customers/data_request': z.object({}),
  'customers/redact': z.object({}),
  'shop/redact': z.object({}),
} as const satisfies Record<HandledTopic, z.ZodType>;

export type PayloadOf<Topic extends HandledTopic> = z.output<(typeof schemas)[Topic]>;
export type ProductPayload = PayloadOf<'products/update'>;

export function isHandledTopic(topic: string): topic is HandledTopic {
  return (handledTopics as readonly string[]).includes(topic);
}

/**
 * Keeps of a delivery what work needs and nothing else: prices, stock and customers' names never reach the database.
 * Null: it lacks even that.
 */
export function trimPayload<Topic extends HandledTopic>(
  topic: Topic,
  body: unknown,
): PayloadOf<Topic> | null {
  const result = schemas[topic].safeParse(body);
  return result.success ? (result.data as PayloadOf<Topic>) : null;
}
