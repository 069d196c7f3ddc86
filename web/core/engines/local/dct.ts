/** cos((2x + 1)·u·π / 16) · c(u) / 2, row u, column x: the orthonormal DCT-II of 8 points, as T.81 A.3.3 has it. */
function basis(): Float32Array {
  return Float32Array.from({ length: 64 }, (_, at) => {
    const [u, x] = [at >> 3, at & 7];
    return (Math.cos(((2 * x + 1) * u * Math.PI) / 16) / 2) * (u === 0 ? Math.SQRT1_2 : 1);
  });
}

/** 8×8 blocks, row-major, transformed in place: forward to coefficients (row = vertical frequency), inverse back. */
export interface BlockTransform {
  forward(block: Float32Array): void;
  inverse(block: Float32Array): void;
}

export function createBlockTransform(): BlockTransform {
  const table = basis();
  const turned = table.map((_, at) => table[(at & 7) * 8 + (at >> 3)] as number);
  const half = new Float32Array(64);
  /** out = matrix · block · matrixᵀ */
  const both = (block: Float32Array, matrix: Float32Array) => {
    multiply(block, matrix, half);
    multiply(half, matrix, block);
  };
  return {
    forward: (block) => both(block, table),
    inverse: (block) => both(block, turned),
  };
}

/** out = (matrix · block)ᵀ, so that two calls treat columns, then rows, and end upright. */
function multiply(block: Float32Array, matrix: Float32Array, out: Float32Array): void {
  for (let u = 0; u < 8; u++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let k = 0; k < 8; k++) sum += (matrix[u * 8 + k] as number) * (block[k * 8 + x] as number);
      out[x * 8 + u] = sum;
    }
  }
}
