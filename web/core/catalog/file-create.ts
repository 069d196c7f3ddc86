import { z } from 'zod';
import type { AdminClient } from './admin-client.ts';
import { CatalogError, UserErrorsError } from './errors.ts';
import { fileNameOf } from './media.ts';

const userErrors = z.array(
  z.object({ code: z.string().nullable(), field: z.array(z.string()).nullable(), message: z.string() }),
);
const createSchema = z.object({
  fileCreate: z.object({ files: z.array(z.object({ id: z.string() })).nullable(), userErrors }).nullable(),
});
const deleteSchema = z.object({ fileDelete: z.object({ userErrors }).nullable() });
const filesSchema = z.object({
  files: z.object({
    nodes: z.array(
      z.object({
        id: z.string().optional(),
        image: z.object({ url: z.string() }).nullish(),
        originalSource: z.object({ url: z.string().nullable() }).nullish(),
      }),
    ),
  }),
});

/** A name that no other file has: Shopify refuses the second of a name, so that a repeated create is found out. */
export function uniqueFileName(fileName: string, token: string, extension: string): string {
  const base = fileName.replace(/\.[^.]*$/, '').replaceAll(/[^\w.-]+/g, '-');
  return `${base.slice(0, 100) || 'image'}-${token.replaceAll('-', '').slice(-8)}.${extension}`;
}

/**
 * Makes a file of staged bytes, or finds the one that an earlier try of the same name made, and gives back its id. The
 * file is not READY yet.
 * @throws UserErrorsError, CatalogError (retriable where Shopify's search does not know the file yet)
 */
export async function createFile(
  client: AdminClient,
  file: { readonly resourceUrl: string; readonly fileName: string; readonly alt: string },
  signal?: AbortSignal,
): Promise<string> {
  const input = {
    originalSource: file.resourceUrl,
    filename: file.fileName,
    alt: file.alt,
    contentType: 'IMAGE',
    duplicateResolutionMode: 'RAISE_ERROR',
  };
  const answer = await client.run('fileCreate', { files: [input] }, createSchema, {
    signal,
    isRepeatable: false,
  });
  const errors = answer.fileCreate?.userErrors ?? [];
  const id = answer.fileCreate?.files?.[0]?.id;
  if (errors.length === 0 && id !== undefined) return id;
  if (!errors.some(({ code }) => code === 'FILENAME_ALREADY_EXISTS'))
    throw new UserErrorsError('fileCreate', errors);
  const found = await findFileByName(client, file.fileName, signal);
  if (found !== null) return found;
  throw new CatalogError(
    'file-not-found-yet',
    'Shopify has the new file but does not show it yet; the work goes on by itself.',
    { isRetriable: true, isReported: false },
  );
}

/** The id of the image file of exactly this name; null when there is none, or Shopify's search is behind. */
export async function findFileByName(
  client: AdminClient,
  fileName: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const { files } = await client.run('filesByName', { query: `filename:"${fileName}"` }, filesSchema, {
    signal,
  });
  const found = files.nodes.find(({ image, originalSource }) => {
    const url = image?.url ?? originalSource?.url ?? null;
    // A file that is still being processed shows no name; the search matched the whole of it.
    return url === null ? files.nodes.length === 1 : fileNameOf(url) === fileName;
  });
  return found?.id ?? null;
}

/** Deletes a file of ours; one that is gone already is as good. @throws UserErrorsError */
export async function deleteFile(client: AdminClient, mediaId: string, signal?: AbortSignal): Promise<void> {
  const answer = await client.run('fileDelete', { fileIds: [mediaId] }, deleteSchema, { signal });
  const errors = (answer.fileDelete?.userErrors ?? []).filter(({ code }) => code !== 'FILE_DOES_NOT_EXIST');
  if (errors.length > 0) throw new UserErrorsError('fileDelete', errors);
}
