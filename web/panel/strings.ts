/**
 * Every word of the panel, by where it is shown. `{name}` is filled in; a key that ends in `.one` or `.other` is
 * chosen by the language's own rule for the number `count`. Another language is one more table of the same keys.
 */
const en = {
  'app.name': 'Vitrine',
  'app.outside': 'Vitrine works inside the Shopify admin.',
  'app.outsideLink': 'Open Vitrine in your admin',
  'app.noBridge': 'Shopify’s scripts did not load. Check your connection, then reload the page.',
  'app.unknownPage': 'There is no such page',
  'app.unknownPageText': 'The address may be old, or the image was deleted.',
  'app.toImages': 'Go to all images',

  'nav.images': 'Images',

  'error.offline': 'You seem to be offline, or our server cannot be reached. Nothing was lost.',
  'error.session': 'Your session has ended. Reload the page to sign in again.',
  'error.unknown': 'Something went wrong on our side. Please try again in a moment.',
  'error.heading': 'This could not be loaded',
  'error.retry': 'Try again',
  'live.lost': 'Live updates are interrupted. Trying to connect again.',

  'images.title': 'Images',
  'images.table': 'Product images',
  'images.loading': 'Loading images',
  'images.empty': 'No product images yet',
  'images.emptyText':
    'Add a photo to a product. Vitrine hears of it by itself, makes it sharp and keeps the original.',
  'images.emptyFilter': 'No images here',
  'images.emptyFilterText': 'No image has this status at the moment.',
  'images.showAll': 'Show all images',
  'images.column.image': 'Image',
  'images.column.status': 'Status',
  'images.column.what': 'What happened',
  'images.column.size': 'Size',
  'images.column.changed': 'Changed',
  'images.filter': 'Filter by status',
  'images.sizeFromTo': 'from {before} to {after} pixels',
  'images.noSize': 'Not measured yet',

  'filter.all': 'All',
  'filter.work': 'In progress',
  'filter.enhanced': 'Sharpened',
  'filter.review': 'Needs your look',
  'filter.good': 'Already sharp',
  'filter.restored': 'Restored',
  'filter.problem': 'Skipped or failed',

  'overview.busy.one': 'One image is being sharpened',
  'overview.busy.other': '{count} images are being sharpened',
  'overview.done.one': 'Your image is up to date',
  'overview.done.other': 'All {count} images are up to date',
  'overview.none': 'Waiting for your first product photo',
  'overview.sharpNone': 'Nothing is changed without keeping the original.',
  'overview.sharp.one': 'One image sharpened so far. Every original is kept.',
  'overview.sharp.other': '{count} images sharpened so far. Every original is kept.',
  'overview.progress': 'Images that are done',
  'overview.share': '{done} of {total} done',
  'overview.review.one': 'One waits for your look.',
  'overview.review.other': '{count} wait for your look.',

  'status.good': 'Already sharp',
  'status.queued': 'Waiting',
  'status.working': 'Sharpening',
  'status.review': 'Needs your look',
  'status.enhanced': 'Sharpened',
  'status.restored': 'Original restored',
  'status.skipped': 'Skipped',
  'status.failed': 'Failed',
  'status.superseded': 'Changed by you',

  'what.good': 'Large and sharp enough as it is.',
  'what.queued': 'Starts in a moment.',
  'what.working': '{percent} done',
  'what.begun': 'Work has begun.',
  'what.checking': 'Checking the result against the original.',
  'what.review': 'The result waits for your decision.',
  'what.enhanced': '{factor} times the pixels on each side.',
  'what.enhancedSame': 'Made sharper at the same size.',
  'what.restored': 'The shop shows the original again.',
  'what.skipped': 'Left as it is.',
  'what.failed': 'It could not be sharpened. The shop shows what it showed before.',
  'what.superseded': 'You changed this image in the shop, so the work was dropped.',
  'progress.label': 'Progress of {name}',

  'image.back': 'Images',
  'image.compare': 'Before and after',
  'image.compareLabel': 'Show more of the original or more of the sharpened image',
  'image.compareValue': '{percent} original',
  'image.before': 'Original',
  'image.after': 'Sharpened',
  'image.altBefore': 'Original: {name}',
  'image.altAfter': 'Sharpened: {name}',
  'image.noCompare': 'Before and after appear here when the image is sharpened.',
  'image.onlyBefore': 'The original, as it was uploaded.',
  'image.loading': 'Loading image',
  'image.figures': 'How true it is to the original',
  'image.figuresNone': 'The check against the original runs when the image is sharpened.',
  'image.figuresMore': 'Figures',
  'image.verdict.publish': 'The sharpened image agrees with the original.',
  'image.verdict.hold': 'The check found differences that you should look at.',
  'image.verdict.no_gain': 'Sharpening would not have made it better, so it was left alone.',
  'image.details': 'Details',
  'image.size': 'Size',
  'image.fileSize': 'File size',
  'image.file': 'File',
  'image.engine': 'Sharpened by',
  'image.licence': 'Licence of the model',
  'image.cost': 'Cost',
  'image.free': 'Free',
  'image.took': 'Took',
  'image.viewProduct': 'View product',
  'image.history': 'History',
  'image.historyNone': 'Nothing was written to your shop yet.',
  'image.status': 'Status',

  'engine.local': 'This app’s own engine',
  'engine.replicate': 'Replicate',
  'engine.cog': 'Your own GPU',

  'history.enhanced': 'Sharpened image published',
  'history.restored': 'Original restored',
  'history.approved': 'Result approved',
  'history.rejected': 'Result rejected',
  'history.superseded': 'Changed in the shop; work dropped',
  'history.skipped-by-hand': 'Skipped by hand',
  'history.other': 'Recorded: {kind}',
  'by.automation': 'automatically',
  'by.staff': 'by your staff',
  'by.flow': 'by Shopify Flow',
  'by.operator': 'by support',

  'restore.heading': 'Original',
  'restore.text':
    'The original file is kept byte for byte. Restoring changes nothing else: address, alt text, order and variants stay.',
  'restore.nothing': 'The shop shows the original. There is nothing to restore.',
  'restore.button': 'Restore original',
  'restore.confirm': 'Restore the original?',
  'restore.confirmText':
    'Your shop will show the original image ({size} pixels) again. The sharpened one is kept and can be compared here.',
  'restore.anyway': 'Restore anyway',
  'restore.confirmForced':
    'The image was changed in your shop since it was sharpened. Restoring puts the original ({size} pixels) in its place; the changed image is not kept by Vitrine.',
  'restore.cancel': 'Cancel',
  'restore.done': 'Original restored',
  'restore.slow': 'The restore takes longer than usual. It goes on by itself.',
  'restore.failed': 'The original could not be restored.',
} as const;

