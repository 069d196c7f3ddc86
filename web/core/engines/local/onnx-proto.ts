import protobuf from 'protobufjs';

/**
 * The part of ONNX's schema that a convolutional network needs, field numbers as in onnx.proto.
 * Source: https://github.com/onnx/onnx/blob/v1.18.0/onnx/onnx.proto (Apache-2.0). proto2 there, so that repeated
 * numbers are not packed; the option keeps them so.
 */
const schema = `
syntax = "proto3";
package onnx;
message AttributeProto {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4;
  repeated float floats = 7 [packed = false]; repeated int64 ints = 8 [packed = false]; int32 type = 20;
}
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message NodeProto {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated AttributeProto attribute = 5;
}
message ModelProto {
  int64 ir_version = 1; string producer_name = 2; string producer_version = 3; GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8;
}
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message TensorProto {
  repeated int64 dims = 1 [packed = false]; int32 data_type = 2; string name = 8; bytes raw_data = 9;
}
message TensorShapeProto {
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  repeated Dimension dim = 1;
}
message TypeProto {
  message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; }
  oneof value { Tensor tensor_type = 1; }
}
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
`;

/** TensorProto.DataType */
export const dataType = { float: 1, uint8: 2, int64: 7 } as const;
/** AttributeProto.AttributeType */
const attributeType = { float: 1, int: 2, string: 3, ints: 7 } as const;

export interface OnnxAttribute {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
}

export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly OnnxAttribute[];
}

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
}

/** A value at the graph's border; a string is the name of a side that is free. */
export interface OnnxValue {
  readonly name: string;
  readonly elemType: number;
  readonly dims: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly node: readonly OnnxNode[];
  readonly initializer: readonly OnnxTensor[];
  readonly input: readonly OnnxValue[];
  readonly output: readonly OnnxValue[];
}

export const attribute = {
  int: (name: string, i: number): OnnxAttribute => ({ name, i, type: attributeType.int }),
  ints: (name: string, ints: readonly number[]): OnnxAttribute => ({ name, ints, type: attributeType.ints }),
  string: (name: string, text: string): OnnxAttribute => ({
    name,
    s: new TextEncoder().encode(text),
    type: attributeType.string,
  }),
};

/** The bytes of an ONNX model file. opset: version of the default operator set that the graph is written in. */
export function encodeModel(graph: OnnxGraph, producerVersion: string, opset: number): Uint8Array {
  const model = protobuf.parse(schema).root.lookupType('onnx.ModelProto');
  const toValueInfo = ({ name, elemType, dims }: OnnxValue) => ({
    name,
    type: {
      tensorType: {
        elemType,
        shape: {
          dim: dims.map((side) => (typeof side === 'number' ? { dimValue: side } : { dimParam: side })),
        },
      },
    },
  });
  const message = model.fromObject({
    irVersion: 8,
    producerName: 'vitrine',
    producerVersion,
    opsetImport: [{ domain: '', version: opset }],
    graph: { ...graph, input: graph.input.map(toValueInfo), output: graph.output.map(toValueInfo) },
  });
  return model.encode(message).finish();
}
