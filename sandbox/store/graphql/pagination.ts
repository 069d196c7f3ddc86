import { GraphQLError } from 'graphql';

export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
  readonly reverse?: boolean | null;
}

export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  /** How many records lie before the end of this page, it included. */
  readonly reached: number;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

export const maxPageSize = 250;
/** No page reaches further than this from the start of a list. */
export const maxReach = 25_000;

interface Cursor {
  /** The last record's id: paging by id can start there. */
  readonly id: number;
  /** How many records came before and with it. */
  readonly reached: number;
}

const writeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify({ last_id: cursor.id, reached: cursor.reached })).toString('base64');

export function readCursor(text: string): Cursor {
  try {
    const parsed = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as {
      last_id: unknown;
      reached: unknown;
    };
    if (typeof parsed.last_id === 'number' && typeof parsed.reached === 'number') {
      return { id: parsed.last_id, reached: parsed.reached };
    }
  } catch {
    // Falls through to the refusal.
  }
  throw new GraphQLError(`'${text}' is not a valid cursor.`, { extensions: { code: 'INVALID_CURSOR' } });
}

/** Shopify's limit on the size of a page. Bulk operations have none. Throws GraphQLError. */
export function checkPageSize(args: PageArguments, field: string): void {
  const size = args.first ?? args.last ?? 0;
  if (size > maxPageSize) {
    throw new GraphQLError(`the page size of ${size} exceeds the limit of ${maxPageSize} on ${field}`, {
      extensions: { code: 'BAD_REQUEST' },
    });
  }
}

/** Shopify's limit on how far pages reach. Bulk operations have none. Throws GraphQLError. */
export function checkReach(page: unknown, field: string): void {
  const reached = (page as { reached?: unknown } | null)?.reached;
  if (typeof reached === 'number' && reached > maxReach) {
    throw new GraphQLError(
      `${field} cannot page beyond ${maxReach} objects; narrow the query, for example by id`,
      {
        extensions: { code: 'MAX_PAGINATION_EXCEEDED' },
      },
    );
  }
}

/** Shopify's rules for page arguments. Throws GraphQLError as it does. */
function checkPage(args: PageArguments, field: string): number {
  const size = args.first ?? args.last;
  const refuse = (message: string): never => {
    throw new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
  };
  if (args.first != null && args.last != null)
    refuse(`providing both 'first' and 'last' is not supported on ${field}`);
  if (size == null) return refuse(`you must provide one of first or last on ${field}`);
  if (size < 0) refuse(`${args.first == null ? 'last' : 'first'} cannot be negative on ${field}`);
  return size;
}

/**
 * One page of a list. `records` walks from the first id that is asked for, so that with `after` nothing before the
 * cursor is looked at where the order is that of ids.
 */
export function pageById<T extends { readonly id: number }>(
  records: (fromId: number) => Iterable<T>,
  matches: (record: T) => boolean,
  args: PageArguments,
  field: string,
  minId = 0,
): Connection<T> {
  if (args.reverse === true || args.last != null || args.before != null) {
    const all: T[] = [];
    for (const record of records(minId)) if (matches(record)) all.push(record);
    return pageOf(args.reverse === true ? all.reverse() : all, args, field);
  }
  const size = checkPage(args, field);
  const cursor = args.after == null ? null : readCursor(args.after);
  const reached = cursor?.reached ?? 0;
  const nodes: T[] = [];
  let hasNextPage = false;
  for (const record of records(Math.max(minId, cursor === null ? 0 : cursor.id + 1))) {
    if (!matches(record)) continue;
    if (nodes.length === size) {
      hasNextPage = true;
      break;
    }
    nodes.push(record);
  }
  return connect(nodes, reached, hasNextPage, cursor !== null);
}

/** One page of a list that is at hand, in its order. */
export function pageOf<T extends { readonly id: number }>(
  list: readonly T[],
  args: PageArguments,
  field: string,
): Connection<T> {
  const size = checkPage(args, field);
  const indexOf = (text: string): number => list.findIndex((record) => record.id === readCursor(text).id);
  // A record that has gone: the page goes on from where it stood.
  const from =
    args.after == null
      ? 0
      : indexOf(args.after) >= 0
        ? indexOf(args.after) + 1
        : readCursor(args.after).reached;
  const until = args.before == null || indexOf(args.before) < 0 ? list.length : indexOf(args.before);
  const start = args.last == null ? from : Math.max(from, until - size);
  const end = args.last == null ? Math.min(until, from + size) : until;
  return connect(list.slice(start, end), start, end < list.length, start > 0);
}

function connect<T extends { readonly id: number }>(
  nodes: readonly T[],
  reached: number,
  hasNextPage: boolean,
  hasPreviousPage: boolean,
): Connection<T> {
  const edges = nodes.map((node, index) => ({
    cursor: writeCursor({ id: node.id, reached: reached + index + 1 }),
    node,
  }));
  return {
    edges,
    nodes,
    reached: reached + nodes.length,
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
