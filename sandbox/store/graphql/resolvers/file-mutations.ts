/** fileCreate, fileDelete, fileAcknowledgeUpdateFailed and stagedUploadsCreate; fileUpdate has its own file. */
import { extensionOf, mimeOfName } from '../../media/probe.ts';
import { nameOfSource } from '../../media/source-name.ts';
import {
  checkInputSize,
  type StoreContext,
  type TypeResolvers,
  type UserError,
  userError,
} from '../context.ts';
import {
  altFault,
  type FileUpdateInput,
  fileUpdate,
  findFile,
  hasSameExtension,
  type Path,
  stateFault,
} from './file-update.ts';

interface FileCreateInput {
  readonly originalSource: string;
  readonly filename?: string | null;
  readonly alt?: string | null;
  readonly contentType?: string | null;
  readonly duplicateResolutionMode?: 'APPEND_UUID' | 'RAISE_ERROR' | 'REPLACE' | null;
}

function createFault(input: FileCreateInput, index: number, context: StoreContext): UserError | null {
  const path: Path = ['files', index];
  const name = nameOfSource(input.originalSource);
  if (name === null) {
    return userError(
      [...path, 'originalSource'],
      'Invalid image source url value provided.',
      'INVALID_IMAGE_SOURCE_URL',
    );
  }
  const alt = altFault(input.alt, path);
  if (alt !== null) return alt;
  const fileName = input.filename ?? name;
  if (
    input.filename != null &&
    extensionOf(name) !== '' &&
    !hasSameExtension(extensionOf(input.filename), extensionOf(name))
  ) {
    const message = 'Cannot create file with custom filename which does not match original source extension.';
    return userError([...path, 'filename'], message, 'MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE');
  }
  // Only images live here; Shopify would also take videos, models and documents.
  if ((input.contentType ?? 'IMAGE') !== 'IMAGE' || mimeOfName(fileName) === null) {
    return userError([...path, 'originalSource'], 'The file type is not supported.', 'UNACCEPTABLE_ASSET');
  }
  const mode = input.duplicateResolutionMode ?? 'APPEND_UUID';
  if (mode === 'REPLACE' && input.filename == null) {
    const message = 'Duplicate resolution mode REPLACE cannot be used without specifying filename.';
    return userError([...path, 'filename'], message, 'MISSING_FILENAME_FOR_DUPLICATE_MODE_REPLACE');
  }
  if (mode === 'RAISE_ERROR' && context.media.hasName(context.shop, fileName)) {
    return userError(
      [...path, 'filename'],
      'The provided filename already exists.',
      'FILENAME_ALREADY_EXISTS',
    );
  }
  const existing = mode === 'REPLACE' ? context.media.find(context.shop, fileName) : undefined;
  return existing === undefined ? null : stateFault(existing, path, context);
}

function fileCreate(inputs: readonly FileCreateInput[], context: StoreContext) {
  const userErrors = inputs.flatMap((input, index) => createFault(input, index, context) ?? []);
  if (userErrors.length > 0) return { files: [], userErrors };
  const files = inputs.map((input) => {
    const fileName = input.filename ?? nameOfSource(input.originalSource) ?? 'file';
    const existing = context.media.find(context.shop, fileName);
    if (input.duplicateResolutionMode === 'REPLACE' && existing !== undefined) {
      context.media.replaceBytes(existing, { url: input.originalSource });
      return existing;
    }
    return context.media.create(context.shop, {
      fileName,
      alt: input.alt ?? '',
      source: { url: input.originalSource },
    });
  });
  return { files, userErrors };
}

function fileDelete(ids: readonly string[], context: StoreContext) {
  const files = ids.map((id) => findFile(context.shop, id));
  const missing = ids.filter((_id, index) => files[index] === undefined);
  if (missing.length > 0) {
    const message = `File ids ${JSON.stringify(missing)} do not exist.`;
    return { deletedFileIds: null, userErrors: [userError(['fileIds'], message, 'FILE_DOES_NOT_EXIST')] };
  }
  const locked = files.find((file) => file?.isLocked === true);
  if (locked !== undefined) {
    return {
      deletedFileIds: null,
      userErrors: [userError(['fileIds'], 'File has a pending operation.', 'FILE_LOCKED')],
    };
  }
  for (const file of files) if (file !== undefined) context.catalog.deleteFile(file);
  return { deletedFileIds: ids, userErrors: [] };
}

function acknowledge(ids: readonly string[], context: StoreContext) {
  const files = ids.map((id) => findFile(context.shop, id));
  const userErrors = ids.flatMap((id, index) => {
    const file = files[index];
    if (file === undefined)
      return userError(['fileIds', index], `File id ${id} does not exist.`, 'FILE_DOES_NOT_EXIST');
    // A file that never was READY has no old bytes to return to.
    if (file.status !== 'FAILED' || file.current === null) {
      return userError(['fileIds', index], 'File is not in a failed update state.', 'INVALID');
    }
    return [];
  });
  if (userErrors.length > 0) return { files: [], userErrors };
  for (const file of files) if (file !== undefined) context.media.acknowledge(file);
  return { files, userErrors: [] };
}

interface StagedInput {
  readonly resource: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly httpMethod?: 'PUT' | 'POST' | null;
  readonly fileSize?: string | null;
}

function stage(inputs: readonly StagedInput[], context: StoreContext) {
  const userErrors: UserError[] = [];
  const stagedTargets = inputs.map((input, index) => {
    const fault = context.staged.faultOf(input);
    if (fault !== null) userErrors.push(userError(['input', index, fault.field], fault.message));
    return fault === null
      ? context.staged.create(context.shop, input)
      : { url: null, resourceUrl: null, parameters: [] };
  });
  return { stagedTargets, userErrors };
}

export const fileMutations: TypeResolvers<undefined> = {
  fileUpdate: (_root, args: { files: readonly FileUpdateInput[] }, context) => {
    checkInputSize(args);
    return fileUpdate(args.files, context);
  },
  fileCreate: (_root, args: { files: readonly FileCreateInput[] }, context) => {
    checkInputSize(args);
    return fileCreate(args.files, context);
  },
  fileDelete: (_root, args: { fileIds: readonly string[] }, context) => {
    checkInputSize(args);
    return fileDelete(args.fileIds, context);
  },
  fileAcknowledgeUpdateFailed: (_root, args: { fileIds: readonly string[] }, context) => {
    checkInputSize(args);
    return acknowledge(args.fileIds, context);
  },
  stagedUploadsCreate: (_root, args: { input: readonly StagedInput[] }, context) => {
    checkInputSize(args);
    return stage(args.input, context);
  },
};