export type Key = keyof typeof en;
type Table = Readonly<Record<Key, string>>;

/** Languages with all their words. */
const tables: Readonly<Record<string, Table>> = { en };

/** Keys that come in one form for each number. */
type CountedKey = { [K in Key]: K extends `${infer Base}.other` ? Base : never }[Key];

export interface Words {
  readonly locale: string;
  /** The words of a key, `{name}`s filled in. */
  t(key: Key, fill?: Readonly<Record<string, string | number>>): string;
  /** The form of a key for a number; `{count}` is the number written in the locale. */
  n(key: CountedKey, count: number): string;
}

const fillIn = (text: string, fill: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (hole, name: string) => String(fill[name] ?? hole));

/** Words for the admin's locale, such as `de-DE`; English where the language has no table. */
export function createWords(locale: string): Words {
  const language = locale.split('-')[0] ?? 'en';
  const table = tables[language] ?? en;
  const known = tables[language] ? locale : 'en';
  const rules = new Intl.PluralRules(known);
  const t: Words['t'] = (key, fill = {}) => fillIn(table[key], fill);
  return {
    locale: known,
    t,
    n: (key, count) => {
      const form = `${key}.${rules.select(count) === 'one' ? 'one' : 'other'}` as Key;
      return t(form, { count: new Intl.NumberFormat(known).format(count) });
    },
  };
}

/** Whether a text is the name of some words, for keys made from data. */
export const isKey = (text: string): text is Key => Object.hasOwn(en, text);
