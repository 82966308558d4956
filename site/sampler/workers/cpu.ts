import { prepare } from '../backends/cpu.ts';
import { serve } from '../serve.ts';
import { ownKernel } from '../transposed/own-kernel.ts';

serve('cpu', { prepare, transposed: ownKernel });
