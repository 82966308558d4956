import * as tf from '@tensorflow/tfjs';

// Production mode silences tfjs's advice to install its native backend: its plain backend only builds and traces models here.
tf.enableProdMode();

export { tf };
