import type { DType, Shape } from '../graph.ts';
import type { TensorContent, TfAttributes, TfNode } from './graph-def.ts';

/** What is known of a tensor before it exists. */
export interface Typed {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The one output of an operation that was written. */
export interface Ref extends Typed {
  readonly node: string;
}

/** Writes TensorFlow operations one after the other. */
export class NodeWriter {
  readonly nodes: TfNode[] = [];
  readonly #device: string;

  /**
   * @param device where everything that computes or holds floats has to run. Integers and truths are left to
   *   TensorFlow, which keeps shapes and axes where its kernels want them
   */
  constructor(device: string) {
    this.#device = device;
  }

  /** Writes an operation with one output, its type attribute being `T` unless `attrs` says otherwise. */
  op(
    op: string,
    inputs: readonly Ref[],
    { shape, dtype }: Typed,
    attrs: TfAttributes = { T: { type: dtype } },
  ): Ref {
    const device = dtype === 'float32' ? this.#device : '';
    return {
      node: this.write(
        op,
        inputs.map(({ node }) => node),
        attrs,
        { device },
      ),
      shape,
      dtype,
    };
  }

  /** Writes any operation, under a name of its own or the next number. */
  write(
    op: string,
    inputs: readonly string[],
    attrs: TfAttributes,
    { name = `n${this.nodes.length}`, device = this.#device } = {},
  ): string {
    this.nodes.push({ name, op, inputs, device, attrs });
    return name;
  }

  constant(dtype: DType, shape: Shape, content: TensorContent['content']): Ref {
    return this.op(
      'Const',
      [],
      { shape, dtype },
      { dtype: { type: dtype }, value: { tensor: { dtype, shape, content } } },
    );
  }

  /** One number, to meet tensors of any shape. */
  scalar(value: number, dtype: DType = 'float32'): Ref {
    return this.constant(dtype, [], { fill: value });
  }

  /** A list of whole numbers, as shapes and axes are given. */
  integers(values: readonly number[]): Ref {
    return this.constant('int32', [values.length], { data: Int32Array.from(values) });
  }

  /** `x` as another type: truth is 1, a float loses its fraction. */
  cast(x: Ref, dtype: DType): Ref {
    if (x.dtype === dtype) return x;
    return this.op(
      'Cast',
      [x],
      { shape: x.shape, dtype },
      { SrcT: { type: x.dtype }, DstT: { type: dtype } },
    );
  }
}
