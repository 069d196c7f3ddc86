import type { OutputFormat } from '../image/types.ts';

const formats: Readonly<Record<string, OutputFormat>> = { jpg: 'jpg', jpeg: 'jpg', png: 'png', webp: 'webp' };

/** What a file's name says that it is; null where it says something that is not written. */
export function formatOfFile(fileName: string): OutputFormat | null {
  const extension = fileName.split('.').at(-1)?.toLowerCase() ?? '';
  return Object.hasOwn(formats, extension) ? (formats[extension] ?? null) : null;
}
