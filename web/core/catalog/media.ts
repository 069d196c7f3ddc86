import { z } from 'zod';
import type { AdminClient } from './admin-client.ts';

/** What Shopify shows for a MediaImage at one moment. */
export interface ShopImage {
  /** gid://shopify/MediaImage/… */
  readonly mediaId: string;
  readonly alt: string | null;
  /** ISO 8601, as Shopify writes it. */
  readonly updatedAt: string;
  readonly fileStatus: 'UPLOADED' | 'PROCESSING' | 'READY' | 'FAILED';
  readonly mimeType: string | null;
  /** Null until READY. */
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  readonly url: string | null;
  /** Short-lived link to the stored bytes, and their number. */
  readonly originalUrl: string | null;
  readonly originalBytes: number | null;
  readonly errors: readonly string[];
}

const mediaImageSchema = z.object({
  id: z.string(),
  alt: z.string().nullable(),
  updatedAt: z.string(),
  fileStatus: z.enum(['UPLOADED', 'PROCESSING', 'READY', 'FAILED']),
  mimeType: z.string().nullable(),
  image: z
    .object({ width: z.number().nullable(), height: z.number().nullable(), url: z.string() })
    .nullable(),
  originalSource: z.object({ fileSize: z.number().nullable(), url: z.string().nullable() }).nullable(),
  fileErrors: z.array(z.object({ code: z.string(), message: z.string() })),
});

const answerSchema = z.object({
  node: z
    .union([
      mediaImageSchema.extend({ __typename: z.literal('MediaImage') }),
      z.object({ __typename: z.string().refine((name) => name !== 'MediaImage') }),
    ])
    .nullable(),
});

/** Reads one MediaImage; null when it is gone, or is not an image. */
export async function readMediaImage(
  client: AdminClient,
  mediaId: string,
  signal?: AbortSignal,
): Promise<ShopImage | null> {
  const { node } = await client.run('mediaImage', { id: mediaId }, answerSchema, { signal });
  if (node === null || !('fileStatus' in node)) return null;
  return {
    mediaId: node.id,
    alt: node.alt,
    updatedAt: node.updatedAt,
    fileStatus: node.fileStatus,
    mimeType: node.mimeType,
    widthPx: node.image?.width ?? null,
    heightPx: node.image?.height ?? null,
    url: node.image?.url ?? null,
    originalUrl: node.originalSource?.url ?? null,
    originalBytes: node.originalSource?.fileSize ?? null,
    errors: node.fileErrors.map(({ code, message }) => `${code}: ${message}`),
  };
}

/** The file's name as the shop shows it: the last part of its URL without the version. `image` where there is none. */
export function fileNameOf(url: string | null): string {
  if (url === null || !URL.canParse(url)) return 'image';
  return decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '') || 'image';
}

/**
 * Whether both show the same stored bytes as far as Shopify's answer tells: same URL (its `?v=` grows with each
 * change of content), size and number of bytes. A changed alt text alone leaves the content the same.
 */
export function isSameContent(a: ShopImage, b: ShopImage): boolean {
  return (
    a.url === b.url &&
    a.widthPx === b.widthPx &&
    a.heightPx === b.heightPx &&
    a.originalBytes === b.originalBytes
  );
}
