import * as tf from '@tensorflow/tfjs';

// The plain backend is enough to build and trace models; production mode silences the advice to replace it.
tf.enableProdMode();
await tf.setBackend('cpu');

export { tf };
