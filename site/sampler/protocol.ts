import type { PixelRange } from '../../trainer/export/pixels.ts';

/** Where tfjs computes: in WebAssembly, or in plain JavaScript where that does not start. */
export type Backend = 'wasm' | 'cpu';

/** Absolute addresses of an exported generator's two files. */
export interface ModelFiles {
  readonly json: string;
  readonly weights: string;
}

/** What the page may ask the worker for. */
export type Request =
  | {
      readonly kind: 'draw';
      readonly model: ModelFiles;
      /** [count, latentSize + classes] */
      readonly input: Float32Array<ArrayBuffer>;
      readonly count: number;
      readonly range: PixelRange;
    }
  | {
      readonly kind: 'directions';
      readonly model: ModelFiles;
      readonly latentSize: number;
      readonly count: number;
    };

export interface Drawing {
  /** [count, 28, 28], paper 0 and ink 255. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** Of the forward pass, its result read back, in milliseconds. */
  readonly milliseconds: number;
  /** Tensors alive on the backend once it is done: constant, unless one leaks. */
  readonly tensors: number;
  /** What drew it. */
  readonly backend: Backend;
}

/** Unit vectors of the latent space, [count, latentSize], the strongest first. */
export type Directions = Float32Array<ArrayBuffer>;

export interface Results {
  draw: Drawing;
  directions: Directions;
}

/** Requests are numbered, so that answers find their way back. */
export interface Envelope {
  readonly id: number;
  readonly request: Request;
}

export type Answer = { readonly id: number } & (
  | { readonly result: Results[keyof Results] }
  /** A sentence for the visitor. */
  | { readonly fault: string }
  /** No backend starts in this browser, or the worker could not be loaded. */
  | { readonly unavailable: true }
);
