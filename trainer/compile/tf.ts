import * as tf from '@tensorflow/tfjs';
import { gradients } from './gradients.ts';

// The plain backend is enough to build and trace models; production mode silences the advice to replace it.
tf.enableProdMode();
await tf.setBackend('cpu');

for (const gradient of gradients) {
  tf.unregisterGradient(gradient.kernelName);
  tf.registerGradient(gradient);
}

export { tf };
