/**
 * Query cost by Shopify's rules (shopify.dev, API rate limits): scalars and enums are free, an object costs 1, a
 * connection 2 and its objects, a mutation 10; an interface or union costs its dearest choice. The requested cost
 * counts what `first` or `last` allow, the actual cost what came back.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

const mutationCost = 10;
const connectionCost = 2;
/** Shopify refuses a single query above this. */
export const maxQueryCost = 1000;

export interface CostInput {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Data = unknown;
/** Stands for data that is not there yet: count what is allowed. */
const unknownData = Symbol('unknown data');

const isConnection = (type: GraphQLOutputType): boolean => getNamedType(type).name.endsWith('Connection');

export function requestedCost(input: CostInput): number {
  return costOfOperation(input, unknownData);
}

/** `data` is the answer's data; what is null or absent costs nothing. */
export function actualCost(input: CostInput, data: unknown): number {
  return costOfOperation(input, data ?? null);
}

function costOfOperation(input: CostInput, data: Data): number {
  const { schema, operation } = input;
  const isMutation = operation.operation === 'mutation';
  const root = isMutation ? schema.getMutationType() : schema.getQueryType();
  if (root == null) return 0;
  const fields = collect(input, operation.selectionSet, root);
  return fields.reduce((sum, field) => {
    const type = root.getFields()[field.name.value]?.type;
    if (type === undefined) return sum;
    const inner = costOfField(input, field, type, childOf(data, field));
    // A mutation's ten points cover its payload object.
    return sum + (isMutation ? mutationCost + Math.max(0, inner - 1) : inner);
  }, 0);
}

function childOf(data: Data, field: FieldNode): Data {
  if (data === unknownData) return unknownData;
  return (data as Record<string, unknown> | null)?.[field.alias?.value ?? field.name.value] ?? null;
}

/** The fields that a selection has for an object type, fragments opened. */
function collect(input: CostInput, set: SelectionSetNode, type: GraphQLObjectType): FieldNode[] {
  return set.selections.flatMap((selection): FieldNode[] => {
    if (selection.kind === Kind.FIELD) return [selection];
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : input.fragments.get(selection.name.value);
    if (fragment === undefined) return [];
    const condition = fragment.typeCondition?.name.value;
    const target = condition === undefined ? type : input.schema.getType(condition);
    const applies = target === type || (isAbstractType(target) && input.schema.isSubType(target, type));
    return applies ? collect(input, fragment.selectionSet, type) : [];
  });
}

function costOfField(input: CostInput, field: FieldNode, type: GraphQLOutputType, data: Data): number {
  const named = getNamedType(type);
  if (isLeafType(named) || field.selectionSet === undefined || data === null) return 0;
  if (isConnection(type) && isObjectType(named)) return costOfConnection(input, field, named, data);
  if (Array.isArray(data))
    return data.reduce<number>((sum, item) => sum + costOfObject(input, field.selectionSet, type, item), 0);
  return costOfObject(input, field.selectionSet, type, data);
}

function costOfObject(
  input: CostInput,
  set: SelectionSetNode | undefined,
  type: GraphQLOutputType,
  data: Data,
): number {
  const named = getNamedType(type);
  if (set === undefined || data === null || !isCompositeType(named)) return 0;
  const choices = isObjectType(named) ? [named] : input.schema.getPossibleTypes(named);
  // What came back has one type only; its fields tell, as others are absent and cost nothing.
  return 1 + Math.max(0, ...choices.map((choice) => costOfFields(input, set, choice, data)));
}

function costOfFields(input: CostInput, set: SelectionSetNode, type: GraphQLObjectType, data: Data): number {
  return collect(input, set, type).reduce((sum, field) => {
    const fieldType = type.getFields()[field.name.value]?.type;
    return fieldType === undefined ? sum : sum + costOfField(input, field, fieldType, childOf(data, field));
  }, 0);
}

function pageSize(input: CostInput, field: FieldNode): number {
  const argument = field.arguments?.find((one) => one.name.value === 'first' || one.name.value === 'last');
  if (argument === undefined) return 0;
  if (argument.value.kind === Kind.INT) return Number(argument.value.value);
  return argument.value.kind === Kind.VARIABLE ? Number(input.variables[argument.value.name.value] ?? 0) : 0;
}

/** `nodes` and `edges.node` name the same objects; asked for both ways, the dearer counts. */
function costOfConnection(input: CostInput, field: FieldNode, type: GraphQLObjectType, data: Data): number {
  const set = field.selectionSet;
  if (set === undefined) return 0;
  let perPage = 0;
  for (const part of collect(input, set, type)) {
    const partType = type.getFields()[part.name.value]?.type;
    if (partType === undefined || part.selectionSet === undefined) continue;
    const partData = childOf(data, part);
    if (part.name.value === 'nodes') {
      perPage = Math.max(
        perPage,
        costOfList(input, part.selectionSet, partType, partData, pageSize(input, field)),
      );
    } else if (part.name.value === 'edges') {
      const edge = getNamedType(partType);
      if (!isObjectType(edge)) continue;
      for (const inner of collect(input, part.selectionSet, edge)) {
        const nodeType = edge.getFields()[inner.name.value]?.type;
        if (inner.name.value !== 'node' || nodeType === undefined) continue;
        const nodes = Array.isArray(partData) ? partData.map((item) => childOf(item, inner)) : unknownData;
        perPage = Math.max(
          perPage,
          costOfList(input, inner.selectionSet, nodeType, nodes, pageSize(input, field)),
        );
      }
    }
  }
  return connectionCost + perPage;
}

function costOfList(
  input: CostInput,
  set: SelectionSetNode | undefined,
  type: GraphQLOutputType,
  data: Data,
  size: number,
): number {
  if (Array.isArray(data))
    return data.reduce<number>((sum, item) => sum + costOfObject(input, set, type, item), 0);
  return data === unknownData ? size * costOfObject(input, set, type, unknownData) : 0;
}
