import { prepare } from '../backends/wasm.ts';
import { serve } from '../serve.ts';
import { matrixProducts } from '../transposed/matrix-products.ts';

serve('wasm', { prepare, transposed: matrixProducts });
