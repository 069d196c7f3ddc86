/** fileUpdate: what it refuses, and what it does. */
import { fromGid } from '../../gid.ts';
import { extensionOf } from '../../media/probe.ts';
import { nameOfSource } from '../../media/source-name.ts';
import type { FileRecord, ProductRecord, ShopState } from '../../records.ts';
import { type StoreContext, type UserError, userError } from '../context.ts';

const maxAltLength = 512;
export const maxMediaPerProduct = 250;

export interface FileUpdateInput {
  readonly id: string;
  readonly alt?: string | null;
  readonly filename?: string | null;
  readonly originalSource?: string | null;
  readonly previewImageSource?: string | null;
  readonly referencesToAdd?: readonly string[] | null;
  readonly referencesToRemove?: readonly string[] | null;
}

export type Path = readonly (string | number)[];

export const findFile = (shop: ShopState, gid: string): FileRecord | undefined =>
  shop.files.get(fromGid('MediaImage', gid) ?? -1);

/** Letter by letter, but for their case: whether jpeg may stand for jpg is not documented, so it may not. */
export const hasSameExtension = (a: string, b: string): boolean => a === b;

export function altFault(alt: string | null | undefined, path: Path): UserError | null {
  if ((alt?.length ?? 0) <= maxAltLength) return null;
  const message = 'The alt value exceeds the maximum limit of 512 characters.';
  return userError([...path, 'alt'], message, 'ALT_VALUE_LIMIT_EXCEEDED');
}

/** Why a file cannot be changed now; most of these pass by themselves. */
export function stateFault(file: FileRecord, path: Path, context: StoreContext): UserError | null {
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
  if (input.filename != null && !hasSameExtension(extensionOf(input.filename), extension)) {
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
  if (!hasSameExtension(extensionOf(name), extension)) {
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
  const alt = altFault(input.alt, path);
  if (alt !== null) return alt;
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

export function fileUpdate(inputs: readonly FileUpdateInput[], context: StoreContext) {
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
