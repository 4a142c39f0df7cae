import { sweep } from './sweep';

sweep(997, 3000, 4);
