/** Bulk queries: what Shopify accepts, and how a query is run page by page into JSONL. */
import { setImmediate } from 'node:timers/promises';
import {
  type DocumentNode,
  execute,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { StoreContext } from '../graphql/context.ts';

const maxConnections = 5;
const maxDepth = 2;
const pageSize = 250;

interface ConnectionField {
  readonly key: string;
  readonly depth: number;
}

/** A sentence if Shopify would refuse this as a bulk query, else the document. */
export function readBulkQuery(schema: GraphQLSchema, text: string): DocumentNode | string {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    return `Invalid bulk query: ${error instanceof Error ? error.message : String(error)}`;
  }
  const [fault] = validate(schema, document);
  if (fault !== undefined) return `Invalid bulk query: ${fault.message}`;
  const operation = document.definitions.find(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation?.operation !== 'query') return 'Invalid bulk query: it must be a query';
  if (operation.selectionSet.selections.length !== 1)
    return 'Bulk queries cannot contain more than one top-level field';
  const connections = connectionsOf(schema, document);
  if (connections.length === 0) return 'Bulk queries must contain at least one connection';
  if (connections.length > maxConnections)
    return `Bulk queries cannot contain more than ${maxConnections} connections`;
  if (connections.some((one) => one.depth > maxDepth))
    return `Bulk queries cannot nest connections deeper than ${maxDepth} levels`;
  return document;
}

const isConnection = (info: TypeInfo): boolean => {
  const type = info.getType();
  return type != null && getNamedType(type).name.endsWith('Connection');
};

function connectionsOf(schema: GraphQLSchema, document: DocumentNode): ConnectionField[] {
  const info = new TypeInfo(schema);
  const found: ConnectionField[] = [];
  let depth = 0;
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: {
        enter(node) {
          if (!isConnection(info)) return;
          depth += 1;
          found.push({ key: node.alias?.value ?? node.name.value, depth });
        },
        leave() {
          if (isConnection(info)) depth -= 1;
        },
      },
    }),
  );
  return found;
}

const intArgument = (name: string, value: number) =>
  ({
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: name },
    value: { kind: Kind.INT, value: String(value) },
  }) as const;

const field = (name: string, inner: readonly FieldNode[] = []): FieldNode => ({
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: name },
  ...(inner.length === 0 ? {} : { selectionSet: { kind: Kind.SELECTION_SET, selections: [...inner] } }),
});

/** The query for one page of its outermost connection; inner connections come whole. */
function pageQuery(schema: GraphQLSchema, document: DocumentNode, after: string | null): DocumentNode {
  const info = new TypeInfo(schema);
  let depth = 0;
  return visit(
    document,
    visitWithTypeInfo(info, {
      Field: {
        enter() {
          if (isConnection(info)) depth += 1;
          return undefined;
        },
        leave(node) {
          if (!isConnection(info)) return undefined;
          depth -= 1;
          const kept = (node.arguments ?? []).filter(
            (one) => !['first', 'last', 'after', 'before'].includes(one.name.value),
          );
          if (depth > 0) return { ...node, arguments: [...kept, intArgument('first', 2 ** 31 - 1)] };
          const cursor =
            after === null
              ? []
              : [{ ...intArgument('after', 0), value: { kind: Kind.STRING, value: after } as const }];
          const selections = [
            ...(node.selectionSet?.selections ?? []),
            field('pageInfo', [field('hasNextPage'), field('endCursor')]),
          ];
          return {
            ...node,
            arguments: [...kept, intArgument('first', pageSize), ...cursor],
            selectionSet: { kind: Kind.SELECTION_SET, selections } as const,
          };
        },
      },
    }),
  ) as DocumentNode;
}

type Json = Record<string, unknown>;

const nodesOf = (value: unknown): readonly Json[] | null => {
  if (value === null || typeof value !== 'object') return null;
  const { nodes, edges } = value as { nodes?: Json[]; edges?: { node: Json }[] };
  return nodes ?? edges?.map((edge) => edge.node) ?? null;
};

/** An object and, after it, the objects of its connections, each on a line of its own with `__parentId`. */
function* flatten(node: Json, parentId: string | null): Generator<Json> {
  const own: Json = {};
  const children: Json[] = [];
  for (const [key, value] of Object.entries(node)) {
    const nested = nodesOf(value);
    if (nested === null) own[key] = value;
    else children.push(...nested);
  }
  yield parentId === null ? own : { ...own, __parentId: parentId };
  const id = typeof node['id'] === 'string' ? node['id'] : parentId;
  for (const child of children) yield* flatten(child, id);
}

function outermost(
  data: Json,
): { nodes: readonly Json[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } | null {
  for (const value of Object.values(data)) {
    const nodes = nodesOf(value);
    if (nodes !== null) return { nodes, pageInfo: (value as { pageInfo: never }).pageInfo };
    if (value !== null && typeof value === 'object') {
      const inner = outermost(value as Json);
      if (inner !== null) return inner;
    }
  }
  return null;
}

export interface BulkLine {
  readonly text: string;
  readonly isRoot: boolean;
}

/** Runs the query through the store's resolvers. Throws the first GraphQL error. */
export async function* runBulkQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  context: StoreContext,
): AsyncGenerator<BulkLine> {
  for (let after: string | null = null, hasNext = true; hasNext; ) {
    const page: DocumentNode = pageQuery(schema, document, after);
    const result = await execute({ schema, document: page, contextValue: { ...context, isBulk: true } });
    const [fault] = result.errors ?? [];
    if (fault !== undefined) throw fault;
    const found = outermost((result.data ?? {}) as Json);
    if (found === null) return;
    for (const node of found.nodes) {
      let isRoot = true;
      for (const line of flatten(node, null)) {
        yield { text: JSON.stringify(line), isRoot };
        isRoot = false;
      }
    }
    // In the background: whoever asks how far it is must get a turn.
    await setImmediate();
    after = found.pageInfo.endCursor;
    hasNext = found.pageInfo.hasNextPage;
  }
}
