import { testFamily } from './run';

testFamily('creation');
