import { prepare } from '../backends/webgl.ts';
import { serve } from '../serve.ts';
import { ownKernel } from '../transposed/own-kernel.ts';

serve('webgl', { prepare, transposed: ownKernel });
