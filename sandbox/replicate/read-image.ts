/** A file that was uploaded to the Files API. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly createdMs: number;
}

/** What a model does with an address: fetches it, unpacks it, or takes it from the account's files. */
export async function readImage(
  address: string,
  files: ReadonlyMap<string, StoredFile>,
): Promise<Uint8Array> {
  const data = /^data:image\/[a-z+]+;base64,(.*)$/s.exec(address);
  if (data !== null) return Buffer.from(data[1] ?? '', 'base64');
  const fileId = /\/v1\/files\/([A-Za-z0-9]+)$/.exec(address)?.[1];
  const file = fileId === undefined ? undefined : files.get(fileId);
  if (file !== undefined) return file.bytes;
  const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`Could not read the input: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
