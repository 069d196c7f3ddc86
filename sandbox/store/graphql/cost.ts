/**
 * Query cost by Shopify's rules (shopify.dev, API rate limits, and answers that apps have published): scalars and
 * enums are free, an object or a list of objects costs 1, a connection 2 and its objects, `nodes` an object an id, an
 * interface or union its dearest choice. A mutation costs 10, which covers its payload and what lies directly in it.
 * The requested cost counts what `first` or `last` allow, the actual cost what came back.
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
  valueFromASTUntyped,
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
    const fieldData = childOf(data, field);
    if (!isMutation) return sum + costOfField(input, field, type, fieldData);
    return sum + mutationCost + costOfPayload(input, field, type, fieldData);
  }, 0);
}

/** What lies deeper in a mutation's payload than its own objects. */
function costOfPayload(input: CostInput, field: FieldNode, type: GraphQLOutputType, data: Data): number {
  const payload = getNamedType(type);
  if (field.selectionSet === undefined || data === null || !isObjectType(payload)) return 0;
  return collect(input, field.selectionSet, payload).reduce((sum, part) => {
    const partType = payload.getFields()[part.name.value]?.type;
    if (partType === undefined) return sum;
    const cost = costOfField(input, part, partType, childOf(data, part));
    return sum + (isConnection(partType) ? cost : Math.max(0, cost - 1));
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
  const ids = argumentOf(input, field, ['ids']);
  if (Array.isArray(ids)) return costOfList(input, field.selectionSet, type, data, ids.length);
  // Any other list counts once, as dear as its dearest item.
  if (Array.isArray(data)) {
    return Math.max(1, ...data.map((item) => costOfObject(input, field.selectionSet, type, item)));
  }
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

/** The value of the first of these arguments that is there, from the text, the variables or their defaults. */
function argumentOf(input: CostInput, field: FieldNode, names: readonly string[]): unknown {
  const node = field.arguments?.find((one) => names.includes(one.name.value))?.value;
  if (node === undefined) return undefined;
  if (node.kind !== Kind.VARIABLE) return valueFromASTUntyped(node, input.variables);
  const name = node.name.value;
  if (input.variables[name] !== undefined) return input.variables[name];
  const definition = input.operation.variableDefinitions?.find((one) => one.variable.name.value === name);
  return definition?.defaultValue === undefined ? undefined : valueFromASTUntyped(definition.defaultValue);
}

const pageSize = (input: CostInput, field: FieldNode): number =>
  Number(argumentOf(input, field, ['first', 'last']) ?? 0);

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
