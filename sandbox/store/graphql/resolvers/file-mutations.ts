/** fileCreate, fileUpdate, fileDelete, fileAcknowledgeUpdateFailed and stagedUploadsCreate. */
import { fromGid } from '../../gid.ts';
import { extensionOf, mimeOfName } from '../../media/probe.ts';
import { nameOfSource } from '../../media/source-name.ts';
import type { FileRecord, ProductRecord, ShopState } from '../../records.ts';
import {
  checkInputSize,
  type StoreContext,
  type TypeResolvers,
  type UserError,
  userError,
} from '../context.ts';

const maxAltLength = 512;
export const maxMediaPerProduct = 250;

interface FileUpdateInput {
  readonly id: string;
  readonly alt?: string | null;
  readonly filename?: string | null;
  readonly originalSource?: string | null;
  readonly previewImageSource?: string | null;
  readonly referencesToAdd?: readonly string[] | null;
  readonly referencesToRemove?: readonly string[] | null;
}

interface FileCreateInput {
  readonly originalSource: string;
  readonly filename?: string | null;
  readonly alt?: string | null;
  readonly contentType?: string | null;
  readonly duplicateResolutionMode?: 'APPEND_UUID' | 'RAISE_ERROR' | 'REPLACE' | null;
}

type Path = readonly (string | number)[];

const findFile = (shop: ShopState, gid: string): FileRecord | undefined =>
  shop.files.get(fromGid('MediaImage', gid) ?? -1);

/** jpg and jpeg are one extension. */
const sameExtension = (a: string, b: string): boolean => a === b || (/^jpe?g$/.test(a) && /^jpe?g$/.test(b));

function stateFault(file: FileRecord, path: Path, context: StoreContext): UserError | null {
  const where = { shop: context.shop.domain };
  if (file.isLocked || context.faults.strike('file.locked', where) !== null) {
    return userError([...path, 'id'], 'File has a pending operation.', 'FILE_LOCKED');
  }
  if (file.status === 'FAILED') {
    return userError(
      [...path, 'id'],
      'File cannot be updated in a failed state.',
      'INVALID_FAILED_MEDIA_STATE',
    );
  }
  if (file.status !== 'READY' || context.faults.strike('file.notReady', where) !== null) {
    return userError([...path, 'id'], 'The file is not in the READY state.', 'NON_READY_STATE');
  }
  if (context.faults.strike('file.cannotBeModified', where) !== null) {
    const message = 'Media cannot be modified. It is currently being modified by another operation.';
    return userError([...path, 'id'], message, 'MEDIA_CANNOT_BE_MODIFIED');
  }
  return null;
}

function sourceFault(file: FileRecord, input: FileUpdateInput, path: Path): UserError | null {
  const extension = extensionOf(file.fileName);
  if (input.originalSource != null && input.previewImageSource != null) {
    return userError(path, 'Specify either originalSource or previewImageSource, not both.', 'INVALID');
  }
  if (input.filename != null && !sameExtension(extensionOf(input.filename), extension)) {
    const message = 'The filename extension provided must match the original filename.';
    return userError([...path, 'filename'], message, 'INVALID_FILENAME_EXTENSION');
  }
  if (input.originalSource == null) return null;
  const name = nameOfSource(input.originalSource);
  if (name === null) {
    return userError(
      [...path, 'originalSource'],
      'Invalid image source url value provided.',
      'INVALID_IMAGE_SOURCE_URL',
    );
  }
  if (!sameExtension(extensionOf(name), extension)) {
    const message = 'The filename extension provided must match the original filename.';
    return userError([...path, 'originalSource'], message, 'INVALID_FILENAME_EXTENSION');
  }
  return null;
}

function referenceFault(file: FileRecord, input: FileUpdateInput, path: Path): UserError | null {
  for (const [name, ids] of [
    ['referencesToAdd', input.referencesToAdd],
    ['referencesToRemove', input.referencesToRemove],
  ] as const) {
    for (const id of ids ?? []) {
      const product = file.shop.products.get(fromGid('Product', id) ?? -1);
      if (product === undefined) {
        return userError(
          [...path, name],
          'The target resource does not exist.',
          'REFERENCE_TARGET_DOES_NOT_EXIST',
        );
      }
      if (name === 'referencesToAdd' && product.media.length >= maxMediaPerProduct) {
        return userError(
          [...path, name],
          'Exceeded the limit of media per product.',
          'PRODUCT_MEDIA_LIMIT_EXCEEDED',
        );
      }
    }
  }
  return null;
}

function updateFault(
  file: FileRecord | undefined,
  input: FileUpdateInput,
  index: number,
  context: StoreContext,
): UserError | null {
  const path: Path = ['files', index];
  if (file === undefined)
    return userError([...path, 'id'], `File id ${input.id} does not exist.`, 'FILE_DOES_NOT_EXIST');
  if ((input.alt?.length ?? 0) > maxAltLength) {
    const message = 'The alt value exceeds the maximum limit of 512 characters.';
    return userError([...path, 'alt'], message, 'ALT_VALUE_LIMIT_EXCEEDED');
  }
  const users = [...file.productIds].map((id) => context.shop.products.get(id));
  if (users.some((product) => product?.isSuspended === true)) {
    return userError([...path, 'id'], 'One or more associated products are suspended.', 'PRODUCT_SUSPENDED');
  }
  return (
    stateFault(file, path, context) ?? sourceFault(file, input, path) ?? referenceFault(file, input, path)
  );
}

function changeReferences(file: FileRecord, input: FileUpdateInput, context: StoreContext): ProductRecord[] {
  const left: ProductRecord[] = [];
  const productOf = (id: string) => context.shop.products.get(fromGid('Product', id) ?? -1);
  for (const id of input.referencesToAdd ?? []) {
    const product = productOf(id);
    if (product !== undefined) context.catalog.attach(product, file);
  }
  for (const id of input.referencesToRemove ?? []) {
    const product = productOf(id);
    if (product !== undefined && context.catalog.detach(product, file.id)) left.push(product);
  }
  return left;
}

function fileUpdate(inputs: readonly FileUpdateInput[], context: StoreContext) {
  const files = inputs.map((input) => findFile(context.shop, input.id));
  const userErrors = inputs.flatMap((input, index) => updateFault(files[index], input, index, context) ?? []);
  if (userErrors.length > 0) return { files: [], userErrors };
  inputs.forEach((input, index) => {
    const file = files[index] as FileRecord;
    if (input.alt != null) file.alt = input.alt;
    if (input.filename != null && input.filename !== file.fileName)
      context.media.rename(file, input.filename);
    const left = changeReferences(file, input, context);
    file.updatedAtMs = context.clock.nowMs();
    if (input.originalSource != null) context.media.replaceBytes(file, { url: input.originalSource });
    else context.catalog.touchUsers(file);
    for (const product of left) context.catalog.touch(product);
  });
  return { files, userErrors };
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
  if ((input.alt?.length ?? 0) > maxAltLength) {
    const message = 'The alt value exceeds the maximum limit of 512 characters.';
    return userError([...path, 'alt'], message, 'ALT_VALUE_LIMIT_EXCEEDED');
  }
  const fileName = input.filename ?? name;
  if (
    input.filename != null &&
    extensionOf(name) !== '' &&
    !sameExtension(extensionOf(input.filename), extensionOf(name))
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
  return null;
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
