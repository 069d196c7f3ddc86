/** Shopify's search syntax: terms, `field:value`, comparators, quotes, AND, OR, NOT, `-`, parentheses. */

export type Comparator = ':' | ':>' | ':>=' | ':<' | ':<=';

/** A filter by name: whether a record agrees. Times and numbers are compared, other values matched. */
export type SearchField<T> = (record: T, comparator: Comparator, value: string) => boolean;

export interface SearchFields<T> {
  readonly [name: string]: SearchField<T>;
}

export interface Search<T> {
  readonly matches: (record: T) => boolean;
  /** Every match has an id of at least this: a page can start there. */
  readonly minId: number;
  /** Filters that do not exist here; like Shopify, they are ignored and named. */
  readonly unknownFields: readonly string[];
}

type Token =
  | { readonly kind: '(' | ')' | 'AND' | 'OR' | 'NOT' }
  | {
      readonly kind: 'term';
      readonly field: string | null;
      readonly comparator: Comparator;
      readonly value: string;
    };

const tokenPattern =
  /\s*(?:([()])|(-|NOT\b)|(AND\b|OR\b)|(?:([A-Za-z_][\w.]*)(:(?:>=|<=|>|<)?)\s*)?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s()]+))/gy;

function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  for (const match of query.trim().matchAll(tokenPattern)) {
    const [, bracket, not, connective, field, comparator, raw = ''] = match;
    if (bracket !== undefined) tokens.push({ kind: bracket as '(' | ')' });
    else if (not !== undefined) tokens.push({ kind: 'NOT' });
    else if (connective !== undefined) tokens.push({ kind: connective as 'AND' | 'OR' });
    else {
      const value = /^["']/.test(raw) ? raw.slice(1, -1).replaceAll(/\\(.)/g, '$1') : raw;
      tokens.push({
        kind: 'term',
        field: field ?? null,
        comparator: (comparator ?? ':') as Comparator,
        value,
      });
    }
  }
  return tokens;
}

type Predicate<T> = (record: T) => boolean;

/** Terms beside each other are joined by AND, which binds tighter than OR. */
export function parseSearch<T>(
  query: string | null | undefined,
  fields: SearchFields<T>,
  byDefault: (record: T, value: string) => boolean,
): Search<T> {
  const tokens = tokenize(query ?? '');
  const unknownFields: string[] = [];
  let position = 0;
  let minId = 0;
  let hasOrOrNot = false;

  function term(token: Token & { kind: 'term' }): Predicate<T> {
    const { field, comparator, value } = token;
    if (field === null) return (record) => byDefault(record, value);
    const matcher = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (matcher === undefined) {
      unknownFields.push(field);
      return () => true;
    }
    if (field === 'id' && comparator.startsWith(':>')) minId = Math.max(minId, Number(value) || 0);
    return (record) => matcher(record, comparator, value);
  }

  function factor(): Predicate<T> {
    const token = tokens[position++];
    if (token === undefined) return () => true;
    if (token.kind === 'NOT') {
      hasOrOrNot = true;
      const inner = factor();
      return (record) => !inner(record);
    }
    if (token.kind === '(') {
      const inner = disjunction();
      if (tokens[position]?.kind === ')') position += 1;
      return inner;
    }
    return token.kind === 'term' ? term(token) : () => true;
  }

  function conjunction(): Predicate<T> {
    const parts = [factor()];
    for (
      let next = tokens[position];
      next !== undefined && next.kind !== 'OR' && next.kind !== ')';
      next = tokens[position]
    ) {
      if (next.kind === 'AND') position += 1;
      parts.push(factor());
    }
    return (record) => parts.every((part) => part(record));
  }

  function disjunction(): Predicate<T> {
    const parts = [conjunction()];
    while (tokens[position]?.kind === 'OR') {
      hasOrOrNot = true;
      position += 1;
      parts.push(conjunction());
    }
    return (record) => parts.some((part) => part(record));
  }

  const matches = tokens.length === 0 ? () => true : disjunction();
  return { matches, minId: hasOrOrNot ? 0 : minId, unknownFields };
}

const compare = (left: number, comparator: Comparator, right: number): boolean => {
  if (comparator === ':>') return left > right;
  if (comparator === ':>=') return left >= right;
  if (comparator === ':<') return left < right;
  return comparator === ':<=' ? left <= right : left === right;
};

/** A filter over a number. */
export const numberField =
  <T>(read: (record: T) => number): SearchField<T> =>
  (record, comparator, value) =>
    compare(read(record), comparator, Number(value));

/** A filter over a time; like the times that are shown, compared by whole seconds. */
export const timeField =
  <T>(readMs: (record: T) => number, nowMs: () => number): SearchField<T> =>
  (record, comparator, value) =>
    compare(
      Math.floor(readMs(record) / 1000),
      comparator,
      Math.floor((value === 'now' ? nowMs() : Date.parse(value)) / 1000),
    );

/** A filter over words: equal without regard to case, or by prefix with a trailing `*`; lists by commas. */
export const textField =
  <T>(read: (record: T) => readonly string[]): SearchField<T> =>
  (record, _comparator, value) =>
    value.split(',').some((part) => {
      const wanted = part.trim().toLowerCase();
      const isPrefix = wanted.endsWith('*');
      const stem = isPrefix ? wanted.slice(0, -1) : wanted;
      return read(record).some((text) => {
        const lower = text.toLowerCase();
        return isPrefix ? lower.startsWith(stem) : lower === stem;
      });
    });
