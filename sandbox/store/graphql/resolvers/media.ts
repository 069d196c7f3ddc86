import { toDateTime, toGid } from '../../gid.ts';
import { readBytes } from '../../media/lifecycle.ts';
import { mimeOfName } from '../../media/probe.ts';
import type { FileRecord, FileVersion } from '../../records.ts';
import type { TypeResolvers } from '../context.ts';

interface ImageView {
  readonly id: string;
  readonly file: FileRecord;
  readonly version: FileVersion;
}

interface TransformInput {
  readonly maxWidth?: number | null;
  readonly maxHeight?: number | null;
  readonly crop?: string | null;
}

export const imageOf = (file: FileRecord, id = toGid('ImageSource', file.id)): ImageView | null =>
  file.current === null ? null : { id, file, version: file.current };

function transformed(address: string, transform: TransformInput): string {
  const url = new URL(address);
  if (transform.maxWidth != null) url.searchParams.set('width', String(transform.maxWidth));
  if (transform.maxHeight != null) url.searchParams.set('height', String(transform.maxHeight));
  if (transform.crop != null) url.searchParams.set('crop', transform.crop.toLowerCase());
  return url.href;
}

export const imageResolvers: TypeResolvers<ImageView> = {
  altText: ({ file }) => (file.alt === '' ? null : file.alt),
  width: ({ version }) => version.widthPx,
  height: ({ version }) => version.heightPx,
  thumbhash: () => null,
  url: ({ file, version }, args: { transform?: TransformInput }, { urls }) =>
    transformed(urls.publicUrl(file, version), args.transform ?? {}),
  src: ({ file, version }, _args, { urls }) => urls.publicUrl(file, version),
  originalSrc: ({ file, version }, _args, { urls }) => urls.publicUrl(file, version),
  transformedSrc: ({ file, version }, args: TransformInput, { urls }) =>
    transformed(urls.publicUrl(file, version), args),
};

export const mediaImageResolvers: TypeResolvers<FileRecord> = {
  id: (file) => toGid('MediaImage', file.id),
  alt: (file) => file.alt,
  createdAt: (file) => toDateTime(file.createdAtMs),
  updatedAt: (file) => toDateTime(file.updatedAtMs),
  fileStatus: (file) => file.status,
  status: (file) => file.status,
  fileErrors: (file) => file.errors,
  mediaErrors: (file) => file.errors,
  mediaWarnings: () => [],
  mediaContentType: () => 'IMAGE',
  mimeType: (file) => file.current?.mimeType ?? mimeOfName(file.fileName),
  // As the schema says: null until the status is READY, also while other bytes are being put in.
  image: (file) => (file.status === 'READY' ? imageOf(file) : null),
  preview: (file) => ({ image: imageOf(file), status: file.current === null ? file.status : 'READY' }),
  originalSource: (file) => (file.current === null ? null : { file, version: file.current }),
};

export const originalSourceResolvers: TypeResolvers<{ file: FileRecord; version: FileVersion }> = {
  fileSize: async ({ version }) => {
    version.sizeBytes ??= (await readBytes(version.bytes)).byteLength;
    return version.sizeBytes;
  },
  url: ({ file, version }, _args, { urls }) => urls.originalUrl(file, version),
};
