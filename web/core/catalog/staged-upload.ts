import { z } from 'zod';
import type { AdminClient } from './admin-client.ts';
import { ShopifyUnreachableError, UserErrorsError } from './errors.ts';

/** Sends bytes to a host that Shopify named. @throws when the host is not on the allow-list or refuses. */
export type Upload = (
  url: string,
  request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
    readonly signal: AbortSignal | undefined;
  },
) => Promise<{ readonly status: number }>;

const answerSchema = z.object({
  stagedUploadsCreate: z.object({
    stagedTargets: z
      .array(
        z.object({
          url: z.string(),
          resourceUrl: z.string(),
          parameters: z.array(z.object({ name: z.string(), value: z.string() })),
        }),
      )
      .nullable(),
    userErrors: z.array(z.object({ field: z.array(z.string()).nullable(), message: z.string() })),
  }),
});

/**
 * Puts bytes where Shopify can fetch them and gives back the `resourceUrl` for `originalSource`. PUT: the target's
 * parameters travel as headers.
 */
export async function stageUpload(
  deps: { readonly client: AdminClient; readonly upload: Upload },
  file: { readonly bytes: Uint8Array; readonly fileName: string; readonly mimeType: string },
  signal?: AbortSignal,
): Promise<string> {
  const { stagedUploadsCreate } = await deps.client.run(
    'stagedUploadsCreate',
    {
      input: [
        {
          filename: file.fileName,
          mimeType: file.mimeType,
          resource: 'IMAGE',
          httpMethod: 'PUT',
          fileSize: String(file.bytes.length),
        },
      ],
    },
    answerSchema,
    { signal },
  );
  if (stagedUploadsCreate.userErrors.length > 0) {
    throw new UserErrorsError('stagedUploadsCreate', stagedUploadsCreate.userErrors);
  }
  const target = stagedUploadsCreate.stagedTargets?.[0];
  if (target === undefined) throw new ShopifyUnreachableError('stagedUploadsCreate: no target');
  const headers = Object.fromEntries(target.parameters.map(({ name, value }) => [name, value]));
  const { status } = await deps.upload(target.url, { headers, body: file.bytes, signal });
  if (status < 200 || status > 299) throw new ShopifyUnreachableError(`staged upload: HTTP ${status}`);
  return target.resourceUrl;
}
