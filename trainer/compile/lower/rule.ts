import type { Builder, Expr } from '../expr.ts';
import type { Shape } from '../graph.ts';
import type { CallSite } from '../kernels.ts';

/** One kernel call on its way to expressions. */
export interface Lowering extends CallSite {
  readonly g: Builder;
  /** The expression of a named input. Its shape may be smaller than `shape(name)`, which it broadcasts to. */
  expr(name: string): Expr;
  optional(name: string): Expr | undefined;
  readonly exprs: readonly Expr[];
  /** Shape of the output. */
  readonly output: Shape;
}

/** How a kernel is expressed. */
export type LoweringRule = (call: Lowering) => Expr;
